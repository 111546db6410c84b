from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace
from random import Random
from typing import Any

import krippendorff
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

import kit
from kit import Selection, schema
from kit.agreement import _COUNT, _UNLIKE, _VALUES, agreement_in_words, coder_agreement, holders_named_differently
from kit.schema import STANCES

Coded = tuple[str, int, int, int, str]  # coder, body passage, proposition, holder, stance
Units = dict[int, list[Counter[str]]]  # of each passage, the values of its units
ALONE = "fewer than two codings made alone: agreement cannot be computed"
NO_VARIATION = "not defined: no variation"


def body(corpus: kit.Corpus) -> list[str]:
    return corpus.passages.filter(zone="body")["passage_id"].to_list()


def recoded(
    corpus: kit.Corpus, rows: Collection[Coded], coders: str = "ab", unread: Collection[tuple[str, int]] = ()
) -> kit.Corpus:
    """Give a corpus with other codings; `unread`: a coder and a body passage that this coder did not review."""
    passages, propositions, speakers = body(corpus), corpus.propositions.rows(named=True), corpus.speakers["speaker_id"]
    statements = [
        {
            **dict.fromkeys(schema.FRAMES["codings"]),
            **{key: propositions[proposition][key] for key in ("proposition_id", "theme_id")},
            "coder_id": coder,
            "passage_id": passages[place],
            "speaker_id": speakers[holder],
            "stance": stance,
        }
        for coder, place, proposition, holder, stance in rows
    ]
    made = {"how": "", "model": "", "made_from": [], "checked_by_person": True}
    read = [(coder, place) for coder in coders for place in range(len(passages)) if (coder, place) not in unread]
    return replace(
        corpus,
        codings=schema.frame("codings", statements),
        coders=schema.frame("coders", [{"coder_id": coder, "name": f"Coder {coder}", **made} for coder in coders]),
        reviewed=schema.frame("reviewed", [{"coder_id": coder, "passage_id": passages[at]} for coder, at in read]),
    )


def overall(corpus: kit.Corpus, measure: str, **options: int) -> dict[str, Any]:
    return coder_agreement(corpus, **options).row(
        by_predicate=(pl.col("theme_id") == "") & (pl.col("measure") == measure), named=True
    )


# ---- the published examples: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011)


def test_alpha_of_binary_data_is_the_published_one(second: kit.Corpus) -> None:
    observed = {"a": "0100000010", "b": "1110010000"}
    one = replace(second, propositions=second.propositions.head(1))
    rows = [(coder, place, 0, 0, "support") for coder in "ab" for place in range(10) if observed[coder][place] == "1"]
    unread = [("b", place) for place in range(10, len(body(second)))]

    row = overall(recoded(one, rows, unread=unread), "found")

    assert [row[key] for key in ("units", "agreed", "passages")] == [10, 6, 10]
    assert row["alpha"] == pytest.approx(0.095, abs=0.0005)
    assert row["agreed_share"] == 0.6


@pytest.mark.parametrize(
    ("observers", "published"),
    [
        (["aabbdcccedda", "babbbccceddd"], 0.692),
        (["123321412...", "1233224125.3", ".3332342251.", "12332441251."], 0.743),
    ],
    ids=["two observers", "four observers, missing data"],
)
def test_the_terms_of_alpha_give_the_published_one_for_nominal_data(observers: list[str], published: float) -> None:
    domain = dict(zip(sorted(set("".join(observers)) - {"."}), _VALUES, strict=True))
    units = [Counter(domain[value] for value in unit if value != ".") for unit in zip(*observers, strict=True)]
    counts = pl.DataFrame([{value: unit[value] for value in _VALUES} for unit in units]).filter(_COUNT > 1)

    expected = counts.sum().select(_UNLIKE).item()

    assert 1 - counts.select(_UNLIKE).sum().item() / expected == pytest.approx(published, abs=0.0005)


# ---- against an independent implementation


def units_of(corpus: kit.Corpus, theme_id: str) -> dict[str, Units]:
    """Give the units of each measure by the definition of the codebook, row by row."""
    coders = [row["coder_id"] for row in corpus.coders.rows(named=True) if not row["made_from"]]
    read = defaultdict(set)
    for coder, passage_id in corpus.reviewed.iter_rows():
        read[passage_id].add(coder)
    places = [passage_id for passage_id in body(corpus) if read[passage_id] >= set(coders)]
    said = defaultdict(set)
    for row in corpus.codings.rows(named=True):
        if row["coder_id"] in coders:
            said[row["passage_id"], row["proposition_id"], row["speaker_id"], row["coder_id"]].add(row["stance"])
    found: Units = {place: [] for place in range(len(places))}
    stance: Units = {place: [] for place in range(len(places))}
    asked = corpus.propositions.filter((pl.col("theme_id") == theme_id) | (theme_id == ""))
    for place, passage_id in enumerate(places):
        for proposition_id in asked["proposition_id"]:
            who = {key[3] for key in said if key[:2] == (passage_id, proposition_id)}
            found[place].append(Counter("coded" if coder in who else "none" for coder in coders))
            for holder in {key[2] for key in said if key[:2] == (passage_id, proposition_id)}:
                taken = [said[passage_id, proposition_id, holder, coder] for coder in coders
                         if (passage_id, proposition_id, holder, coder) in said]  # fmt: skip
                if len(taken) > 1:
                    stance[place].append(Counter(min(one) if len(one) == 1 else "mixed" for one in taken))
    return {"found": found, "stance": stance}


def alpha_of(units: list[Counter[str]]) -> float | None:
    domain = sorted({value for unit in units for value in unit})
    if len(domain) < 2:
        return None
    counts = [[unit[value] for value in domain] for unit in units]
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def assert_as_computed_elsewhere(corpus: kit.Corpus, resamples: int) -> None:
    shown = coder_agreement(corpus, resamples=resamples, seed=7)
    for theme_id in ["", *corpus.themes["theme_id"]]:
        for measure, by_place in units_of(corpus, theme_id).items():
            units = [unit for place in by_place.values() for unit in place]
            rows = shown.filter(theme_id=theme_id, measure=measure).rows(named=True)
            if theme_id and not units:
                assert rows == []
                continue
            (row,) = rows
            assert (row["units"], row["agreed"]) == (len(units), sum(len(unit) == 1 for unit in units))
            assert row["alpha"] == pytest.approx(alpha_of(units), abs=1e-9)
            assert row["note"] == ("" if row["alpha"] is not None else NO_VARIATION)
            drawn = Random(7).choices(range(len(by_place)), k=resamples * len(by_place)) if by_place else []
            draws = [drawn[start : start + len(by_place)] for start in range(0, len(drawn), len(by_place) or 1)]
            alphas = [alpha_of([unit for place in draw for unit in by_place[place]]) for draw in draws]
            redrawn = pl.Series([alpha for alpha in alphas if alpha is not None], dtype=pl.Float64)
            assert row["low"] == pytest.approx(redrawn.quantile(0.025, "linear"), abs=1e-9)
            assert row["high"] == pytest.approx(redrawn.quantile(0.975, "linear"), abs=1e-9)


@pytest.mark.parametrize("name", ["corpus", "second"])
def test_alphas_and_intervals_are_those_of_another_implementation(name: str, request: pytest.FixtureRequest) -> None:
    assert_as_computed_elsewhere(request.getfixturevalue(name), resamples=25)


@st.composite
def codings(draw: st.DrawFn) -> dict[str, Any]:
    coders = "abcd"[: draw(st.integers(2, 4))]
    place, coder = st.integers(0, 5), st.sampled_from(coders)
    row = st.tuples(coder, place, st.integers(0, 2), st.integers(0, 1), st.sampled_from(STANCES))
    unread = {("a", place) for place in range(draw(st.integers(2, 6)), 34)}
    return {
        "coders": coders,
        "rows": draw(st.lists(row, max_size=40)),
        "unread": unread | draw(st.sets(st.tuples(coder, place), max_size=3)),
    }


@settings(max_examples=60)
@given(made=codings())
def test_any_codings_give_what_another_implementation_gives(second: kit.Corpus, made: dict[str, Any]) -> None:
    assert_as_computed_elsewhere(recoded(second, **made), resamples=5)


# ---- what is a unit


def test_the_second_corpus_agrees_as_can_be_counted_by_hand(second: kit.Corpus) -> None:
    # 34 body passages by 4 propositions, of which three were coded by one reader only; 14 holders in common, one of
    # them with two stances of one reader
    shown = coder_agreement(second).select("theme", "measure", "units", "agreed", "coders", "passages", "note")

    assert shown.rows()[:2] == [
        ("all themes", "found", 136, 133, "reader-one, reader-two", 34, ""),
        ("all themes", "stance", 14, 13, "reader-one, reader-two", 34, ""),
    ]
    assert shown["theme"].unique(maintain_order=True).to_list() == ["all themes", *second.themes["label"]]
    assert shown["units"].sum() == 2 * (136 + 14)


def test_a_passage_that_one_coder_did_not_review_is_left_out_and_not_read_as_none(second: kit.Corpus) -> None:
    rows = [("a", 0, 0, 0, "support"), ("b", 1, 0, 0, "support")]

    row = overall(recoded(second, rows, unread=[("b", 0)]), "found")

    assert (row["passages"], row["units"], row["agreed"]) == (33, 132, 131)


def test_captions_and_codings_made_from_others_do_not_count(corpus: kit.Corpus) -> None:
    captions = corpus.passages.filter(zone="caption")
    assert corpus.codings.join(captions, on="passage_id").height > 0

    row = overall(corpus, "found")

    assert row["passages"] == len(body(corpus))
    assert row["coders"] == "coder-a, coder-b"


def test_several_stances_of_one_coder_count_as_mixed_and_repeats_count_once(second: kit.Corpus) -> None:
    rows = [
        ("a", 0, 0, 0, "support"), ("a", 0, 0, 0, "oppose"), ("b", 0, 0, 0, "mixed"),
        ("a", 1, 0, 0, "support"), ("a", 1, 0, 0, "support"), ("b", 1, 0, 0, "support"),
        ("a", 2, 0, 0, "oppose"), ("b", 2, 0, 0, "mixed"),
    ]  # fmt: skip

    row = overall(recoded(second, rows), "stance")

    assert (row["units"], row["agreed"]) == (3, 2)


def test_where_every_value_is_the_same_alpha_is_not_defined_and_the_counts_stand(second: kit.Corpus) -> None:
    row = overall(recoded(second, [(coder, place, 0, 0, "support") for coder in "ab" for place in range(5)]), "stance")

    assert row["note"] == NO_VARIATION
    assert [row[key] for key in ("alpha", "low", "high")] == [None, None, None]
    assert [row[key] for key in ("agreed_share", "units", "agreed")] == [1, 5, 5]


def test_a_selection_does_not_change_how_far_the_coders_agree(second: kit.Corpus) -> None:
    selected = second.select(Selection(themes=second.themes["theme_id"].head(1), text="no such words"))

    assert coder_agreement(selected).equals(coder_agreement(second))
    assert agreement_in_words(selected) == agreement_in_words(second)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another(second: kit.Corpus) -> None:
    first = coder_agreement(second, seed=3)

    assert first.equals(coder_agreement(second, seed=3))
    assert not first.equals(coder_agreement(second, seed=4))
    assert first.drop("low", "high").equals(coder_agreement(second, seed=4, resamples=10).drop("low", "high"))


# ---- where there is nothing to compare


@pytest.mark.parametrize("coders", ["", "a"])
def test_fewer_than_two_codings_are_said_and_not_computed(second: kit.Corpus, coders: str) -> None:
    rows = [("a", 0, 0, 0, "support")] if coders else []
    alone = recoded(second, rows, coders=coders)

    shown = coder_agreement(alone)

    assert shown.select("theme_id", "measure", "units", "passages", "coders", "note").rows() == [
        ("", "found", 0, 0, coders, ALONE), ("", "stance", 0, 0, coders, ALONE),
    ]  # fmt: skip
    assert shown.select("alpha", "low", "high", "agreed_share").null_count().row(0) == (2, 2, 2, 2)
    assert shown.schema == coder_agreement(second).schema
    assert agreement_in_words(alone) == (ALONE.capitalize() + "." if coders else "")
    assert holders_named_differently(alone).is_empty()


def test_a_corpus_of_empty_frames_gives_rows_and_columns_all_the_same(second: kit.Corpus) -> None:
    nothing = replace(second, **{name: schema.frame(name, []) for name in schema.FRAMES})

    assert coder_agreement(nothing)["note"].to_list() == [ALONE, ALONE]
    assert holders_named_differently(nothing).schema == holders_named_differently(second).schema


def test_two_coders_who_found_nothing_have_no_variation(second: kit.Corpus) -> None:
    nothing = recoded(second, [])

    shown = coder_agreement(nothing)

    assert shown["note"].unique().to_list() == [NO_VARIATION]
    assert shown.filter(theme_id="").select("units", "agreed", "agreed_share").rows() == [(136, 136, 1), (0, 0, None)]
    assert "found not defined: no variation, 136 of 136 units alike" in agreement_in_words(nothing)


# ---- holders, and words


def test_units_with_different_holders_only_are_listed_apart_in_the_order_of_the_passages(second: kit.Corpus) -> None:
    rows = [
        ("a", 7, 1, 0, "support"), ("b", 7, 1, 1, "support"),
        ("a", 3, 0, 2, "oppose"), ("a", 3, 0, 0, "oppose"), ("b", 3, 0, 1, "support"), ("b", 3, 0, 1, "oppose"),
        ("a", 4, 0, 0, "support"), ("a", 4, 0, 1, "support"), ("b", 4, 0, 1, "support"),
        ("a", 5, 0, 0, "support"),
    ]  # fmt: skip
    named, ids = second.speakers["name"], second.speakers["speaker_id"]

    listed = holders_named_differently(recoded(second, rows)).rows(named=True)

    assert [row["passage_id"] for row in listed] == [body(second)[3], body(second)[7]]
    assert [row["proposition"] for row in listed] == second.propositions["text"].head(2).to_list()
    assert listed[0]["coder_ids"] == ["a", "a", "b"]
    assert listed[0]["speaker_ids"] == [*sorted([ids[2], ids[0]]), ids[1]]
    assert listed[1]["holders"] == [f"Coder a: {named[0]}", f"Coder b: {named[1]}"]
    assert listed[1]["passage"] == second.passages.filter(passage_id=body(second)[7])["text"].item()


def test_different_holders_count_as_found_and_have_no_stance_to_compare(second: kit.Corpus) -> None:
    made = recoded(second, [("a", 0, 0, 0, "support"), ("b", 0, 0, 1, "support")])

    assert overall(made, "found")["agreed"] == 136
    assert overall(made, "stance")["units"] == 0
    assert holders_named_differently(made).height == 1


def test_a_holder_that_two_of_three_coders_named_is_not_listed(second: kit.Corpus) -> None:
    rows = [("a", 0, 0, 0, "support"), ("b", 0, 0, 1, "support"), ("c", 0, 0, 1, "support")]

    assert holders_named_differently(recoded(second, rows, coders="abc")).is_empty()


def test_the_sentence_has_figures_intervals_and_units_and_says_what_one_model_shows(corpus: kit.Corpus) -> None:
    found, stance = (overall(corpus, measure) for measure in ("found", "stance"))

    told = agreement_in_words(corpus)

    for row in (found, stance):
        assert f"{row['alpha']:.2f} ({row['low']:.2f} to {row['high']:.2f})" in told
        assert f"{row['agreed']:,} of {row['units']:,} units alike" in told
    assert "the codings come from the same language model" in told
    assert told.endswith("agreement shows that it repeats itself, not that it is right.")


@pytest.mark.parametrize("models", [("", ""), ("one", "other"), ("one", "")])
def test_codings_of_people_or_of_different_models_are_not_said_to_come_from_one(
    second: kit.Corpus, models: tuple[str, str]
) -> None:
    made = recoded(second, [])
    made = replace(made, coders=made.coders.with_columns(pl.Series("model", models)))

    assert agreement_in_words(made).endswith("agreement shows that the coding can be repeated, not that it is right.")
