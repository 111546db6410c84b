"""The house: what a module may import, open and say. Reads the source, or runs a fresh Python where that tells more."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import kit

HERE = Path(__file__).resolve().parent
KIT = HERE.parent / "kit"
LAYERS = [
    {"errors", "schema", "records", "dates", "selection", "spans"},
    {
        "readers", "readers.question_time", "readers.briefing", "readers.speech", "readers.news",
        "readers.attribution", "readers.quotations", "readers.offices",
        "people", "codebook", "codings", "documents", "corpus",
    },
    {
        "statements", "positions", "speech", "agreement", "guard", "comparison", "sensitivity", "changes", "exports",
        "verification",
    },
    {
        "cache", "style", "charts", "charts.matrix", "charts.timeline", "charts.bars", "charts.pairs", "charts.rows",
        "charts.base", "reading", "beside",
    },
    {
        "view", "controls", "choices", "panels", "listing", "options", "bound", "explorer", "comparer", "frozen",
        "reports",
    },
    {"", "__main__", "_start"},
]  # fmt: skip
# What each layer may use of the kit: pictures know words and themselves, and nothing of a corpus.
BELOW = [{0}, {0, 1}, {0, 1, 2}, {0, 3}, {0, 1, 2, 3, 4}, {0, 1, 2, 3, 4, 5}]
PICTURES = {"polars", "altair", "markupsafe", "vl_convert", "platformdirs"}
OTHERS = [
    {"polars"},
    {"polars"},
    {"polars"},
    PICTURES,
    PICTURES | {"ipywidgets", "anywidget", "traitlets", "comm", "nbclient", "nbformat", "jupyter_client", "mistune"},
    set(),
]
OPENERS = {"open", "fdopen", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "mkstemp"}
MAY_OPEN = {*"records corpus codebook people cache exports verification reports __main__ _start".split()}


def _name(path: Path) -> str:
    return ".".join(path.relative_to(KIT).with_suffix("").parts).removesuffix("__init__").removesuffix(".")


MODULES = {_name(path): path for path in sorted(KIT.rglob("*.py"))}
STATIC = sorted((KIT / "static").iterdir())


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def _imports(module: str) -> Iterator[str]:
    """Give everything that a module imports, wherever it does so, but for what only type checkers read."""
    typed = {
        id(inner)
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(_tree(module)):
        if id(node) in typed:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: write the import of line {node.lineno} in full"
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name.removeprefix("kit.") in MODULES else str(node.module) for name in inner)


def _texts(module: str) -> Iterator[tuple[int, str]]:
    """Give the text literals of a module but for its docstrings, with their lines."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def _layer(module: str) -> int:
    return next(number for number, names in enumerate(LAYERS) if module in names)


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HERE.parent, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# ---- who uses whom


def test_every_module_has_its_place_in_one_layer() -> None:
    placed = [name for names in LAYERS for name in names]

    assert sorted(placed) == sorted(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_from_its_layer_and_those_below_only(module: str) -> None:
    mine = _layer(module)
    used = {name.removeprefix("kit").removeprefix(".") for name in _imports(module) if name.partition(".")[0] == "kit"}

    assert {name for name in used - {""} if _layer(name) not in BELOW[mine]} == set()
    assert "" not in used or mine == 5


@pytest.mark.parametrize("module", MODULES)
def test_a_module_uses_only_the_packages_of_its_layer(module: str) -> None:
    tops = {name.partition(".")[0] for name in _imports(module)}

    assert tops - sys.stdlib_module_names - {"kit"} - OTHERS[_layer(module)] == set()


def test_no_module_imports_itself_by_way_of_others() -> None:
    uses = {
        module: {name.removeprefix("kit.") for name in _imports(module)} & set(MODULES) - {""} for module in MODULES
    }
    while free := {module for module, others in uses.items() if not others}:
        uses = {module: others - free for module, others in uses.items() if module not in free}

    assert uses == {}


def test_nothing_uses_pandas() -> None:
    for module in MODULES:
        assert "pandas" not in {name.partition(".")[0] for name in _imports(module)}, module
        assert not re.search(r"\.(to|from)_pandas\b", MODULES[module].read_text(encoding="utf-8")), module


def test_import_kit_imports_only_the_standard_library() -> None:
    others = _run(
        "import sys; before = set(sys.modules)\n"
        "import kit, kit.__main__, kit._start; dir(kit)\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names) - {'kit'}))"
    )

    assert others == "[]"


def test_help_needs_only_the_standard_library() -> None:
    printed = _run(
        "import sys; before = set(sys.modules)\n"
        "from kit.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit as done: assert not done.code\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names) - {'kit'}))"
    )

    assert "check" in printed
    assert printed.splitlines()[-1] == "[]"


def test_words_text_and_numbers_work_where_no_charts_and_widgets_are_installed() -> None:
    counted = _run(
        "import sys\n"
        "for name in 'altair ipywidgets anywidget traitlets vl_convert markupsafe platformdirs IPython'.split():\n"
        "    sys.modules[name] = None\n"
        "import kit\n"
        "corpus = kit.load('tests/second_corpus')\n"
        "selected = corpus.select(kit.Selection(themes=['money'], text='fare'))\n"
        "from kit import positions, speech, statements\n"
        "counts = kit.stance_positions(corpus), speech.words_spoken(selected), statements.documents_in_words(corpus)\n"
        "print(*(frame.height for frame in counts))"
    )

    assert counted == "14 3 4"


def test_load_imports_neither_charts_nor_widgets_where_they_are_installed() -> None:
    loaded = _run(
        "import sys, kit; kit.load('tests/second_corpus')\n"
        "print(sorted({'altair', 'ipywidgets', 'anywidget', 'IPython', 'vl_convert'} & set(sys.modules)))"
    )

    assert loaded == "[]"


# ---- the door


def test_a_public_name_is_the_same_however_often_and_after_whatever_is_imported() -> None:
    changed = _run(
        "import kit, pkgutil, importlib\n"
        "first = {name: getattr(kit, name) for name in kit.__all__}\n"
        "again = {name: getattr(kit, name) for name in kit.__all__}\n"
        "for module in pkgutil.walk_packages(kit.__path__, 'kit.'):\n"
        "    if not module.name.endswith('__main__'): importlib.import_module(module.name)\n"
        "last = {name: getattr(kit, name) for name in kit.__all__}\n"
        "print([name for name in first if not (first[name] is again[name] is last[name])])"
    )

    assert changed == "[]"


@pytest.mark.parametrize("name", kit.__all__)
def test_no_public_name_is_that_of_a_module(name: str) -> None:
    assert name not in {module.partition(".")[0] for module in MODULES}
    assert not isinstance(getattr(kit, name), type(sys))


def test_an_unknown_name_is_an_attribute_error_that_lists_what_there_is() -> None:
    with pytest.raises(AttributeError, match=r"module 'kit' has no attribute 'selektion'; it has .*Selection"):
        kit.selektion  # noqa: B018  # the access is what is tested


def test_what_the_door_says_to_type_checkers_is_what_it_hands_out() -> None:
    told = {
        alias.asname: f"{node.module}.{alias.name}"
        for node in ast.walk(_tree(""))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("kit.")
        for alias in node.names
    }

    assert told == {name: f"kit.{home}.{name}" for name, home in kit._HOMES.items()}
    assert set(kit.__all__) == {*told, "__version__"}


# ---- files, colours, HTML


@pytest.mark.parametrize("module", sorted(set(MODULES) - MAY_OPEN))
def test_files_are_opened_only_where_the_design_says(module: str) -> None:
    for node in ast.walk(_tree(module)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        own = isinstance(called, ast.Attribute) and "files('kit')" in ast.unparse(called)  # what the package carries
        imported = isinstance(called, ast.Name) and name in ("read_text", "read_record")  # of records
        assert name not in OPENERS or own or imported, f"{module}:{node.lineno}: {ast.unparse(node)[:80]}"
        assert not name.startswith(("scan_", "read_csv", "read_parquet", "write_csv")), f"{module}:{node.lineno}"


COLOUR = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b(?!\w)|\b(?:rgba?|hsla?|oklch|lab)\(", re.IGNORECASE)
NAMED = re.compile(
    r"\b(?:color|background|fill|stroke)(?:-color)?\s*:\s*(?:white|black|red|green|blue|gr[ae]y|orange|yellow|purple)\b"
)


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"style"}))
def test_no_colour_stands_outside_style(module: str) -> None:
    assert [(line, text) for line, text in _texts(module) if COLOUR.search(text) or NAMED.search(text)] == []


@pytest.mark.parametrize("path", STATIC, ids=lambda path: path.name)
def test_no_colour_stands_in_what_the_browser_gets(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if COLOUR.search(line) or NAMED.search(line)] == []


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"reading", "beside", "frozen", "reports"}))
def test_html_is_made_only_in_reading_beside_frozen_and_reports(module: str) -> None:
    tag = re.compile(
        r"</?(?:a|b|br|div|p|span|table|t[dhr]|ul|li|h\d|mark|section|style|svg|button|details|summary|code|em|strong)\b[^>]*>"
    )

    assert [(line, text) for line, text in _texts(module) if tag.search(text)] == []
    assert "markupsafe" not in {name.partition(".")[0] for name in _imports(module)}


# ---- the mechanism knows nothing of the subject

SUBJECT = re.compile(
    r"\b(?:armed|unarmed|police|policing|policem[ae]n|firearms?|weapons?|mayor|commissioner|london\w*|thames|met|mopac|terror\w*|"
    r"knife|gun|ferry|harbour|northport|deckhands?)\b",
    re.IGNORECASE,
)

PLAIN = {"mark"}  # words that every program needs, though somebody or something of a corpus is called so


def _named_in(folder: Path) -> set[str]:
    """Give every id, name, alias and office of a corpus that is long enough to mean something."""
    people = tomllib.loads((folder / "speakers.toml").read_text(encoding="utf-8"))
    book = tomllib.loads((folder / "codebook.toml").read_text(encoding="utf-8"))
    names = {path.stem for path in (folder / "documents").glob("*.toml")}
    for speaker in people["speaker"]:
        names |= {speaker["speaker_id"], speaker["name"], *speaker.get("aliases", [])}
        names |= set(speaker["name"].split()) if speaker["kind"] == "person" else set()
    names |= {office["office"] for office in people["office"]}
    names |= {
        entry[key]
        for kind in ("theme", "proposition")
        for entry in book[kind]
        for key in (f"{kind}_id", "label", "text")
        if key in entry
    }
    return {name for name in names if len(name) > 3 and name.lower() not in PLAIN}


@pytest.mark.parametrize("module", MODULES)
def test_no_word_of_the_subject_stands_in_the_logic(module: str) -> None:
    source = "\n".join(text for _, text in _texts(module)).replace("armed-policing-kit", "")
    identifiers = {node.id for node in ast.walk(_tree(module)) if isinstance(node, ast.Name)}
    identifiers |= {node.name for node in ast.walk(_tree(module)) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    words = " ".join(sorted(identifiers)).replace("_", " ")

    assert SUBJECT.findall(source) + SUBJECT.findall(words) == []
    named = _named_in(HERE.parent / "corpus") | _named_in(HERE / "second_corpus")
    assert {name for name in named if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", source, re.IGNORECASE)} == set()


@pytest.mark.parametrize("path", STATIC, ids=lambda path: path.name)
def test_no_word_of_the_subject_stands_in_what_the_browser_gets(path: Path) -> None:
    assert SUBJECT.findall(path.read_text(encoding="utf-8")) == []
