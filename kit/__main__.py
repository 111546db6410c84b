"""The command line: start JupyterLab, run the tests, check a corpus folder, verify a citation pack."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path
from textwrap import shorten

from kit import __version__, _start

NEEDS_CHECKOUT = "start and test need a checkout (a clone of the project); once installed, check and verify work"


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
        if find_spec("polars") is None:
            if not _start.is_checkout():
                return _say(f"{asked.command} needs the package polars: install it")
            _start.become([_start.environment(told=False), "-m", "kit", *arguments])
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
    commands = parser.add_subparsers(dest="command", metavar="start | test | check | verify", required=True)
    start = commands.add_parser("start", help="open JupyterLab on the first notebook", allow_abbrev=False)
    start.add_argument("--port", type=int, help="the port to listen on (else the first free one from 8888)")
    test = commands.add_parser("test", help="run all tests; what follows goes to pytest", allow_abbrev=False)
    for command, what in ((start, "only print the address"), (test, "leave out the tests that need a browser")):
        command.add_argument("--no-browser", dest="browser", action="store_false", help=what)
    check = commands.add_parser("check", help="print every problem of a corpus folder; exit 1 if there is one")
    check.add_argument("path", nargs="?", type=Path, help="the folder (else the corpus that `kit.load()` reads)")
    verify = commands.add_parser("verify", help="seek every quotation of a citation pack; exit 1 if one is not found")
    verify.add_argument("file", type=Path, help="the pack (.zip), or its passages.csv or passages.md")
    verify.add_argument("--corpus", type=Path, help="the folder of the sources (else what `kit.load()` reads)")
    return parser


def _check(path: Path | None) -> int:
    from kit.corpus import find, load
    from kit.errors import CorpusError

    try:
        corpus, folder = load(path), find(path)
    except CorpusError as error:
        print(error)
        return 1
    print(f"no problems in {corpus.documents.height} documents ({folder})")
    for document_id, line, what, where, _ in corpus.doubts.iter_rows():
        words = shorten(where, 80, placeholder=" …")
        print(f"{folder / 'documents' / document_id}.txt:{line}: not sure: {what}: {words!r}")
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
