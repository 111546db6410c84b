"""A hostile corpus: the second one with whatever some program takes for more than words wherever a person writes.

Markup, scripts, template braces, formulas, the specials of Markdown and BibTeX, controls, right-to-left overrides,
stacked marks, characters at every edge of UTF-8, very long names, ids that JavaScript knows as something else.
"""

# ruff: noqa: E501  (an attack is one line)

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tomllib
from itertools import count
from pathlib import Path

SECOND = Path(__file__).parent / "second_corpus"
RUNS = "globalThis.bitten=1"  # what an attack would do, if anything of it ran
ATTACK = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>'{{7*7}}${x}</style></title>&lt;b&gt;\\u0022"
ODD = "\u202egnirts\u202c \x00\x1b \U0001f469\u200d\U0001f692 e\u0301\u0323 \u2028\u0085\ufeff ﷽"
HOSTILE = f"{ATTACK} {ODD}"
ATTACKS = {
    "script": f'</script><script>{RUNS}</script><svg onload={RUNS}><a href="javascript:{RUNS}">x</a>',
    "attribute": f"' onmouseover='{RUNS}' \" onfocus=\"{RUNS}\" autofocus x=`",
    "close": f"--></mark></bdi></td></table></article></template></noscript></textarea><img src=x onerror={RUNS}>",
    "comment": '<!-- <![CDATA[ <?xml <!DOCTYPE x [<!ENTITY y "z">]> ]]> &y; &lt; &#0; &#x202e; &nbsp',
    "template": "${globalThis.bitten=1} {{constructor.constructor('globalThis.bitten=1')()}} <% x %> #{x} %s %(x)s {0} {x}",
    "expression": "datum.tip'] || (globalThis.bitten=1) || ['\\') + (globalThis.bitten=1) + (\\'",
    "formula": '=HYPERLINK("http://hostile.invalid/x","y")\t+1 -1 @SUM(A1) ＝1+1 |cmd\' /C calc\'!A0',
    "quotes": '"\'“”‘’„«»`´ \\ \\\\ \\n \\" \'\' "" """ \'\'\' ,;\t|',
    "markdown": "# *a* _b_ `c` [d](http://hostile.invalid/e) ![f](http://hostile.invalid/g) [^1]: ~~h~~ <i>j</i> > - 1. --- | $k$",
    "bibtex": '} @misc{x, title={\\input{/etc/passwd}}, %&$#_{}~^ \\end{document} "\\write18{x}"',
    "shell": "$(touch bitten) `touch bitten`; ../../bitten \\\\host\\share file:///etc/passwd C:\\con\\nul",
    "names": "constructor __proto__ toString hasOwnProperty null undefined NaN true [object Object] 1e999 -0",
    "right to left": "\u202e abc \u2067 def \u2066 שלום مرحبا \u200f\u061c ghi \u202b\u202d \u2068",
    "marks": "e" + "\u0301\u0323\u0489" * 9 + " Z" + "\u0353\u0334\u033f\u0f39" * 7 + " \u0301 begins with a mark",
    "emoji": "👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏿 🏴\U000e0067\U000e0062\U000e0065\U000e007f 🇬 🇬🇧 1\ufe0f\u20e3 \u200d\ufe0f 🏽",
    "edges": "\ud7ff\ue000\ufdd0\uffef\ufffd\ufffe\uffff\U00010000\U0001fffe\U0010ffff",
    "controls": "\x00 \x01\x07\x08\x1b[31m\x1f\x7f\x80\x9b \u00ad\u034f\u115f\u1160\u17b4\u180e\u200b\u2060\u3164\ufff9",
    "lines": "one\ntwo\r\nthree\x0bfour\x0cfive\x1csix\x85seven\u2028eight\u2029nine",
    "wide": "﷽﷽ ﷽ 𒐫𒈙⸻꧅ ＷＷＷ 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字",
    "unbroken": "Wwwwwwwww" * 60,
    "long": "and so on, and so forth, " * 40,
}
LONG = "word after word, " * 59_000
ANSWER = "2019-03-12-questions-night-ferry"
EVIDENCE = f"I say it twice: {HOSTILE.split(chr(0x2028))[0].strip()}"
IDS = {
    "ama-osei": "__proto__", "dana-rooke": "constructor", "ben-adu": "hasOwnProperty", "cleo-marsh": "toString",
    "service": "constructor", "safety": "__proto__", "money": "valueOf", "run-all-night": "__proto__",
    "second-deckhand": "constructor", "sell-a-boat": "toString", "night-ferry-briefing": "constructor",
    "2021-06-04-northport-post-night-ferry": "__proto__", "reader-one": "__proto__", "reader-two": "constructor",
}  # fmt: skip
SPOILT = (
    "name label definition text support_means oppose_means title note why how office source rights date_note publisher "
    "known_from model"
).split()
_LINE_ENDS = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def quoted(text: str) -> str:
    """Write a text as TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def spoilt(text: str, more: bool = False) -> str:
    """Give a record with the attack behind every word that a person reads; `more`: and one of ATTACKS around it."""
    turn, attacks = count(len(text)), [*ATTACKS.values()]

    def worse(match: re.Match[str]) -> str:
        key, value = match[1], tomllib.loads(f"v = {match[2]}")["v"]
        attack = attacks[next(turn) % len(attacks)] if more else ""
        first = attack if key != "office" else ""  # documents print how an office begins
        return f"{key} = {quoted(f'{first} {value} {HOSTILE} {attack}'.strip(' ') if more else f'{value} {HOSTILE}')}"

    text = re.sub(rf'^({"|".join(SPOILT)}) = ("(?!"").*")$', worse, text, flags=re.MULTILINE)
    return text.replace('note = """\n', f'note = """\n{quoted(HOSTILE)[1:-1]}\n')


def make(path: Path) -> Path:
    """Write the hostile corpus into a folder that is not there yet; `python3 -m kit check` finds no problem in it."""
    shutil.copytree(SECOND, path)
    before = tomllib.loads((path / "speakers.toml").read_text(encoding="utf-8"))["speaker"]
    for record in path.rglob("*.toml"):
        record.write_text(spoilt(record.read_text(encoding="utf-8"), more=True), encoding="utf-8")
    people = re.sub(r"^aliases = .*\n", "", (path / "speakers.toml").read_text(encoding="utf-8"), flags=re.MULTILINE)
    after = tomllib.loads(people)["speaker"]
    names = {old["name"]: new["name"] for old, new in zip(before, after, strict=True)}
    for one in before:  # attributions must still resolve: what the documents print becomes an alias
        line = f"name = {quoted(names[one['name']])}\n"
        assert line in people
        people = people.replace(line, f"{line}aliases = {json.dumps([one['name'], *one.get('aliases', [])])}\n")
    (path / "speakers.toml").write_text(people, encoding="utf-8")
    for record in (path / "documents").glob("*.toml"):
        published = tomllib.loads((SECOND / "documents" / record.name).read_text(encoding="utf-8"))["publisher"]
        line = f"publisher = {quoted(names[published])}"
        text = record.read_text(encoding="utf-8")
        record.write_text(re.sub("^publisher = .*$", lambda _, line=line: line, text, flags=re.MULTILINE), "utf-8")
    add_text(path)
    rename(path)
    return path


def add_text(path: Path) -> None:
    """Put hostile paragraphs behind the last turn of one document, and statements with words of theirs as evidence."""
    pieces = {name: _LINE_ENDS.sub(" ", f"{name} {attack}").strip() for name, attack in ATTACKS.items()}
    long = f"{LONG}here it is: {pieces['script']}, and on, {LONG}"
    paragraphs = [
        HOSTILE,
        f"Well, {EVIDENCE}!",
        *ATTACKS.values(),
        *(f"As I say, {one}, so." for one in pieces.values()),
    ]
    document, record = (path / "documents" / f"{ANSWER}.{ending}" for ending in ("txt", "toml"))
    old = document.read_bytes()
    new = old + "".join(f"\r\n\r\n{one}" for one in [*paragraphs, long]).encode() + b"\r\n"
    document.write_bytes(new)
    sums = (hashlib.sha256(content).hexdigest() for content in (old, new))
    record.write_text(record.read_text(encoding="utf-8").replace(*sums), encoding="utf-8")
    evidence = [(EVIDENCE, ""), *((one, "As I say,") for one in pieces.values()), (pieces["script"], "here it is:")]
    with (path / "codings" / "agreed" / f"{ANSWER}.toml").open("a", encoding="utf-8") as file:
        for words, before in evidence:
            turn = len(words)
            file.write(f"""
[[statement]]
speaker_id = "ama-osei"
relayed_by = []
mode = "direct"
modality = "assertion"
proposition_id = "{("sell-a-boat", "second-deckhand", "raise-fares")[turn % 3]}"
stance = "{("oppose", "mixed", "support")[turn // 3 % 3]}"
confidence = "low"
evidence = {quoted(words)}{before and f"{chr(10)}before = {quoted(before)}"}
note = {quoted(f"{words} {HOSTILE}")}
""")


def rename(path: Path) -> None:
    """Give people, themes, propositions, coders and documents ids that JavaScript knows as something else."""
    for record in path.rglob("*.toml"):
        text = record.read_text(encoding="utf-8")
        for old, new in IDS.items():
            text = re.sub(rf'(?<=")({old})(?="|#char=)', new, text)
        record.write_text(text, encoding="utf-8")
    for file in sorted(path.rglob("*"), reverse=True):
        if file.stem in IDS:
            file.rename(file.with_name(f"{IDS[file.stem]}{file.suffix}"))
