"""The random first draw: which reviews come first, and which of them become gold. No Streamlit.

In a project without gold the first 20 reviewed items of each question are drawn at random and half
become gold, before anything is trained. Gold takes the item's whole series. With fewer than 12
series a block of time is reserved first and its gold items come from it alone.
"""

from collections import Counter
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
    """Draw 20 items of each question, question after question; half of them become gold."""
    n_series = len({item.series_id for item in items})
    ranges = () if n_series >= FEW_SERIES else _blocks(items, rng)
    reason: GoldReason = "time_block" if ranges else "drawn"
    if not ranges:
        ranges = tuple((one, 0, lengths[one]) for one in sorted(_reserved(items, rng)))
    now = utc_now()
    book = GoldBook(GoldRange(*one, reason=reason, created_at=now) for one in ranges)
    drawn: list[DrawnItem] = []
    for question_id in _questions(items):
        asked = [item for item in items if item.question_id == question_id]
        gold = _spread([item for item in asked if book.reason(item) is not None], rng)
        free = _spread([item for item in asked if book.may_learn(item)], rng)
        half = [*(DrawnItem(i.id, True) for i in gold), *(DrawnItem(i.id, False) for i in free)]
        drawn += [half[place] for place in rng.permutation(len(half))]
    return Draw(ranges, reason, tuple(drawn))


def _questions(items: Sequence[Item]) -> list[str]:
    """Return the questions asked, the one with the most items first."""
    return [question_id for question_id, _ in Counter(i.question_id for i in items).most_common()]


def _reserved(items: Sequence[Item], rng: np.random.Generator) -> set[str]:
    """Draw the series that become gold whole: enough for each question, a third at most."""
    reserved: set[str] = set()
    for question_id in _questions(items):
        series = sorted({item.series_id for item in items if item.question_id == question_id})
        wanted = min(DRAWN // 2, int(len(series) * MAX_GOLD_SHARE))
        free = [series[i] for i in rng.permutation(len(series)) if series[i] not in reserved]
        reserved.update(free[: wanted - len(reserved.intersection(series))])
    return reserved


def _blocks(items: Sequence[Item], rng: np.random.Generator) -> tuple[tuple[str, int, int], ...]:
    """Draw a block of time of each series that has windows enough."""
    ranges: list[tuple[str, int, int]] = []
    for one in sorted({item.series_id for item in items}):
        windows = sorted({(item.start, item.stop) for item in items if item.series_id == one})
        # the block starts and ends with a window, so that no window is half in it
        n = round(len(windows) * BLOCK_SHARE)
        if n >= 1:
            first = int(rng.integers(0, len(windows) - n + 1))
            ranges.append((one, windows[first][0], windows[first + n - 1][1]))
    return tuple(ranges)


def _spread(items: Sequence[Item], rng: np.random.Generator) -> list[Item]:
    """Draw ten items at random, spread over the series as evenly as it goes."""
    pool = [items[i] for i in rng.permutation(len(items))]
    taken: list[Item] = []
    seen: Counter[str] = Counter()
    while pool and len(taken) < DRAWN // 2:
        one = min(pool, key=lambda item: seen[item.series_id])
        pool.remove(one)
        taken.append(one)
        seen[one.series_id] += 1
    return taken
