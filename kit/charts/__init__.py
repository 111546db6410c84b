"""Charts: frames in, Altair charts out; nothing here displays or counts."""

from kit import reading
from kit.charts import base
from kit.charts.bars import passages_by_theme, words_by_speaker
from kit.charts.matrix import stance_matrix
from kit.charts.pairs import pair_cells, pairs_matrix
from kit.charts.timeline import statements_over_time

__all__ = [
    "pair_cells",
    "pairs_matrix",
    "passages_by_theme",
    "stance_matrix",
    "statements_over_time",
    "words_by_speaker",
]

base.enable(reading.chart_bundle)
