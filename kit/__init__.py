"""Who said what, by speaker, date and theme: a ledger of positions whose every mark opens the words behind it.

`load` reads a corpus, `Selection` says what to look at, `Explorer` shows it. Nothing is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_HOMES = {
    "Corpus": "corpus",
    "CorpusError": "errors",
    "Explorer": "explorer",
    "Selection": "selection",
    "SelectionError": "errors",
    "load": "corpus",
    "passages_by_theme": "charts",
    "stance_matrix": "charts",
    "stance_positions": "positions",
    "statements_over_time": "charts",
    "words_by_speaker": "charts",
}
__all__ = sorted([*_HOMES, "__version__"])

if TYPE_CHECKING:  # an editor and mypy read these; `x as x` hands them on
    from kit.charts import (
        passages_by_theme as passages_by_theme,
        stance_matrix as stance_matrix,
        statements_over_time as statements_over_time,
        words_by_speaker as words_by_speaker,
    )
    from kit.corpus import Corpus as Corpus, load as load
    from kit.errors import CorpusError as CorpusError, SelectionError as SelectionError
    from kit.explorer import Explorer as Explorer
    from kit.positions import stance_positions as stance_positions
    from kit.selection import Selection as Selection


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'kit' has no attribute {name!r}; it has {', '.join(_HOMES)}")
    return getattr(import_module(f"kit.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
