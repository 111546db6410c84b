"""Who said what, by speaker, date and theme: a ledger of positions whose every mark opens the words behind it.

`load` reads a corpus, `Selection` says what to look at, `Explorer` shows it. Nothing is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_HOMES = {
    "Comparer": "comparer",
    "Corpus": "corpus",
    "CorpusError": "errors",
    "Explorer": "explorer",
    "Guard": "guard",
    "PackError": "exports",
    "RULES": "guard",
    "Selection": "selection",
    "SelectionError": "errors",
    "Side": "guard",
    "agreement_in_words": "agreement",
    "caption": "panels",
    "cells_that_change": "sensitivity",
    "changes_over_time": "changes",
    "citation_pack": "exports",
    "coder_agreement": "agreement",
    "compare": "comparison",
    "compare_holders": "comparison",
    "disagreements_in_words": "statements",
    "documents_in_words": "statements",
    "holder_over_time": "panels",
    "holders_named_differently": "agreement",
    "levels_that_change": "sensitivity",
    "load": "corpus",
    "named": "positions",
    "pairs_matrix": "charts",
    "passages": "listing",
    "passages_by_theme": "charts",
    "positions_in_words": "statements",
    "rules_lifted": "sensitivity",
    "stance_matrix": "charts",
    "stance_positions": "positions",
    "statements_in_window": "changes",
    "statements_over_time": "charts",
    "table": "reading",
    "theme_quality": "speech",
    "theme_rates": "speech",
    "verify": "verification",
    "words_by_speaker": "charts",
    "words_spoken": "speech",
    "write_pack": "exports",
}
__all__ = sorted([*_HOMES, "__version__"])

if TYPE_CHECKING:  # an editor and mypy read these; `x as x` hands them on
    from kit.agreement import (
        agreement_in_words as agreement_in_words,
        coder_agreement as coder_agreement,
        holders_named_differently as holders_named_differently,
    )
    from kit.changes import changes_over_time as changes_over_time, statements_in_window as statements_in_window
    from kit.charts import (
        pairs_matrix as pairs_matrix,
        passages_by_theme as passages_by_theme,
        stance_matrix as stance_matrix,
        statements_over_time as statements_over_time,
        words_by_speaker as words_by_speaker,
    )
    from kit.comparer import Comparer as Comparer
    from kit.comparison import compare as compare, compare_holders as compare_holders
    from kit.corpus import Corpus as Corpus, load as load
    from kit.errors import CorpusError as CorpusError, SelectionError as SelectionError
    from kit.explorer import Explorer as Explorer
    from kit.exports import (
        PackError as PackError,
        citation_pack as citation_pack,
        write_pack as write_pack,
    )
    from kit.guard import RULES as RULES, Guard as Guard, Side as Side
    from kit.listing import passages as passages
    from kit.panels import caption as caption, holder_over_time as holder_over_time
    from kit.positions import named as named, stance_positions as stance_positions
    from kit.reading import table as table
    from kit.selection import Selection as Selection
    from kit.sensitivity import (
        cells_that_change as cells_that_change,
        levels_that_change as levels_that_change,
        rules_lifted as rules_lifted,
    )
    from kit.speech import theme_quality as theme_quality, theme_rates as theme_rates, words_spoken as words_spoken
    from kit.statements import (
        disagreements_in_words as disagreements_in_words,
        documents_in_words as documents_in_words,
        positions_in_words as positions_in_words,
    )
    from kit.verification import verify as verify


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'kit' has no attribute {name!r}; it has {', '.join(_HOMES)}")
    return getattr(import_module(f"kit.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
