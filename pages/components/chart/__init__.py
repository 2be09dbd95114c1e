"""The one plot of the app: series, intervals by author, answers with their rationale, events back.

`chart(ChartData, key)` draws and returns a `ChartEvent`. See `data.py` for both.
"""

from pages.components.chart.component import chart as chart
from pages.components.chart.data import Action as Action
from pages.components.chart.data import Channel as Channel
from pages.components.chart.data import ChartData as ChartData
from pages.components.chart.data import ChartEvent as ChartEvent
from pages.components.chart.data import Finding as Finding
from pages.components.chart.data import Ghost as Ghost
from pages.components.chart.data import LinkedChannel as LinkedChannel
from pages.components.chart.data import LogMark as LogMark
from pages.components.chart.data import Mark as Mark
from pages.components.chart.data import Painted as Painted
from pages.components.chart.data import Panel as Panel
from pages.components.chart.data import Phrase as Phrase
from pages.components.chart.data import PhraseTouch as PhraseTouch
from pages.components.chart.scores import ScoreStrip as ScoreStrip
