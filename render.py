#!/usr/bin/env python3
"""The command line: options in, a film, a still or a table out. See `render.py -h`.

Nothing heavy is imported until a command runs, so that help and a mistyped option answer at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Python leaves the folder of what it runs out of its path with -I, -P or PYTHONSAFEPATH.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).resolve().parent))

import click

from commands.acts import acts
from commands.cache import cache
from commands.console.commandline import version_option
from commands.console.streams import standard_streams
from commands.deck import deck
from commands.diagnose import diagnose
from commands.doctor import doctor
from commands.endings import Commands, end_tidily
from commands.explore import explore
from commands.film import film, preview
from commands.gif import gif
from commands.kit import kit
from commands.new_act import new_act
from commands.pictures import still, storyboard
from commands.studio import studio
from commands.voice import voice
from commands.words import words


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@version_option()
def cli() -> None:
    """Films of why the L2 penalty works: valley to bowl, ridge to peak, from your data or ours.

    Any option can also be set in the environment (RIDGE_QUALITY=720p) or, before that, in a file
    (--config). Exit codes: 0 done, 1 the render failed, 2 bad usage or bad data.
    """


for verb in (
    *(
        film,
        preview,
        studio,
        deck,
        explore,
        gif,
        kit,
        still,
        storyboard,
        voice,
        acts,
        diagnose,
        cache,
        doctor,
    ),
    *(new_act, words),
):
    cli.add_command(verb)


def main() -> None:
    """Run the command line."""
    if sys.flags.optimize >= 2:  # it takes the docstrings away, and with them all help
        os.environ.pop("PYTHONOPTIMIZE", None)
        os.execv(sys.executable, [sys.executable, __file__, *sys.argv[1:]])
    # A worker starts in the user's folder, where modules of hers may have any name.
    os.environ["PYTHONSAFEPATH"] = "1"
    end_tidily()
    with standard_streams():
        cli()


if __name__ == "__main__":
    main()
