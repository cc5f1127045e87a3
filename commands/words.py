"""The verb `words`: every text of the film, ready to be edited."""

from __future__ import annotations

import click

from commands.console.commandline import examples, option
from commands.console.config import Tables, config_option
from commands.course import wording_for, words_option
from scenes.text.captions import languages


@click.command(
    epilog=examples(
        "render.py words > mine.toml",
        "render.py words --lang de > meine.toml",
        "render.py film --words mine.toml",
    )
)
@option(
    "--lang",
    type=click.Choice(languages()),
    default="en",
    show_default=True,
    help="Language of the texts.",
)
@words_option
@config_option()
def words(lang: str, words: Tables | None) -> None:
    """Print every text: captions, what stands on axes, alternative texts, speaker's notes, as TOML.

    A part of it is enough for --words. With --words, your texts stand in it instead of ours.
    """
    from commands.words_file import words_toml

    click.echo(words_toml(wording_for(lang, words)), nl=False)
