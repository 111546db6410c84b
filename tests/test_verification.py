"""Verification: a quotation is found, moved, changed or missing; an edit by hand is named with its file and line."""

from __future__ import annotations

import csv
import hashlib
import io
import random
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings, strategies as st

import kit
from kit import Selection
from kit.__main__ import main
from kit.corpus import sources
from kit.exports import COLUMNS, MARKED, PackError, citation_pack, write_pack
from kit.verification import report, verify
from tests.test_exports import ANSWER, DAY, SPEECH, TEXTS, built, written

SVG = b'<svg xmlns="http://www.w3.org/2000/svg">\n<title>Who stands where</title>\n<path d="M0 0h9"/>\n</svg>\n'
PICTURES = {"matrix.svg": SVG, "matrix.png": b"\x89PNG\r\n\x1a\n"}
MARKED_FILES = ("references.json", "references.bib", "selection.json", "matrix.svg", "SHA256SUMS")
Pack = dict[str, bytes]


def changed(path: Path, name: str, old: str, new: str) -> int:
    """Put `new` for `old` in one file of a pack, as by hand, and give the number of that line."""
    files = unzipped(path)
    text = files[name].decode()
    assert old in text
    write_pack(path, files | {name: text.replace(old, new, 1).encode()})
    return text.count("\n", 0, text.index(old)) + 1


def unzipped(path: Path) -> Pack:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def put(path: Path, pack: Pack) -> Path:
    """Write a pack as a .zip, or of it the one file that the path names."""
    if path.suffix == ".zip":
        write_pack(path, pack)
    else:
        path.write_bytes(pack[path.name])
    return path


def amiss(path: Path, corpus: kit.Corpus) -> list[tuple[str, int]]:
    return verify(path, corpus).filter(pl.col("outcome") != "found").select("file", "line").rows()


def with_text(corpus: kit.Corpus, document_id: str, text: str) -> kit.Corpus:
    """Give the corpus with another text of one document, as a new version of the source would be."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    sums = pl.when(pl.col("document_id") == document_id).then(pl.lit(digest)).otherwise("sha256")
    documents = corpus.documents.with_columns(sums.alias("sha256"))
    return replace(corpus, documents=documents, texts={**corpus.texts, document_id: text})


def saved_again(content: bytes, **how: Any) -> bytes:
    """Give a table as another program saves it: the same cells, parted, quoted and ended in its own way."""
    table = io.StringIO()
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    csv.writer(table, **{"lineterminator": "\n", **how}).writerows(rows)
    return table.getvalue().encode()


# ---- edits by hand


@pytest.fixture(scope="module")
def made(corpus: kit.Corpus, second: kit.Corpus) -> Callable[[int], tuple[kit.Corpus, Pack]]:
    """Give the packs whose lines are edited, by number and with their corpus; the last has a row of several lines."""
    about = "kit.compare(corpus, 'a', 'b')\n3 of 7 pairs"
    chosen = Selection(themes=["resources", "accountability"], since="2016-01-01")
    several = built(second, f"one, two\nthree\r\n{TEXTS[0]}\n\n\nfour", name="A. Name; of “several”\nlines")
    packs = [
        (corpus, citation_pack(corpus, chosen, PICTURES, DAY, about)),
        (second, citation_pack(second, Selection(), PICTURES, DAY)),
        (several, citation_pack(several, Selection(), PICTURES, DAY)),
    ]
    return lambda which: packs[which]  # a list would be printed whole with every example that fails


def lines_of(content: bytes) -> list[str]:
    return re.split("\r\n?|\n", content.decode("utf-8-sig").rstrip("\r\n"))


def says(name: str, content: bytes) -> list[Any]:
    """Give what a file says, so that an edit can be told from a change that no reader sees."""
    if not name.endswith(".csv"):
        return lines_of(content)
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [[re.sub("^'(?='*[-=+@\t\r\n＝＋－＠])", "", cell) for cell in row] for row in rows if row]


def by_hand(content: bytes, how: str, share: float, word: str) -> bytes:
    """Edit one line of a file; `share` is where in the file, and in the line, the hand comes down."""
    lines = re.findall("(?s).*?(?:\r\n?|\n)|.+$", content.decode())
    at = int(share * len(lines))
    line, behind = lines[at].rstrip("\r\n"), lines[at + 1 : at + 2]
    ended, place = lines[at][len(line) :] or "\n", int(share * 7919 % 1 * len(lines[at].rstrip("\r\n")))
    edited = {
        "written into": [line[:place] + word + line[place:] + ended, *behind],
        "cut": [line[:place] + line[place + 1 :] + ended, *behind],
        "replaced": [word + ended, *behind],
        "taken out": behind,
        "doubled": [line + ended, line + ended, *behind],
        "put before": [word + ended, line + ended, *behind],
        "swapped": [*behind, line + ended],
    }[how]
    return "".join([*lines[:at], *edited, *lines[at + 2 :]]).encode()


WORDS = st.text("ab 7.,-*>#é\u2028", min_size=1, max_size=3)
SHARES = st.floats(0, 1, exclude_max=True)
HOWS = ["written into", "cut", "replaced", "taken out", "doubled", "put before", "swapped"]


@settings(max_examples=400)
@given(
    which=st.integers(0, 2),
    name=st.sampled_from(["passages.md", "passages.csv", *MARKED_FILES]),
    alone=st.booleans(), how=st.sampled_from(HOWS), share=SHARES, word=WORDS,
)  # fmt: skip
def test_any_edit_of_one_line_is_named_with_its_file_and_line(
    made: Callable[[int], tuple[kit.Corpus, Pack]], tmp_path_factory: pytest.TempPathFactory,
    which: int, name: str, alone: bool, how: str, share: float, word: str,
) -> None:  # fmt: skip
    corpus, pack = made(which)
    if which == 2 and name == "passages.csv":  # its quotation: elsewhere an edit may part cells, and the check is lost
        how, share = "written into", (1 + 5 * share) / len(lines_of(pack[name]))
    edited = by_hand(pack[name], how, share, word)
    assume(says(name, edited) != says(name, pack[name]))
    old, new = lines_of(pack[name]), lines_of(edited)
    line = next(at for at, (one, other) in enumerate(zip_longest(old, new), 1) if one != other)
    folder = tmp_path_factory.mktemp("pack", numbered=True)
    path = put(folder / (name if alone and name.startswith("passages.") else "pack.zip"), {**pack, name: edited})

    try:
        named = amiss(path, corpus)
    except PackError as error:
        lines = re.findall("^'passages.csv': has no column '.*' in line ([0-9]+)", str(error))
        named = [("passages.csv", int(at)) for at in lines]

    first = min(at for file, at in named if file == name)
    assert first == line or first == len(new) < line  # nothing stands where the last lines stood
    others = [(file, at) for file, at in named if file != name]
    assert others == [] or (name == "SHA256SUMS" and {at for _, at in others} == {0})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Briefing", "Report"), ("Metropolitan Police, between", "City Police, between"), ("13 August", "14 August"),
        ("Rights: Text", "Rights: all text"), ("kit.Selection(", "kit.Selection(first_hand=True, "),
        ('"since": "2016', '"since": "2017'), ("corpus version 1", "corpus version 2"), ("[^3]\n", "[^2]\n"),
        ("Commissioner of", "Late Commissioner of"), ("Sadiq Khan", "Sadiq Kahn"), ("2016-met-", "2015-met-"),
        ("statements · ", "statements, "), ("No person has checked it", "A person has checked it"),
        ("(lines ", "(lines  "), ("\n\n[//]", "\n[//]"), (MARKED, ""), (" · 4 of 5", " · 5 of 5"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["zip", "md"])
def test_an_edit_of_any_word_of_the_text_is_named_with_its_line(
    made: Callable[[int], tuple[kit.Corpus, Pack]], tmp_path: Path, ending: str, old: str, new: str
) -> None:
    corpus, pack = made(0)
    text = pack["passages.md"].decode()
    assert old in text
    edited = {**pack, "passages.md": text.replace(old, new, 1).encode()}

    found = amiss(put(tmp_path / f"passages.{ending}", edited), corpus)

    old_lines, new_lines = text.split("\n"), edited["passages.md"].decode().split("\n")
    line = next(at for at, (one, other) in enumerate(zip_longest(old_lines, new_lines), 1) if one != other)
    assert found == [("passages.md", line)]


@pytest.mark.parametrize("column", [*COLUMNS, "check"])
@pytest.mark.parametrize("ending", ["zip", "csv"])
def test_an_edit_of_any_cell_of_the_table_is_named_with_its_line(
    made: Callable[[int], tuple[kit.Corpus, Pack]], tmp_path: Path, ending: str, column: str
) -> None:
    corpus, pack = made(0)
    rows = [*csv.reader(io.StringIO(pack["passages.csv"].decode("utf-8-sig"), newline=""))]
    rows[5][rows[0].index(column)] += "x"
    table = io.StringIO()
    csv.writer(table).writerows(rows)

    path = put(tmp_path / f"passages.{ending}", {**pack, "passages.csv": table.getvalue().encode()})

    assert amiss(path, corpus) == [("passages.csv", 6)]


def test_edits_in_several_files_are_each_named(second: kit.Corpus, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    write_pack(path, citation_pack(second, Selection(), PICTURES, DAY))
    lines = [
        ("passages.md", changed(path, "passages.md", "\n## ", "\n## Not ") + 1),
        ("passages.csv", changed(path, "passages.csv", ",high,", ",low,")),
        ("SHA256SUMS", changed(path, "SHA256SUMS", "# lines of references.json ", "# lines of references.json x")),
        ("matrix.svg", changed(path, "matrix.svg", "Who stands", "Who stood")),
        ("references.bib", changed(path, "references.bib", "year = {2019}", "year = {2018}")),
        ("selection.json", changed(path, "selection.json", "{", '{"first_hand": true')),
    ]

    assert amiss(path, second) == lines


def test_words_edited_in_many_lines_are_each_named_and_of_lines_moved_the_first(
    second: kit.Corpus, tmp_path: Path
) -> None:
    path = tmp_path / "passages.md"
    lines = citation_pack(second, Selection(), made=DAY)["passages.md"].decode().split("\n")
    heads = [at for at, line in enumerate(lines) if line.startswith("## ")]
    path.write_text("\n".join(line + "!" * (at in heads) for at, line in enumerate(lines)), encoding="utf-8")

    words = amiss(path, second)
    lines[heads[1]], lines[heads[2]] = lines[heads[2]], lines[heads[1]]
    path.write_text("\n".join(lines), encoding="utf-8")
    moved = amiss(path, second)

    assert words == [("passages.md", at + 1) for at in heads]
    assert moved == [("passages.md", heads[1] + 1)]


def test_a_picture_without_lines_is_named_as_a_file(second: kit.Corpus, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    write_pack(path, citation_pack(second, Selection(), PICTURES, DAY) | {"matrix.png": b"\x89PNG\r\n"})

    found = verify(path, second).filter(outcome="edited")

    assert found.select("file", "line", "what").rows() == [("matrix.png", 0, "not as SHA256SUMS says: changed")]


@pytest.mark.parametrize("name", ["passages.md", "SHA256SUMS"])
@pytest.mark.parametrize(
    "instead", ["", "[//]: # (lines )\n", "# lines \n", "# lines abcd\n", "(the marks were here)\n"]
)
def test_the_line_of_marks_edited_or_taken_out_is_named(
    second: kit.Corpus, tmp_path: Path, name: str, instead: str
) -> None:
    pack = citation_pack(second, Selection(), PICTURES, DAY)
    lines = pack[name].decode().split("\n")
    last = len(lines) - 1 if instead else len("\n".join(lines[:-2]).rstrip("\n").split("\n"))
    edited = "\n".join(lines[:-2]) + f"\n{instead}"

    found = verify(put(tmp_path / "pack.zip", pack | {name: edited.encode()}), second).filter(outcome="edited")

    what = "the line of marks, which was the last, was edited or taken out"
    assert found.select("file", "line", "what").rows() == [(name, last, what)]


def test_marks_that_were_all_taken_out_of_the_sums_are_missed(second: kit.Corpus, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    pack = citation_pack(second, Selection(), PICTURES, DAY)
    sums = re.sub("(?m)^# .*\n", "", pack["SHA256SUMS"].decode())
    write_pack(path, pack | {"SHA256SUMS": sums.encode(), "selection.json": b'{"first_hand": true}'})

    assert amiss(path, second) == [("SHA256SUMS", len(pack) - 1), ("selection.json", 0)]


def test_an_edited_sum_is_named_and_the_file_that_is_as_it_was_is_not(second: kit.Corpus, tmp_path: Path) -> None:
    path = written(tmp_path / "pack.zip", second)
    line = changed(path, "SHA256SUMS", "  references.bib", "0  references.bib")
    with_space = verify(path, second).filter(outcome="edited")
    path = written(tmp_path / "pack.zip", second)
    old = next(line for line in unzipped(path)["SHA256SUMS"].decode().split("\n") if line.endswith(".bib"))
    changed(path, "SHA256SUMS", old, f"{'0' * 64}  references.bib")

    assert amiss(path, second) == [("SHA256SUMS", line)]
    assert with_space.select("file", "line").row(0) == ("SHA256SUMS", line)


# ---- what is no edit


@pytest.mark.parametrize("ending", ["zip", "md", "csv"])
@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize(
    "how",
    [
        lambda content: content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        lambda content: content.replace(b"\r\n", b"\n"),
        lambda content: content.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
        lambda content: content.rstrip(),
        lambda content: content + b"\r\n\n",
        lambda content: b"\xef\xbb\xbf" + content.removeprefix(b"\xef\xbb\xbf"),
        lambda content: content.removeprefix(b"\xef\xbb\xbf"),
    ],
    ids=["crlf", "lf", "cr", "no last end", "more ends", "mark", "no mark"],
)
def test_what_an_editor_or_a_mail_program_changes_unasked_is_no_edit(
    made: Callable[[int], tuple[kit.Corpus, Pack]],
    tmp_path: Path,
    how: Callable[[bytes], bytes],
    which: int,
    ending: str,
) -> None:
    corpus, pack = made(which)
    again = {name: content if name.endswith(".png") else how(content) for name, content in pack.items()}

    found, code = report(put(tmp_path / f"passages.{ending}", again), corpus)

    assert re.fullmatch(r"\d+ found", found.split("\n")[-1])
    assert code == 0


@pytest.mark.parametrize("ending", ["zip", "csv"])
@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize(
    "how",
    [
        {"quoting": csv.QUOTE_ALL}, {"quoting": csv.QUOTE_NONNUMERIC, "lineterminator": "\r\n"}, {"delimiter": ";"},
        {"delimiter": "\t"}, {"delimiter": ";", "quoting": csv.QUOTE_ALL}, {},
    ],
)  # fmt: skip
def test_a_table_that_a_spreadsheet_saved_again_is_no_edit(
    made: Callable[[int], tuple[kit.Corpus, Pack]], tmp_path: Path, how: dict[str, Any], which: int, ending: str
) -> None:
    corpus, pack = made(which)
    again = {**pack, "passages.csv": saved_again(pack["passages.csv"], **how)}

    found, code = report(put(tmp_path / f"passages.{ending}", again), corpus)

    assert re.fullmatch(r"\d+ found", found.split("\n")[-1])
    assert code == 0


def test_a_table_saved_again_in_which_a_cell_was_edited_is_named_with_its_line(
    second: kit.Corpus, tmp_path: Path
) -> None:
    content = saved_again(citation_pack(second, Selection(), made=DAY)["passages.csv"], quoting=csv.QUOTE_ALL)
    (tmp_path / "passages.csv").write_bytes(content.replace(b'"support"', b'"oppose"', 1))

    line = content[: content.index(b'"support"')].count(b"\n") + 1
    assert amiss(tmp_path / "passages.csv", second) == [("passages.csv", line)]


def test_a_table_with_a_column_of_the_readers_own_is_named_once_and_its_rows_are_found(
    second: kit.Corpus, tmp_path: Path
) -> None:
    content = citation_pack(second, Selection(), made=DAY)["passages.csv"]
    (tmp_path / "passages.csv").write_bytes(content.replace(b"\r\n", b",note\r\n"))

    found = verify(tmp_path / "passages.csv", second)

    assert amiss(tmp_path / "passages.csv", second) == [("passages.csv", 1)]
    assert found["what"][0] == "the columns are not as they were written"
    assert found.filter(outcome="found").height == content.count(b"\r\n") - 1


def test_a_cell_more_than_there_are_columns_is_an_edit_of_its_row(second: kit.Corpus, tmp_path: Path) -> None:
    content = citation_pack(second, Selection(), made=DAY)["passages.csv"].replace(b"\r\n", b"\r\n", 3)
    lines = content.split(b"\r\n")
    lines[3] += b",a note"
    (tmp_path / "passages.csv").write_bytes(b"\r\n".join(lines))

    assert amiss(tmp_path / "passages.csv", second) == [("passages.csv", 4)]


@pytest.mark.parametrize(("old", "line"), [(b"one", 2), (b"two", 3), (b"three", 4), (b"lines:", 4)])
def test_an_edit_in_a_row_of_several_lines_is_named_with_its_own(
    second: kit.Corpus, tmp_path: Path, old: bytes, line: int
) -> None:
    corpus = built(second, "one\ntwo\r\nthree")
    table = citation_pack(corpus, Selection(), made=DAY)["passages.csv"]
    (tmp_path / "passages.csv").write_bytes(table.replace(old, old + b"x"))

    assert amiss(tmp_path / "passages.csv", corpus) == [("passages.csv", line)]


# ---- quotations


def test_every_quotation_of_a_pack_is_found_in_the_corpus_that_it_was_made_from(
    corpus: kit.Corpus, tmp_path: Path
) -> None:
    path = written(tmp_path / "pack.zip", corpus)

    found = verify(path, corpus)

    assert found.columns == ["file", "line", "document_id", "quotation", "outcome", "what"]
    assert found["outcome"].unique().to_list() == ["found"]
    assert dict(found["file"].value_counts().iter_rows()) == {
        "passages.md": found.height / 2,
        "passages.csv": found.height / 2,
    }
    with zipfile.ZipFile(path) as archive:
        for file, line, quotation in found.select("file", "line", "quotation").iter_rows():
            text = archive.read(file).decode().split("\n")[line - 1]
            plain = re.sub(r"\\(.)", r"\1", text) if file.endswith(".md") else text.replace('""', '"')
            assert quotation[:20].split("\n")[0] in plain


@pytest.mark.parametrize("name", ["passages.csv", "passages.md"])
def test_one_file_of_a_pack_is_checked_alone_under_any_name(corpus: kit.Corpus, tmp_path: Path, name: str) -> None:
    path = tmp_path / name.replace("passages", "my notes")
    path.write_bytes(citation_pack(corpus, Selection(themes=["resources"]), made=DAY)[name])

    assert {*verify(path, corpus)["outcome"]} == {"found"}
    assert {*verify(path, corpus)["file"]} == {path.name}


@pytest.mark.parametrize("name", ["passages.csv", "passages.md"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(second: kit.Corpus, tmp_path: Path, name: str) -> None:
    content = citation_pack(second, Selection(), made=DAY)[name].removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    for number, other in enumerate((content, b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))):
        path = tmp_path / f"{number}{name}"
        path.write_bytes(other.rstrip())

        assert {*verify(path, second)["outcome"]} == {"found"}


def test_a_quotation_is_still_found_where_its_document_changed_elsewhere(second: kit.Corpus, tmp_path: Path) -> None:
    path = written(tmp_path / "pack.zip", second, Selection(documents=[ANSWER]))

    found = verify(path, with_text(second, ANSWER, second.text(ANSWER) + "\nAdded later.\n"))

    assert {*found["outcome"]} == {"found"}
    assert found["what"].str.ends_with("; the document has changed elsewhere").all()


def test_a_quotation_that_stands_elsewhere_has_moved_to_the_nearest_place(second: kit.Corpus, tmp_path: Path) -> None:
    path, words = tmp_path / "passages.md", "a quotation, of some length"
    corpus = built(second, words)
    path.write_bytes(citation_pack(corpus, Selection(), made=DAY)["passages.md"])

    once = verify(path, with_text(corpus, ANSWER, f"put in before\n{words}"))
    twice = verify(path, with_text(corpus, ANSWER, f"put in before\n{words}{' ' * 50}{words}"))

    near = verify(path, with_text(corpus, ANSWER, f"{words}{' ' * 10}{words}"))

    assert near["what"][0].startswith(f"now {ANSWER}#char=0,")
    assert once.select("outcome", "what").row(0) == ("moved", f"now {ANSWER}#char=14,{14 + len(words)}")
    assert twice.select("outcome", "what").row(0) == (
        "moved", f"now {ANSWER}#char=14,{14 + len(words)}, the nearest of 2 places",
    )  # fmt: skip


def test_the_nearest_place_may_be_the_later_one(second: kit.Corpus, tmp_path: Path) -> None:
    path, corpus = tmp_path / "passages.md", built(second, "ab")
    path.write_bytes(citation_pack(corpus, Selection(), made=DAY)["passages.md"])

    found = verify(path, with_text(corpus, ANSWER, "ab       ab"))

    assert found["what"][0] == f"now {ANSWER}#char=9,11, the nearest of 2 places"


def test_a_quotation_with_one_other_character_in_its_document_has_changed(second: kit.Corpus, tmp_path: Path) -> None:
    path, words = tmp_path / "passages.csv", "a quotation, of some length"
    corpus = built(second, words)
    path.write_bytes(citation_pack(corpus, Selection(), made=DAY)["passages.csv"])

    found = verify(path, with_text(corpus, ANSWER, f"before\n{words.replace(',', ';')}\nafter"))

    assert found.select("line", "outcome", "what").rows() == [(2, "changed", f"no longer in {ANSWER}")]


def test_a_document_that_the_corpus_does_not_have_is_missing(
    second: kit.Corpus, corpus: kit.Corpus, tmp_path: Path
) -> None:
    path = written(tmp_path / "pack.zip", second)

    found = verify(path, corpus)

    assert {*found["outcome"]} == {"missing"}
    assert found["what"].str.starts_with(f"no document '{ANSWER}' in this corpus").any()


def test_a_proposition_of_another_version_is_told(second: kit.Corpus, tmp_path: Path) -> None:
    path = written(tmp_path / "pack.zip", second)
    propositions = second.propositions.with_columns(version=pl.col("version") + 1)
    coded = second.statements.height * 2
    first = second.statements["proposition_id"][0]

    newer = verify(path, replace(second, propositions=propositions))
    gone = verify(path, replace(second, propositions=second.propositions.filter(pl.col("proposition_id") != first)))

    assert {*newer["outcome"]} == {"found"}
    assert newer["what"].str.contains("; proposition [a-z-]+, version 1, now 2$").sum() == coded
    assert gone["what"].str.ends_with(f"; proposition {first}, version 1, now gone").any()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("passages.csv", ",support,", ",oppose,"),
        ("passages.csv", "2019-03-12/2019-03-12", "2019-03-12/2019-03-13"),
        ("passages.csv", ",yes,", ",no,"),
        ("passages.csv", ",stated,", ",,"),
        ("passages.csv", ",lines:", ",lines:0"),
        ("passages.md", ": support. ", ": oppose. "),
        ("passages.md", "#char=", "#char=1"),
        ("passages.md", "; sha256 ", "; sha256 0"),
        ("passages.md", "confidence high", "confidence  high"),
        ("passages.md", "check sha256:", "check sha256:0"),
        ("passages.md", "\n\n[^1]: ", "\n\n[^2]: "),
    ],
)
def test_an_entry_that_was_edited_by_hand_is_named_with_its_line(
    second: kit.Corpus, tmp_path: Path, name: str, old: str, new: str
) -> None:
    path = written(tmp_path / "pack.zip", second)
    line = changed(path, name, old, new)

    edited = verify(path, second).filter(pl.col("outcome") == "edited")

    assert edited.select("file", "line").rows() == [(name, line + 2 * (old == "\n\n[^1]: "))]
    assert edited["what"][0].startswith("not as it was written; its quotation: ")


def test_an_edited_quotation_is_named_with_its_line_and_how_it_fares(second: kit.Corpus, tmp_path: Path) -> None:
    path = tmp_path / "passages.md"
    text = citation_pack(second, Selection(), made=DAY)["passages.md"].decode()
    at = text.index("\n> ", len(text) // 2) + 1
    path.write_bytes(f"{text[:at]}> not {text[at + 2 :]}".encode())

    edited = verify(path, second).filter(pl.col("outcome") == "edited")

    assert edited.select("line", "what").rows() == [
        (
            text.count("\n", 0, at) + 1,
            f"not as it was written; its quotation: changed, no longer in {edited['document_id'][0]}",
        )
    ]


@pytest.mark.parametrize("piece", [r"(?m)^>.*\n", r"(?m)^\[\^\d+\]: .*\n"])
def test_a_quotation_and_a_footnote_that_have_lost_each_other_are_named(
    second: kit.Corpus, tmp_path: Path, piece: str
) -> None:
    path = tmp_path / "passages.md"
    text = citation_pack(second, Selection(), made=DAY)["passages.md"].decode()
    path.write_bytes(re.sub(piece, "", text, count=1).encode())

    found = verify(path, second)

    line = text.count("\n", 0, re.search(piece, text).start()) + 1  # type: ignore[union-attr]
    edited = found.filter(outcome="edited").filter(pl.col("document_id") + pl.col("quotation") != "")
    assert edited.height == 1
    assert found.filter(outcome="edited")["line"].min() == line
    assert found.filter(outcome="found").height == text.count("; check ") - 1


def test_a_file_cut_off_within_a_quotation_has_an_edited_entry_there(second: kit.Corpus, tmp_path: Path) -> None:
    path = tmp_path / "passages.md"
    content = citation_pack(second, Selection(), made=DAY)["passages.md"]
    path.write_bytes(content[: content.rindex(b"\n> ") + 20])

    found = verify(path, second)

    assert found["outcome"].to_list()[-1] == "edited"
    assert {*found["outcome"][:-1]} == {"found"}


@pytest.mark.parametrize("cell", ["-1", "x", "", "²", "9" * 5000])
def test_a_place_that_is_no_number_is_an_edited_row_whose_quotation_is_looked_for(
    second: kit.Corpus, tmp_path: Path, cell: str
) -> None:
    path = tmp_path / "passages.csv"
    content = citation_pack(built(second, "a quotation, of some length"), Selection(), made=DAY)[
        "passages.csv"
    ].decode()
    path.write_bytes(content.replace(f",{ANSWER},7,", f",{ANSWER},{cell},").encode())

    found = verify(path, built(second, "a quotation, of some length"))

    what = f"not as it was written; its quotation: moved, now {ANSWER}#char=7,34"
    assert found.select("line", "outcome", "what").rows() == [(2, "edited", what)]


def test_a_place_before_the_beginning_is_not_the_end(second: kit.Corpus, tmp_path: Path) -> None:
    path, corpus = tmp_path / "passages.csv", built(second, "r")
    content = citation_pack(corpus, Selection(), made=DAY)["passages.csv"].decode()
    path.write_bytes(content.replace(f",{ANSWER},7,", f",{ANSWER},-1,").encode())

    assert verify(path, corpus)["what"][0].endswith(f"moved, now {ANSWER}#char=4,5, the nearest of 3 places")


def test_a_character_that_there_is_none_of_is_an_edited_entry(second: kit.Corpus, tmp_path: Path) -> None:
    path = tmp_path / "passages.md"
    content = citation_pack(second, Selection(themes=["safety"]), made=DAY)["passages.md"]
    path.write_bytes(content.replace(b"\n> ", b"\n> &#9999999;", 1))

    assert verify(path, second)["outcome"][0] == "edited"


def test_a_row_behind_one_of_several_lines_is_named_with_its_own_line(second: kit.Corpus, tmp_path: Path) -> None:
    path, corpus = tmp_path / "passages.csv", built(second, "one\ntwo\r\nthree")
    content = citation_pack(corpus, Selection(), made=DAY)["passages.csv"].decode()
    path.write_bytes((content + content.split("\r\n", 1)[1]).encode())

    found = verify(path, corpus)
    assert found.filter(outcome="found")["line"].to_list() == [2, 5]
    told = [(5, "entry 1 of 1 stands here, where entry 2 was due")]
    assert found.filter(outcome="edited").select("line", "what").rows() == told


def test_a_row_cut_short_and_a_row_without_words_are_edited(second: kit.Corpus, tmp_path: Path) -> None:
    path = tmp_path / "passages.csv"
    content = citation_pack(second, Selection(), made=DAY)["passages.csv"].decode()
    path.write_bytes(f'{content}cut short,{ANSWER}\r\n"",{ANSWER},0,0\r\n'.encode())

    found = verify(path, second)

    assert found["outcome"].to_list()[-2:] == ["edited", "edited"]
    assert found["what"][-1] == f"not as it was written; its quotation: changed, no longer in {ANSWER}"
    assert {*found["outcome"][:-2]} == {"found"}


@pytest.mark.parametrize(
    ("name", "old", "new", "more"),
    [
        ("selection.json", "{", "{ ", []),
        ("references.bib", "title", "titel", []),
        ("matrix.svg", "<svg/>", "<svg />", []),
        ("passages.md", "What it shows: ", "What it shows: all, or ", []),
        ("passages.md", "## ", "## Not ", []),
        ("SHA256SUMS", "  matrix.svg\n", "  other.svg\n", [("matrix.svg", "added"), ("other.svg", "taken out")]),
        ("SHA256SUMS", "# lines of references.bib ", "# lines of references.bib A", []),
    ],
)
def test_what_was_changed_in_a_pack_outside_its_quotations_is_named(
    second: kit.Corpus, tmp_path: Path, name: str, old: str, new: str, more: list[tuple[str, str]]
) -> None:
    path = written(tmp_path / "pack.zip", second)
    line = changed(path, name, old, new)

    edited = verify(path, second).filter(pl.col("outcome") == "edited")

    told = [(file, 0, f"not as SHA256SUMS says: {how}") for file, how in more]
    assert edited.select("file", "line", "what").rows() == [(name, line, "not as it was written"), *told]


def test_a_line_of_the_sums_that_is_none_is_named(second: kit.Corpus, tmp_path: Path) -> None:
    path = written(tmp_path / "pack.zip", second)
    line = changed(path, "SHA256SUMS", "  matrix.svg\n", "  matrix.svg\n\nmore\n")

    edited = verify(path, second).filter(pl.col("outcome") == "edited")

    assert edited.select("file", "line", "what").rows() == [
        ("SHA256SUMS", line + 1, "not as it was written"),
        ("SHA256SUMS", line + 2, "not as it was written"),
    ]


def test_other_line_ends_of_the_sums_change_nothing(second: kit.Corpus, tmp_path: Path) -> None:
    pack = citation_pack(second, Selection(), made=DAY)
    write_pack(tmp_path / "pack.zip", pack | {"SHA256SUMS": pack["SHA256SUMS"].replace(b"\n", b"\r\n")})

    assert {*verify(tmp_path / "pack.zip", second)["outcome"]} == {"found"}


def test_one_edited_entry_hides_no_other_edit_of_its_file(second: kit.Corpus, tmp_path: Path) -> None:
    path = written(tmp_path / "pack.zip", second)
    lines = [
        changed(path, "passages.md", "What it shows: ", "What it shows: all, or "),
        changed(path, "passages.md", ": support. ", ": oppose. "),
    ]

    edited = verify(path, second).filter(pl.col("outcome") == "edited")

    assert edited.select("file", "line").rows() == [("passages.md", line) for line in lines]


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("name", ["passages.csv", "passages.md"])
@pytest.mark.parametrize("last", [False, True])
def test_an_entry_that_was_taken_out_is_noticed(
    second: kit.Corpus, tmp_path: Path, name: str, zipped: bool, last: bool
) -> None:
    path = written(tmp_path / "pack.zip", second, Selection(themes=["safety"]))
    text = unzipped(path)[name].decode()
    count = verify(path, second)["file"].to_list().count(name)
    starts = [found.start() for found in re.finditer("\r\n(?=.)" if name.endswith(".csv") else "\n\n(?=>|\\[//)", text)]
    old = text[starts[-2] : starts[-1]] if last else text[starts[0] : starts[1]]
    if last and name.endswith(".csv"):
        old = text[starts[-1] : -2]
    line = changed(path, name, old, "") + (1 if name.endswith(".csv") else 2)
    path = path if zipped else put(tmp_path / name, unzipped(path))

    edited = verify(path, second).filter(pl.col("outcome") == "edited")

    due = (
        f"nothing stands here, where entry {count} of {count}"
        if last
        else f"entry 2 of {count} stands here, where entry 1"
    )
    assert edited.select("file", "line").rows() == [(name, line)]
    assert edited["what"][0] in (f"{due} was due", "here lines were taken out, added or moved")


def test_a_pack_without_its_sums_says_so_once(second: kit.Corpus, tmp_path: Path) -> None:
    pack = citation_pack(second, Selection(themes=["safety"]), made=DAY)
    del pack["SHA256SUMS"]
    write_pack(tmp_path / "pack.zip", pack)

    found = verify(tmp_path / "pack.zip", second)

    told = ("SHA256SUMS", 0, "is missing: only passages.md and passages.csv could be checked")
    assert found.filter(pl.col("outcome") != "found").select("file", "line", "what").rows() == [told]
    assert found.height > 1


def test_a_file_of_another_name_in_a_pack_was_added(second: kit.Corpus, tmp_path: Path) -> None:
    pack = citation_pack(second, Selection(themes=["safety"]), made=DAY)
    more = {"other.csv": b"a,b\r\n1,2\r\n", "notes.md": b"> a quotation\n", "c.txt": b"c"}
    write_pack(tmp_path / "pack.zip", pack | more)

    edited = verify(tmp_path / "pack.zip", second).filter(pl.col("outcome") == "edited")

    told = [(name, 0, "not as SHA256SUMS says: added") for name in sorted(more)]
    assert edited.select("file", "line", "what").rows() == told


def test_a_pack_that_was_zipped_again_in_a_folder_is_read_as_if_without(second: kit.Corpus, tmp_path: Path) -> None:
    pack = citation_pack(second, Selection(themes=["safety"]), {"a.svg": b""}, DAY)
    write_pack(tmp_path / "pack.zip", pack)
    for folder in ("my pack/", "on/my pack/"):
        again = {folder: b""} | {f"{folder}{name}": content for name, content in pack.items()}
        write_pack(tmp_path / "again.zip", again | {f"__MACOSX/{folder}._passages.md": b"x"})

        assert verify(tmp_path / "again.zip", second).equals(verify(tmp_path / "pack.zip", second))


def test_a_pack_under_the_name_of_one_of_its_files_is_a_pack_all_the_same(second: kit.Corpus, tmp_path: Path) -> None:
    path = written(tmp_path / "pack.zip", second)
    changed(path, "matrix.svg", "<svg/>", "<svg />")

    found = verify(path.rename(tmp_path / "passages.md"), second)

    assert found.filter(pl.col("outcome") == "edited")["file"].to_list() == ["matrix.svg"]


# ---- a corpus that does not load any more


def test_a_pack_is_verified_where_the_documents_have_changed_or_gone_and_the_corpus_does_not_load(
    second: kit.Corpus, copy_of_second: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "pack.zip", second)
    rows = {one: second.statements.filter(document_id=one).row(0, named=True) for one in (ANSWER, SPEECH)}
    copy_of_second.change(f"documents/{ANSWER}.txt", rows[ANSWER]["evidence"], "another text")
    copy_of_second.write(f"documents/{SPEECH}.txt", f"before\n{second.text(SPEECH)}")
    (copy_of_second.path / "documents" / "night-ferry-briefing.txt").unlink()
    with pytest.raises(kit.CorpusError):
        kit.load(copy_of_second.path)

    code = main(["verify", str(path), "--corpus", str(copy_of_second.path)])

    told = capsys.readouterr()
    assert code == 1
    assert told.err == "kit: the corpus has problems (python3 -m kit check names them): only its texts were read\n"
    assert {*re.findall(r"(?m)^passages\.(?:csv|md):[1-9]\d*: (\w+): ", told.out)} == {
        "moved", "changed", "missing",
    }  # fmt: skip
    assert re.search(r"(?m)^\d+ found, \d+ moved, \d+ changed, \d+ missing$", told.out)
    assert f": changed: no longer in {ANSWER}\n" in told.out
    assert ": missing: no document 'night-ferry-briefing' in this corpus" in told.out
    assert re.search(f": moved: now {SPEECH}#char=", told.out)
    assert "now gone" not in told.out


def test_a_found_quotation_says_that_its_document_has_changed_though_the_corpus_does_not_load(
    second: kit.Corpus, copy_of_second: Any, tmp_path: Path
) -> None:
    path = written(tmp_path / "pack.zip", second, Selection(documents=[SPEECH]))
    copy_of_second.add(f"documents/{SPEECH}.txt", "\nmore\n")
    copy_of_second.write("codebook.toml", "no TOML")

    found = verify(path, sources(copy_of_second.path))

    assert {*found["outcome"]} == {"found"}
    assert found["what"].str.contains("; the document has changed elsewhere").all()
    assert found["what"].str.contains("; proposition [a-z-]+, version 1, now not known$").any()


def test_the_sources_of_a_folder_are_its_texts_and_propositions(second: kit.Corpus, copy_of_second: Any) -> None:
    (copy_of_second.path / "documents" / "latin.txt").write_bytes(b"caf\xe9")
    copy_of_second.write("speakers.toml", "no TOML")

    there = sources(copy_of_second.path)

    assert there.texts == second.texts
    assert there.propositions.equals(second.propositions)
    assert there.statements.columns == second.statements.columns
    assert sources(copy_of_second.path / "nowhere").texts == {}


def test_a_folder_that_is_no_corpus_is_told_as_such(
    second: kit.Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "pack.zip", second)

    assert main(["verify", str(path), "--corpus", str(tmp_path / "nowhere")]) == 1
    assert "nowhere: is not a folder that can be read" in capsys.readouterr().err


# ---- what is no pack


@pytest.mark.parametrize("name", ["pack.zip", "passages.csv", "passages.md", "notes.txt"])
@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 and then nothing", b"\xff\xfe\x00", b"# A title\n\nNo quotation.\n", b"a,b\r\n1,2\r\n"],
)
def test_a_file_that_is_no_pack_is_told_in_one_line(
    second: kit.Corpus, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    told = r"cannot be read: a damaged \.zip|has no column|has no quotation, or is no citation pack"

    with pytest.raises(PackError, match=told) as caught:
        verify(tmp_path / name, second)

    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["nothing.zip", "."])
def test_a_path_that_is_no_file_is_told_in_one_line(second: kit.Corpus, tmp_path: Path, name: str) -> None:
    with pytest.raises(PackError, match=r": cannot be read: (No such file|Is a directory|Permission denied)"):
        verify(tmp_path / name, second)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_pack_that_was_cut_off_is_damaged(second: kit.Corpus, tmp_path: Path, share: float) -> None:
    path = written(tmp_path / "pack.zip", second)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(PackError, match=r"pack\.zip: cannot be read: a damaged \.zip"):
        verify(path, second)


def test_a_pack_with_any_byte_of_its_files_spoilt_is_damaged_or_edited(second: kit.Corpus, tmp_path: Path) -> None:
    path = written(tmp_path / "pack.zip", second)
    content = path.read_bytes()
    for at in range(60, len(content) - 900, 997):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])

        try:
            outcomes = {*verify(path, second)["outcome"]}
        except PackError as error:
            outcomes = {*re.findall("damaged|is no", str(error))}

        assert outcomes & {"damaged", "is no", "edited"}, at


def test_a_pack_under_a_password_cannot_be_read(second: kit.Corpus, tmp_path: Path) -> None:
    path = written(tmp_path / "pack.zip", second)
    content = path.read_bytes().replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01")
    path.write_bytes(re.sub(rb"(PK\x01\x02....)\x00", b"\\1\x01", content, flags=re.DOTALL))

    with pytest.raises(PackError, match=r"cannot be read: a damaged \.zip or path \(.*encrypted"):
        verify(path, second)


@pytest.mark.parametrize("files", [{}, {"a.txt": b"x"}, {"passages.csv": b"x"}, {"folder/passages.md": b"x"}])
def test_a_zip_that_holds_no_pack_is_told(second: kit.Corpus, tmp_path: Path, files: dict[str, bytes]) -> None:
    write_pack(tmp_path / "pack.zip", files)

    with pytest.raises(PackError, match=r"is no citation pack|'passages\.csv': has no column 'check' in line 1"):
        verify(tmp_path / "pack.zip", second)


def test_a_pack_of_nothing_has_no_quotation_to_check(second: kit.Corpus, tmp_path: Path) -> None:
    path = written(tmp_path / "pack.zip", second, Selection(text="no such words"))

    assert verify(path, second).is_empty()
    assert report(path, second) == ("a pack of nothing: no quotation to check", 0)


def test_a_pack_with_bits_flipped_anywhere_gives_a_frame_or_says_that_it_is_damaged(
    second: kit.Corpus, tmp_path: Path
) -> None:
    chance, path = random.Random(7), written(tmp_path / "pack.zip", second, Selection(themes=["safety"]))
    content = path.read_bytes()
    ends = [*range(content.rindex(b"PK\x05\x06"), len(content)), *range(content.index(b"PK\x01\x02"), len(content))]
    places, told = [*range(len(content)), *ends * 20], list[str]()
    for _ in range(1500):
        spoilt = bytearray(content)
        for at in chance.choices(places, k=chance.randint(1, 4)):
            spoilt[at] ^= 1 << chance.randrange(8)
        path.write_bytes(spoilt)

        try:
            found = verify(path, second)
        except PackError as error:
            told.append(str(error))
        else:
            assert found.columns == ["file", "line", "document_id", "quotation", "outcome", "what"]
    assert told
    assert [one for one in told if "\n" in one or "pack.zip: " not in one] == []


@pytest.mark.parametrize("name", ["passages.csv", "passages.md"])
def test_a_file_of_a_pack_with_bits_flipped_anywhere_gives_a_frame_or_says_that_it_is_damaged(
    second: kit.Corpus, tmp_path: Path, name: str
) -> None:
    chance, path = random.Random(7), tmp_path / name
    content = citation_pack(second, Selection(themes=["safety"]), made=DAY)[name]
    told = list[str]()
    for _ in range(300):
        spoilt = bytearray(content)
        for at in chance.choices(range(len(content)), k=chance.randint(1, 40)):
            spoilt[at] ^= 1 << chance.randrange(8)
        path.write_bytes(spoilt)

        try:
            text, _ = report(path, second)
        except PackError as error:
            told.append(str(error))
        else:
            assert ": edited: " in text
    assert [one for one in told if not re.search("has no (column|quotation)", one)] == []


def test_half_a_pair_of_numbers_for_a_character_is_an_edited_entry(second: kit.Corpus, tmp_path: Path) -> None:
    path = tmp_path / "passages.md"
    content = citation_pack(second, Selection(themes=["safety"]), made=DAY)["passages.md"]
    path.write_bytes(content.replace(b"\n> ", b"\n> &#55296;", 1))

    assert verify(path, second)["outcome"][0] == "edited"


# ---- the report


def test_the_report_has_a_line_for_all_that_is_amiss_the_counts_and_the_code(
    second: kit.Corpus, tmp_path: Path
) -> None:
    path = written(tmp_path / "pack.zip", second)
    title = changed(path, "passages.md", "# ", "# Not ")
    line = changed(path, "passages.csv", ",support,", ",oppose,")

    text, code = report(path, second)

    lines = text.split("\n")
    assert code == 1
    assert lines[0] == f"passages.md:{title}: edited: not as it was written"
    assert lines[1].startswith(f"passages.csv:{line}: edited: not as it was written; its quotation: found, ")
    assert lines[2:] == [f"{verify(path, second).height - 2} found, 2 edited"]


def test_the_report_says_once_of_a_document_what_there_is_to_say_of_quotations_that_are_found(
    second: kit.Corpus, tmp_path: Path
) -> None:
    path = written(tmp_path / "pack.zip", second, Selection(documents=[ANSWER, SPEECH]))
    of_speech = verify(path, second).filter(document_id=SPEECH).height

    text, code = report(path, with_text(second, SPEECH, second.text(SPEECH) + "\nAdded later.\n"))

    assert text.split("\n") == [
        f"{SPEECH}: {of_speech} found; the document has changed elsewhere",
        f"{verify(path, second).height} found",
    ]
    assert code == 0


def test_the_report_of_a_whole_pack_gives_no_error(second: kit.Corpus, tmp_path: Path) -> None:
    text, code = report(written(tmp_path / "pack.zip", second), second)

    assert code == 0
    assert re.fullmatch(r"\d+ found", text.split("\n")[-1])


def test_what_is_no_pack_has_no_report(second: kit.Corpus, tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"none\.zip: cannot be read: No such file or directory$"):
        report(tmp_path / "none.zip", second)


def test_a_pack_cannot_steer_the_terminal_in_which_it_is_checked(second: kit.Corpus, tmp_path: Path) -> None:
    path = tmp_path / "passages.csv"
    content = citation_pack(second, Selection(), made=DAY)["passages.csv"].decode()
    path.write_bytes(content.replace(ANSWER, "\x1b[2J\u202e\x9b", 1).encode())

    text, code = report(path, second)

    assert code == 1
    assert text.replace("\n", "").isprintable()
    assert r"\x1b[2J\u202e\x9b" in text


# ---- size


def test_a_passage_longer_than_a_spreadsheet_or_csv_expects_comes_back(second: kit.Corpus, tmp_path: Path) -> None:
    path, words = tmp_path / "passages.csv", "word after word, " * 20_000
    path.write_bytes(citation_pack(built(second, words), Selection(), made=DAY)["passages.csv"])

    assert verify(path, built(second, words)).select("quotation", "outcome").rows() == [(words, "found")]


@pytest.mark.parametrize("run", [" ", "x", "'", "\\", "#char=1,2; sha256 ", "1", ">", "\n"])
def test_a_run_of_a_hundred_thousand_characters_takes_no_long_time(
    second: kit.Corpus, tmp_path: Path, run: str
) -> None:
    path, words = tmp_path / "passages.md", f"a{run * (100_000 // len(run))}b"
    corpus, began = built(second, words, name=words), time.process_time()
    path.write_bytes(citation_pack(corpus, Selection(), made=DAY)["passages.md"])

    found = verify(path, corpus)

    assert found.select("quotation", "outcome").rows() == [(words, "found")]
    assert time.process_time() - began < 10
