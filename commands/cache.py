"""The verb `cache`: how large the cache of finished renders is, and how to prune it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from commands.console.commandline import examples, json_option, option, say
from commands.console.config import config_option
from commands.work import cache_dir_option
from pipeline.errors import SettingsError
from pipeline.sizes import bytes_text, parse_bytes

_SECONDS = {"h": 3600, "d": 86400, "w": 7 * 86400}


def read_age(text: str) -> float:
    """Return a length of time in seconds, written like 12h, 30d or 2w."""
    match = re.fullmatch(r"([0-9]{1,6})([hdw])", text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no age: write it like 12h, 30d or 2w")
    return float(match[1]) * _SECONDS[match[2]]


def read_size(text: str) -> int:
    """Return a size in bytes, written like 500M or 2G, or 0."""
    try:
        return 0 if text == "0" else parse_bytes(text)
    except SettingsError:
        raise ValueError(f"{text!r} is no size: write it like 500M or 2G") from None


@click.command(
    epilog=examples(
        "render.py cache",
        "render.py cache --older-than 30d --max-size 2G",
        "render.py cache --clear",
    )
)
@cache_dir_option
@option("--older-than", type=read_age, metavar="AGE", help="Remove what was not used for 30d, say.")
@option(
    "--max-size", type=read_size, metavar="SIZE", help="Then the oldest, until 2G are left, say."
)
@option("--clear", is_flag=True, help="Remove everything.")
@config_option()
@json_option
def cache(
    cache_dir: Path | None,
    older_than: float | None,
    max_size: int | None,
    clear: bool,
    as_json: bool,
) -> None:
    """Show how much is kept of finished renders, and remove what is not wanted."""
    from pipeline.work.store import Store, default_folder

    store = Store(cache_dir or default_folder())
    removed = store.prune(older_than=older_than, max_bytes=0 if clear else max_size)
    left = store.usage()
    if as_json:
        facts = {
            "folder": str(store.folder),
            "entries": left.n_entries,
            "bytes": left.n_bytes,
            "removed_entries": removed.n_entries,
            "removed_bytes": removed.n_bytes,
        }
        click.echo(json.dumps(facts))
        return
    if removed.n_entries:
        say(f"removed {_pieces(removed.n_entries)}, {bytes_text(removed.n_bytes)}")
    say(f"{store.folder}: {_pieces(left.n_entries)}, {bytes_text(left.n_bytes)}")


def _pieces(number: int) -> str:
    return f"{number} piece{'s' * (number != 1)}"
