"""The verb `doctor`: what this machine has and lacks."""

from __future__ import annotations

import json
import sys

import click

from commands.console.commandline import Failed, examples, json_option


@click.command(epilog=examples("render.py doctor", "render.py doctor --json"))
@json_option
def doctor(as_json: bool) -> None:
    """Examine this machine: what is installed, what draws, what is missing and how to get it."""
    from commands.console.doctor import examine, facts
    from commands.console.report import print_checks

    checks = examine(opengl_facts)
    if as_json:
        click.echo(json.dumps(facts(checks)))
    else:
        print_checks(checks)
    sys.exit(0 if all(check.ok or not check.needed for check in checks) else Failed.exit_code)


def opengl_facts() -> dict[str, str]:
    """Say what draws, or raise with how to get it."""
    from scenes.stage.renderer import describe_renderer

    return describe_renderer()
