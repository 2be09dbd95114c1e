"""The random first draw: which reviews come first, and which of them become gold. No Streamlit.

In a project without gold the first 20 reviewed items are drawn at random and half become gold,
before anything is trained. Gold takes the item's whole series. With fewer than 12 series a block of
time is reserved first and its gold items come from it alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.ids import utc_now
from core.review import Item
from pages.components.workflows.asking import FEW_SERIES
from storage import Store
from storage.rows import DrawnItem, GoldRange, GoldReason
from training.material import GoldBook

DRAWN = 20
BLOCK_SHARE = 0.25
"""Share of a series that a reserved time block takes."""
MAX_GOLD_SHARE = 1 / 3
"""At most this share of the series becomes gold, so that enough are left to learn from."""


@dataclass(frozen=True)
class Draw:
    """Ranges to reserve as (series, start, stop), and the drawn items in review order."""

    ranges: tuple[tuple[str, int, int], ...]
    reason: GoldReason
    items: tuple[DrawnItem, ...]


def ensure_draw(
    store: Store, project_id: str, rng: np.random.Generator | None = None
) -> list[DrawnItem]:
    """Draw and reserve gold once, as soon as items exist; return the drawn items in review order.

    Empty when gold came another way (by construction), or when there is nothing to draw from yet.
    """
    drawn = store.gold.draw(project_id)
    if drawn or store.gold.ranges(project_id) or store.gold.is_locked(project_id):
        return drawn
    items = store.items.list(project_id)
    if not items:
        return []
    lengths = {row.id: row.n_samples for row in store.series.list(project_id)}
    items = [item for item in items if item.series_id in lengths]
    draw = draw_gold(items, lengths, rng or np.random.default_rng())
    store.gold.reserve(project_id, list(draw.ranges), draw.reason)
    store.gold.save_draw(project_id, [(one.item_id, one.becomes_gold) for one in draw.items])
    return store.gold.draw(project_id)


def draw_gold(items: Sequence[Item], lengths: dict[str, int], rng: np.random.Generator) -> Draw:
    """Draw 20 items of which half become gold; fewer when there are fewer."""
    series = sorted({item.series_id for item in items})
    if len(series) >= FEW_SERIES:
        return _by_series(items, series, lengths, rng)
    return _by_time_block(items, series, lengths, rng)


def _by_series(
    items: Sequence[Item], series: Sequence[str], lengths: dict[str, int], rng: np.random.Generator
) -> Draw:
    n_gold = min(DRAWN // 2, int(len(series) * MAX_GOLD_SHARE))
    reserved = {str(one) for one in rng.permutation(np.array(series))[:n_gold]}
    gold = [item for item in items if item.series_id in reserved]
    free = [item for item in items if item.series_id not in reserved]
    ranges = tuple((one, 0, lengths[one]) for one in sorted(reserved))
    return Draw(ranges, "drawn", _shuffled(gold, free, rng))


def _by_time_block(
    items: Sequence[Item], series: Sequence[str], lengths: dict[str, int], rng: np.random.Generator
) -> Draw:
    ranges: list[tuple[str, int, int]] = []
    for one in series:
        windows = sorted({(i.start, i.stop) for i in items if i.series_id == one})
        # the block starts and ends with a window, so that no window is half in it
        n = round(len(windows) * BLOCK_SHARE)
        if n >= 1:
            first = int(rng.integers(0, len(windows) - n + 1))
            ranges.append((one, windows[first][0], windows[first + n - 1][1]))
    if not ranges:
        return _by_series(items, series, lengths, rng)
    now = utc_now()
    book = GoldBook(GoldRange(*one, reason="time_block", created_at=now) for one in ranges)
    gold = [item for item in items if book.reason(item) is not None]
    free = [item for item in items if book.may_learn(item)]
    return Draw(tuple(ranges), "time_block", _shuffled(gold, free, rng))


def _shuffled(
    gold: Sequence[Item], free: Sequence[Item], rng: np.random.Generator
) -> tuple[DrawnItem, ...]:
    """Draw half from gold and half from the rest, kinds of question in turn, in random order."""
    half = DRAWN // 2
    drawn = [
        *(DrawnItem(item.id, True) for item in _spread(gold, half, rng)),
        *(DrawnItem(item.id, False) for item in _spread(free, half, rng)),
    ]
    return tuple(drawn[i] for i in rng.permutation(len(drawn)))


def _spread(items: Sequence[Item], n: int, rng: np.random.Generator) -> list[Item]:
    """Draw `n` items at random, spread over questions and then over series as evenly as it goes."""
    pool = [items[i] for i in rng.permutation(len(items))]
    taken: list[Item] = []
    asked: dict[str, int] = {}
    seen: dict[str, int] = {}
    while pool and len(taken) < n:
        one = min(pool, key=lambda i: (asked.get(i.question_id, 0), seen.get(i.series_id, 0)))
        pool.remove(one)
        taken.append(one)
        asked[one.question_id] = asked.get(one.question_id, 0) + 1
        seen[one.series_id] = seen.get(one.series_id, 0) + 1
    return taken
