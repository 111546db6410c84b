"""The command line: start JupyterLab, run the tests, write reports, check a corpus folder, verify a citation pack."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from textwrap import shorten

from kit import __version__, _start

NEEDS_CHECKOUT = "start and test need a checkout (a clone of the project); once installed, run, check and verify work"


def main(arguments: list[str]) -> int:
    """Do what the command line asks for; returns the exit code."""
    if sys.version_info < (3, 11):
        return _say(f"the kit needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable})")
    if not arguments and not _start.is_checkout():
        arguments = ["--help"]
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help", "--version")):
        arguments = ["start", *arguments]
    asked, rest = _parser().parse_known_args(arguments)
    if rest and asked.command != "test":
        return _say(f"not understood: {' '.join(rest)}; see python3 -m kit --help")
    if asked.command in ("start", "test") and not _start.is_checkout():
        return _say(NEEDS_CHECKOUT)
    try:
        if asked.command == "start":
            _start.start(asked.browser, asked.port)
        if asked.command == "test":
            _start.test(asked.browser, rest)
        needed = ["polars", *["nbclient", "mistune", "altair", "anywidget", "vl_convert"] * (asked.command == "run")]
        if missing := [name for name in needed if find_spec(name) is None]:
            if not _start.is_checkout():
                return _say(f"{asked.command} needs the package {missing[0]}: install it")
            _start.become([_start.environment(told=False), "-m", "kit", *arguments])
        if asked.command == "run":
            return _run(asked)
        return _check(asked.path) if asked.command == "check" else _verify(asked.file, asked.corpus)
    except _start.SetUpError as error:
        return _say(str(error))
    except KeyboardInterrupt:
        print("\nkit: stopped; what was half made is not used, the next start makes it again", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m kit",
        description="Explore who said what, by speaker, date and theme, in JupyterLab. Without a command: start.",
        epilog=None if _start.is_checkout() else NEEDS_CHECKOUT,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", metavar="start | test | run | check | verify", required=True)
    start = commands.add_parser("start", help="open JupyterLab on the first notebook", allow_abbrev=False)
    start.add_argument("--port", type=int, help="the port to listen on (else the first free one from 8888)")
    test = commands.add_parser("test", help="run all tests; what follows goes to pytest", allow_abbrev=False)
    for command, what in ((start, "only print the address"), (test, "leave out the tests that need a browser")):
        command.add_argument("--no-browser", dest="browser", action="store_false", help=what)
    _add_run(commands.add_parser("run", help="execute notebooks and write each as a report", allow_abbrev=False))
    check = commands.add_parser("check", help="print every problem of a corpus folder; exit 1 if there is one")
    check.add_argument("path", nargs="?", type=Path, help="the folder (else the corpus that `kit.load()` reads)")
    verify = commands.add_parser("verify", help="name what a citation pack has edited or not found; exit 1 if anything")
    verify.epilog = "An edit by hand is named with its line; one by somebody who makes new marks of lines is not seen."
    verify.add_argument("file", type=Path, help="the pack (.zip), or its passages.csv or passages.md")
    verify.add_argument("--corpus", type=Path, help="the folder of the sources (else what `kit.load()` reads)")
    return parser


def _add_run(run: argparse.ArgumentParser) -> None:
    run.description = "Execute notebooks, each from a fresh kernel, and write each as a report (.html) and as executed."
    names = "paths, or names in notebooks/ (else all of these); an installed package has no notebooks: give paths"
    run.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help=names)
    run.add_argument("--output", type=Path, required=True, metavar="FOLDER", help="where the reports go")
    run.add_argument("--corpus", type=Path, metavar="FOLDER", help="the corpus (else the one that the notebook loads)")
    for name in ("speakers", "themes"):
        run.add_argument(f"--{name}", nargs="+", action="extend", metavar="ID", help=f"only these {name}")
    for name, what in {"since": "first", "until": "last"}.items():
        run.add_argument(f"--{name}", metavar="DAY", help=f"the {what} day, such as 2016-09-14")
    run.add_argument("--search", dest="text", metavar="WORDS", help="only passages with these words")
    run.add_argument("--first-hand", action="store_true", help="own transcript, speech or release only")
    run.add_argument("--date", metavar="DAY", help="the day that the reports bear (else today)")


def _run(asked: argparse.Namespace) -> int:
    from kit.errors import CorpusError, SelectionError
    from kit.reports import ReportError, write_reports
    from kit.selection import Selection

    folder = _start.ROOT / "notebooks"
    named = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    paths = [named.get(one, Path(one)) for one in asked.notebooks] or list(named.values())
    if not paths:
        return _say("an installed package has no notebooks: give paths")
    names = ("speakers", "themes", "since", "until", "text", "first_hand")
    chosen = {name: getattr(asked, name) for name in names if getattr(asked, name)}
    try:
        selection = Selection(**chosen) if chosen else None
        return min(1, write_reports(paths, asked.output, asked.corpus, selection, _day(asked.date), _say))
    except CorpusError as error:
        first, *more = error.problems
        command = f"python3 -m kit check {asked.corpus or ''}".strip()
        return _say(f"{first} ({len(more)} more problems: {command})" if more else str(first))
    except (SelectionError, ReportError) as error:
        return _say(str(error))


def _day(given: str | None) -> date:
    try:
        return date.fromisoformat(given) if given else date.today()
    except ValueError as error:
        raise _start.SetUpError(f"--date: {given!r} is no day; write it as 2026-01-31") from error


def _check(path: Path | None) -> int:
    from kit.corpus import find, load
    from kit.errors import CorpusError, visible

    try:
        corpus, folder = load(path), find(path)
    except CorpusError as error:
        print(error)
        return 1
    print(visible(f"no problems in {corpus.documents.height} documents ({folder})"))
    for document_id, line, what, where, _ in corpus.doubts.iter_rows():
        words = shorten(where, 80, placeholder=" …")
        print(visible(f"{folder / 'documents' / document_id}.txt:{line}: not sure: {what}: {words!r}"))
    return 0


def _verify(file: Path, folder: Path | None) -> int:
    from kit.corpus import load, sources
    from kit.errors import CorpusError
    from kit.exports import PackError
    from kit.verification import report

    try:
        corpus = load(folder)
    except CorpusError as error:
        if not (corpus := sources(folder)).texts:
            return _say(str(error))
        _say("the corpus has problems (python3 -m kit check names them): only its texts were read")
    try:
        lines, code = report(file, corpus)
    except PackError as error:
        return _say(str(error))
    print(lines)
    return code


def _say(line: str) -> int:
    print(f"kit: {line}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
