"""One hostile corpus goes through every view: nothing in its texts or records becomes markup, code, or a wrong span."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
import vl_convert

import kit
from kit import Selection, style
from kit.explorer import Explorer
from kit.panels import PANELS
from kit.readers import reader
from kit.reading import table
from tests.charts import pictures

SECOND = Path(__file__).parent / "second_corpus"
ATTACK = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>'{{7*7}}${x}</style></title>&lt;b&gt;\\u0022"
ODD = "\u202egnirts\u202c \x00\x1b \U0001f469\u200d\U0001f692 e\u0301\u0323 \u2028\u0085\ufeff ﷽"
HOSTILE = f"{ATTACK} {ODD}"
LONG = "word after word, " * 17_700
ANSWER = "2019-03-12-questions-night-ferry"
EVIDENCE = f"I say it twice: {HOSTILE.split(chr(0x2028))[0].strip()}"
SPOILT = (
    "name label definition text support_means oppose_means title note why how office source rights date_note publisher "
    "known_from model"
).split()


def spoilt(text: str) -> str:
    """Give a record with the attack behind every word that a person reads."""

    def more(match: re.Match[str]) -> str:
        key, value = match[1], tomllib.loads(f"v = {match[2]}")["v"]
        return f"{key} = {json.dumps(f'{value} {HOSTILE}', ensure_ascii=False)}"

    text = re.sub(rf'^({"|".join(SPOILT)}) = ("(?!"").*")$', more, text, flags=re.MULTILINE)
    return text.replace('note = """\n', f'note = """\n{json.dumps(HOSTILE, ensure_ascii=False)[1:-1]}\n')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copytree(SECOND, tmp_path_factory.mktemp("hostile") / "corpus"))
    names = {
        row["name"]: row.get("aliases", []) for row in tomllib.loads((path / "speakers.toml").read_text())["speaker"]
    }
    for record in path.rglob("*.toml"):
        record.write_text(spoilt(record.read_text(encoding="utf-8")), encoding="utf-8")
    # Attributions must still resolve: what the documents print becomes an alias.
    people = re.sub(r"^aliases = .*\n", "", (path / "speakers.toml").read_text(encoding="utf-8"), flags=re.MULTILINE)
    for name, aliases in names.items():
        line = f"name = {json.dumps(f'{name} {HOSTILE}', ensure_ascii=False)}\n"
        assert line in people
        people = people.replace(line, f"{line}aliases = {json.dumps([name, *aliases], ensure_ascii=False)}\n")
    (path / "speakers.toml").write_text(people, encoding="utf-8")
    add_text(path)
    return path


def add_text(path: Path) -> None:
    """Put hostile paragraphs behind the last turn of one document, and a statement that has one of them as evidence."""
    document, record = (path / "documents" / f"{ANSWER}.{ending}" for ending in ("txt", "toml"))
    old = document.read_bytes()
    new = old + f"\r\n\r\n{HOSTILE}\r\n\r\nWell, {EVIDENCE}!\r\n\r\n{LONG}\r\n".encode()
    document.write_bytes(new)
    sums = (hashlib.sha256(content).hexdigest() for content in (old, new))
    record.write_text(record.read_text(encoding="utf-8").replace(*sums), encoding="utf-8")
    statement = f"""
[[statement]]
speaker_id = "ama-osei"
relayed_by = []
mode = "direct"
modality = "assertion"
proposition_id = "sell-a-boat"
stance = "oppose"
confidence = "low"
evidence = {json.dumps(EVIDENCE, ensure_ascii=False)}
note = {json.dumps(HOSTILE, ensure_ascii=False)}
"""
    with (path / "codings" / "agreed" / f"{ANSWER}.toml").open("a", encoding="utf-8") as file:
        file.write(statement)


@pytest.fixture(scope="module")
def hostile(folder: Path) -> kit.Corpus:
    return kit.load(folder)


@pytest.fixture(scope="module", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def explorer(hostile: kit.Corpus) -> Explorer:
    return Explorer(hostile, charts=list(PANELS))


@dataclass
class Elements(HTMLParser):
    """The elements and the text of a piece of HTML, as a browser would find them."""

    tags: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


OURS = set("article header b bdi span p cite blockquote mark ul li q h3 div style table thead tbody tr th td".split())


def harmless(html: str) -> str:
    """Assert that HTML holds no element and no attribute but our own; gives its text."""
    found = Elements()
    found.feed(html)
    found.close()
    assert found.tags <= OURS
    assert found.attributes <= {"class", "data-passage", "dir", "title", "scope", "tabindex", "role", "aria-label"}
    return found.text


def test_the_corpus_loads_and_every_name_is_as_hostile_as_it_was_written(hostile: kit.Corpus) -> None:
    for name, column in (("speakers", "name"), ("themes", "label"), ("propositions", "text"), ("documents", "title")):
        assert getattr(hostile, name)[column].str.ends_with(HOSTILE).all()
    assert hostile.statements.height == 16


def test_nobody_speaks_or_holds_anything_else_because_of_it(hostile: kit.Corpus, second: kit.Corpus) -> None:
    columns = ["passage_id", "speaker_id", "form", "zone", "start", "end", "text"]

    before = set(second.passages.select(columns).iter_rows())
    assert before <= set(hostile.passages.select(columns).iter_rows())
    added = hostile.passages.filter(~pl.col("passage_id").is_in(second.passages["passage_id"].to_list()))
    assert set(added["document_id"]) == {ANSWER}
    assert set(added["speaker_id"]) == {"ama-osei"}
    assert LONG.strip() in added["text"].to_list()


def test_every_span_of_a_hostile_text_is_where_it_says(hostile: kit.Corpus) -> None:
    for frame, column in ((hostile.passages, "text"), (hostile.statements, "evidence"), (hostile.silences, "evidence")):
        for document_id, start, end, text in frame.select("document_id", "start", "end", column).iter_rows():
            assert hostile.text(document_id)[start:end] == text
    text, at = hostile.text(ANSWER), 0
    for start, end in hostile.passages.filter(document_id=ANSWER).sort("start").select("start", "end").iter_rows():
        assert text[at:start].strip("\ufeff \r\n\t\u2028\u0085\xa0") == ""
        at = end
    assert text[at:].strip() == ""


def test_passages_show_hostile_text_as_text_with_the_evidence_marked(explorer: Explorer) -> None:
    explorer.selection = Selection(propositions=["sell-a-boat"])

    html = explorer.view.passages
    text = harmless(html)
    assert ATTACK in text
    marked = "".join(re.findall(r"<mark [^>]*>(.*?)</mark>", html, flags=re.DOTALL))
    found = Elements()
    found.feed(marked)
    found.close()
    assert found.text == EVIDENCE.replace("\x00", "\ufffd").replace("\x1b", "\ufffd")
    assert "\x00" not in html


def test_every_pick_and_every_selection_gives_harmless_passages(explorer: Explorer) -> None:
    explorer.selection = Selection()
    picked = 0
    for chart, frame in explorer.view.frames.items():
        for row in frame["table"]:
            explorer.view.picked = {"chart": chart, "mark": row["mark_id"]}
            harmless(explorer.view.passages)
            picked += 1
    assert picked > 80
    explorer.view.picked = {}
    for words in (ATTACK, "<script>", "\x00", "\u202e", "onerror", ".*", "(", "\\"):
        explorer.controls.text = words
        harmless(explorer.view.passages)
        assert explorer.view.notice == ""
    explorer.controls.text = ATTACK
    assert explorer.view.summary.startswith("1 of 16 statements · 2 of ")
    assert Selection.from_json(explorer.selection.to_json()) == explorer.selection


def test_a_very_long_line_is_shown_in_part_and_says_so(explorer: Explorer) -> None:
    explorer.selection = Selection(text="word after word")

    text = harmless(explorer.view.passages)
    assert "characters left out …]" in text
    assert 1_000 < text.count("word after word, ") * len("word after word, ") < 6_000


def test_tables_and_pages_show_every_hostile_word_as_text(hostile: kit.Corpus) -> None:
    pages = [kit.passages(hostile), table(hostile.about)]
    frames = [getattr(hostile, name) for name in kit.schema.FRAMES]
    frames += [kit.documents_in_words(hostile), kit.positions_in_words(hostile), kit.disagreements_in_words(hostile)]
    frames += [
        kit.coder_agreement(hostile),
        kit.holders_named_differently(hostile),
        kit.stance_positions(hostile),
        kit.words_spoken(hostile),
        kit.theme_quality(hostile),
    ]
    frames += [*kit.theme_rates(hostile, "document"), *kit.theme_rates(hostile, "speaker")]
    pages += [table(frame) for frame in frames]
    pages.append(table(pl.DataFrame({f"{HOSTILE}": [1]})))

    shown = 0
    for page in pages:
        bundle = page._repr_mimebundle_()
        shown += ATTACK in harmless(bundle["text/html"])
        assert "\x00" not in bundle["text/html"]
    assert shown > 12


def drawable(node: object) -> None:
    """Assert that nothing in a specification holds a character that XML has not: drawing it would end the process."""
    if isinstance(node, dict):
        for value in node.values():
            drawable(value)
    elif isinstance(node, list):
        for value in node:
            drawable(value)
    elif isinstance(node, str):
        assert re.findall("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", node) == []
        if node.endswith("}[datum.value]"):
            drawable(json.loads(node.removesuffix("[datum.value]")))


@pytest.mark.parametrize("name", PANELS)
def test_a_chart_of_hostile_words_is_drawn_with_the_words_as_text(hostile: kit.Corpus, name: str) -> None:
    panel = PANELS[name]
    caption = f"caption {HOSTILE}"
    spec = panel.draw(hostile, panel.rows(hostile, hostile, Selection()), caption).to_dict()

    drawable(spec)
    squeezed = "".join("".join(pictures.texts(pictures.drawn(spec))).split())
    assert "".join(ATTACK.split()) in squeezed
    assert squeezed.count("<script>") > 3
    for version in pictures.VERSIONS:
        svg = vl_convert.vegalite_to_svg(json.dumps(style.in_theme(spec, False)), vl_version=version)
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
        assert tags <= {"svg", "g", "path", "rect", "line", "text", "tspan", "defs", "clipPath", "title"}
    png = style.png(spec, scale=0.1)
    assert pictures.pixels(png)[0] > 20


@pytest.mark.parametrize("name", PANELS)
def test_no_hostile_word_gets_into_an_expression_but_as_a_string(hostile: kit.Corpus, name: str) -> None:
    panel = PANELS[name]
    rows = panel.rows(hostile, hostile, Selection())
    spec = pictures.unchecked(lambda: panel.draw(hostile, rows, HOSTILE))

    def expressions(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("expr", "labelExpr", "calculate", "filter", "test") and isinstance(value, str):
                    yield value
                yield from expressions(value)
        elif isinstance(node, list):
            for value in node:
                yield from expressions(value)

    found = list(expressions({key: value for key, value in spec.items() if key != "datasets"}))
    assert found
    for expression in found:
        bare = re.sub(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', "''", expression)
        assert "script" not in bare
        assert "alert" not in bare


def test_the_explorer_offers_hostile_names_and_has_its_picture_and_sentence(explorer: Explorer) -> None:
    explorer.selection = Selection()

    assert all(one["label"].endswith(HOSTILE) for one in explorer.controls.speaker_options)
    drawable([explorer.view.charts, explorer.view.frames])
    bundle = explorer._repr_mimebundle_()
    assert bundle["image/png"]
    assert bundle["text/plain"].startswith("Who stands where: 16 of 16 statements")


@pytest.mark.parametrize("kind", ["answer", "briefing", "news", "speech"])
def test_a_reader_takes_a_line_of_three_hundred_thousand_characters(second: kit.Corpus, kind: str) -> None:
    document_id = second.documents.filter(kind=kind)["document_id"].item()
    text = second.text(document_id)
    middle = text.index("\n", len(text) // 2) + 1
    mark = "- " if kind == "briefing" else ""
    longer = f"{text[:middle]}\n{mark}{LONG}“{LONG.strip()}.” {HOSTILE}\n\n{text[middle:]}"

    passages = reader(kind)(longer).passages

    covered = [longer[one.start : one.end] for one in passages]
    assert sum(map(len, covered)) > 600_000
    assert "".join("".join(covered).split()) == "".join(re.sub("[\u200b\ufeff]", " ", longer).split())
