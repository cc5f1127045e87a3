"""The verbs of `voice`: what is to be spoken, and speech programs that speak it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from commands.act_names import acts_argument
from commands.console.commandline import examples, note, option
from commands.request import Request, shared_options
from commands.work import Work, keeping_options, measured
from scenes import ACTS, ActEntry

if TYPE_CHECKING:
    from pipeline.render.film import Act
    from scenes.text.wording import Wording

#: Where scripts go, and lines that a program speaks.
FOLDER = "out/voice"


@click.group(
    epilog=examples(
        "render.py voice script",
        "render.py voice speak --with 'espeak-ng -v {lang} -w {out}'",
    )
)
def voice() -> None:
    """Have the film spoken: write what is to be said, or let a program say it."""


@voice.command(
    epilog=examples("render.py voice script", "render.py voice script bowl flip --lang de")
)
@acts_argument
@shared_options(quality="1080p", out=FOLDER)
@keeping_options
def script(request: Request, acts: tuple[ActEntry, ...], work: Work) -> None:
    """Write what is spoken, caption by caption, into the folder OUT.

    script.en.md is to be read from: each line with the name of its recording, the seconds that its
    caption is on screen now, and what is seen. script.en.toml is to be edited, where more is to be
    said than the caption, or nothing; what stands there stays when the script is written again.
    """
    from commands.console.made import Report
    from pipeline.outputs import check_writable
    from pipeline.voice.script import Script, write_script
    from pipeline.voice.voice import captions_of
    from pipeline.voice.wording import read_wordings, script_path

    entries, path = acts or ACTS, script_path(request.out, request.lang)
    for wanted in (path, path.with_suffix(".md")):
        check_writable(wanted)
    wordings = read_wordings(path)
    known = measured(request, work, entries)
    title = request.wording.text("film", "title")
    seen = {act.name: seen_in(act, request.wording) for act in known}
    made = write_script(request.out, Script(title, request.lang, known, seen, wordings))
    captions = captions_of(known)
    lines = [
        {"id": id, "caption": caption, "text": wordings.text_of(id, caption)}
        for id, caption in captions.items()
    ]
    report = {"path": str(path), "markdown": str(made[0]), "lines": lines}
    line = f"{made[0]}: {len(captions)} lines to read; {path} to edit"
    Report(line, report).tell(request.as_json)


@voice.command(
    epilog=examples(
        "render.py voice speak --with 'espeak-ng -v {lang} -w {out}'",
        "render.py voice speak bowl --with 'piper --model voice.onnx --output_file {out}'",
        "render.py voice speak --with silence --words-a-minute 120",
    )
)
@acts_argument
@option(
    "--with",
    "program",
    required=True,
    metavar="COMMAND",
    known_as="speak-with",
    help="Reads text on standard input and writes {out}; or silence, which only takes its time.",
)
@option(
    "--words-a-minute",
    type=click.FloatRange(20, 600),
    default=140,
    show_default=True,
    metavar="N",
    help="How fast silence speaks.",
)
@shared_options(quality="1080p", out=FOLDER)
@keeping_options
def speak(
    request: Request,
    acts: tuple[ActEntry, ...],
    program: str,
    words_a_minute: float,
    work: Work,
) -> None:
    """Have a program speak the film, or these acts of it, into the folder OUT, a file a line.

    It gets each text on standard input, in words: λ as lambda, RSS as R S S; a script in the folder
    says what else. {lang} stands for the language, {out} for the file; without {out}, standard
    output is the file. Lines are spoken side by side, and again only where text or program has
    changed; recordings of your own stay as they are. Then: render.py film --voice OUT
    """
    from commands.console.made import Report
    from commands.console.report import progress_bar
    from pipeline.voice.pronunciation import pronounced
    from pipeline.voice.speech import SILENCE, Program, speak_lines, time_lines
    from pipeline.voice.voice import captions_of
    from pipeline.voice.wording import read_wordings, script_path

    entries = acts or ACTS
    speaker = None if program == SILENCE else Program.of(program, request.lang)
    wordings = read_wordings(script_path(request.out, request.lang))
    texts = {
        id: (text, pronounced(text, request.lang, wordings.spoken_as))
        for id, caption in captions_of(measured(request, work, entries)).items()
        if (text := wordings.text_of(id, caption))
    }
    if speaker is None:
        spoken = time_lines(texts, request.out, words_a_minute)
    else:
        with progress_bar("Speaking", len(texts)) as on_line:
            spoken = speak_lines(texts, speaker, request.out, on_line=on_line)
    if spoken.own:
        note(f"recordings of your own stay as they are: {', '.join(spoken.own)}.")
    line = f"{request.out}: {len(spoken.new)} lines spoken, {len(spoken.kept)} as they were"
    report = {"path": str(request.out), **asdict(spoken)}
    Report(line, report).tell(request.as_json)


def seen_in(act: Act, wording: Wording) -> str:
    """What is to be seen in an act, as the kit describes it; nothing of acts of one's own."""
    return wording.tables["alt"].get(act.name, "")
