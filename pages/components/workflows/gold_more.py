"""More gold, drawn before it is locked. No Streamlit.

A simple random draw among all windows of the question that were not drawn yet, reviewed ones as
well: leaving those out would make gold of whatever the queue had put last. Only series with windows
that were decided in bulk stay out, as they do of the first draw: such labels are none of gold, and
Review does not ask again. A draw by predicted class would have to be weighed in every figure (see
`core.gold_size`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from core.errors import ConfigError
from core.review import Item
from pages.components.words import count
from pages.components.workflows.asking import FEW_SERIES
from pages.components.workflows.drawing import measured_items
from storage import Store
from storage.rows import DrawnItem
from training.material import GoldBook

Value = TypeVar("Value")

LEFT_TO_LEARN = 0.5
"""Share of the series that stays out of gold, so that something is left to learn from."""


@dataclass(frozen=True)
class Pool:
    """What more gold can be drawn from.

    Attributes:
        inside: windows not drawn yet that lie in reserved samples already.
        series: windows not drawn yet of each series without gold; none where gold is time blocks.
        spare: how many of these series may become gold.
    """

    inside: tuple[Item, ...]
    series: Mapping[str, Sequence[Item]]
    spare: int

    @property
    def left(self) -> int:
        """How many windows can be drawn at least, whichever series come."""
        return len(self.inside) + sum(sorted(map(len, self.series.values()))[: self.spare])


def may_draw_more(store: Store, project_id: str) -> bool:
    """Tell whether gold can still grow: it was drawn here, and nothing was trained yet."""
    trained = store.gold.is_locked(project_id) or bool(store.snapshots.list(project_id))
    return not trained and bool(store.gold.draw(project_id))


def draw_more(
    store: Store,
    project_id: str,
    question_id: str,
    n: int,
    rng: np.random.Generator | None = None,
) -> list[DrawnItem]:
    """Draw `n` more gold windows of a question at random; return what was added.

    First those that lie in reserved samples already; then windows of other series, each of which
    becomes gold whole. With few series gold stays inside the reserved blocks of time.

    Raises:
        ConfigError: when gold is fixed, or fewer than `n` are left.
    """
    if not may_draw_more(store, project_id):
        raise ConfigError(
            f"{count(n, 'more window')} cannot become gold: gold was fixed by the first training, "
            "or came with its series; start another project to measure on more"
        )
    pool = pool_of(store, project_id, question_id)
    if not 0 < n <= pool.left:
        raise ConfigError(
            f"{count(n, 'more window')} of gold cannot be drawn: {pool.left:,} are left when half "
            "of the series stay to learn from; draw fewer, or ask about more series first"
        )
    rng = rng or np.random.default_rng()
    chosen = [pool.inside[i] for i in rng.permutation(len(pool.inside))][:n]
    ranges: list[tuple[str, int, int]] = []
    lengths = {row.id: row.n_samples for row in store.series.list(project_id)}
    for series_id in _shuffled(sorted(pool.series), rng)[: pool.spare]:
        if len(chosen) >= n:
            break
        ranges.append((series_id, 0, lengths[series_id]))
        chosen += _shuffled(pool.series[series_id], rng)[: n - len(chosen)]
    before = len(store.gold.draw(project_id))
    added = [(item.id, True) for item in chosen]
    return store.gold.add_to_draw(project_id, before, added, ranges, "drawn")[before:]


def pool_of(store: Store, project_id: str, question_id: str) -> Pool:
    """Return what more gold of a question can be drawn from."""
    ranges = store.gold.ranges(project_id)
    book, taken = GoldBook(ranges), {reserved.series_id for reserved in ranges}
    drawn = {one.item_id for one in store.gold.draw(project_id)}
    here = {row.id for row in store.series.list(project_id)}
    items = [item for item in measured_items(store, project_id) if item.series_id in here]
    left = [item for item in items if item.question_id == question_id and item.id not in drawn]
    there = {item.series_id for item in items}
    labels = store.corrections.current(project_id)
    in_bulk = {one for one, label in labels.items() if label.event.how == "bulk"}
    out = taken | {item.series_id for item in items if item.id in in_bulk}
    blocks = any(reserved.reason == "time_block" for reserved in ranges)
    free: dict[str, list[Item]] = defaultdict(list)
    for item in left:
        if item.series_id not in out and not blocks and len(there) >= FEW_SERIES:
            free[item.series_id].append(item)
    return Pool(
        inside=tuple(item for item in left if book.reason(item) in ("drawn", "time_block")),
        series=free,
        spare=max(0, int(len(there) * (1 - LEFT_TO_LEARN)) - len(there & taken)),
    )


def _shuffled(values: Sequence[Value], rng: np.random.Generator) -> list[Value]:
    return [values[i] for i in rng.permutation(len(values))]
