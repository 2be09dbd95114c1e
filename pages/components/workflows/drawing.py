"""The random first draw: which reviews come first, and which of them become gold. No Streamlit.

In a project without gold the first 20 reviewed items of each question are drawn at random and half
become gold, before anything is trained. Gold takes the item's whole series. With fewer than 12
series a block of time is reserved first and its gold items come from it alone. A draw that falls
short, because little was asked so far, is added to until the first training.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.event_types import newest_versions
from core.ids import utc_now
from core.review import CurrentLabel, Item
from pages.components.workflows.asking import FEW_SERIES
from storage import Store
from storage.rows import DrawnItem, GoldRange, GoldReason
from training.material import GoldBook
from training.versions import asked_now

DRAWN = 20
BLOCK_SHARE = 0.25
"""Share of a series that a reserved time block takes."""
FEW_GOLD_SHARE = 1 / 3
"""With fewer than 20 series this share of them becomes gold, so that enough are left to learn."""

Range = tuple[str, int, int]
"""(series_id, start, stop)"""


@dataclass(frozen=True)
class Draw:
    """Ranges to reserve, and the drawn items in review order."""

    ranges: tuple[Range, ...]
    reason: GoldReason
    items: tuple[DrawnItem, ...]


def ensure_draw(
    store: Store, project_id: str, rng: np.random.Generator | None = None
) -> list[DrawnItem]:
    """Draw and reserve gold as soon as items exist; return the drawn items in review order.

    Empty when gold came another way (by construction), or when there is nothing to draw from yet.
    After the first training nothing is added: it may have been learned from.
    """
    drawn, held = store.gold.draw(project_id), store.gold.ranges(project_id)
    trained = store.gold.is_locked(project_id) or store.snapshots.list(project_id)
    if trained or (held and not drawn):
        return drawn
    lengths = {row.id: row.n_samples for row in store.series.list(project_id)}
    items = [item for item in measured_items(store, project_id) if item.series_id in lengths]
    labels = store.corrections.current(project_id)
    in_bulk = {one for one, label in labels.items() if label.event.how == "bulk"}
    bulk = {item.series_id for item in items if item.id in in_bulk}
    draw = draw_gold(items, lengths, rng or np.random.default_rng(), drawn, held, bulk)
    if not draw.items and not draw.ranges:
        return drawn
    added = [(one.item_id, one.becomes_gold) for one in draw.items]
    return store.gold.add_to_draw(project_id, len(drawn), added, draw.ranges, draw.reason)


def measured_items(store: Store, project_id: str) -> list[Item]:
    """Return the items that gold is drawn from and a student learns: none of an open question.

    Each as of the newest version of its question, so that an edit of its words draws no new gold.
    """
    now = newest_versions([one for one in store.questions.list(project_id) if one.learned])
    items = [item for item in store.items.list(project_id) if item.question_id in now]
    return asked_now(items, now)


def draw_gold(
    items: Sequence[Item],
    lengths: dict[str, int],
    rng: np.random.Generator,
    drawn: Sequence[DrawnItem] = (),
    held: Sequence[GoldRange] = (),
    barred: Collection[str] = (),
) -> Draw:
    """Draw 20 items of each question, question after question; half of them become gold.

    `drawn` and `held` are what was drawn and reserved before: they count, and stay as they are. No
    gold is drawn from `barred` series: what was decided there in bulk would be no truth.
    """
    n_series = len({item.series_id for item in items})
    items = [item for item in items if item.series_id not in barred]
    taken = {reserved.series_id for reserved in held}
    ranges = () if n_series >= FEW_SERIES else _blocks(items, taken, rng)
    reason: GoldReason = "time_block" if ranges else "drawn"
    if not ranges:
        ranges = tuple((one, 0, lengths[one]) for one in sorted(_reserved(items, taken, rng)))
    now = utc_now()
    new = [GoldRange(*one, reason=reason, created_at=now) for one in ranges]
    book = GoldBook([*held, *new])
    before = {one.item_id: one.becomes_gold for one in drawn}
    added: list[DrawnItem] = []
    for question_id in _questions(items):
        asked = [item for item in items if item.question_id == question_id]
        known = Counter(before[item.id] for item in asked if item.id in before)
        left = [item for item in asked if item.id not in before]
        gold = [item for item in left if book.reason(item) is not None]
        free = [item for item in left if book.may_learn(item)]
        half = [
            *(DrawnItem(i.id, True) for i in _spread(gold, DRAWN // 2 - known[True], rng)),
            *(DrawnItem(i.id, False) for i in _spread(free, DRAWN // 2 - known[False], rng)),
        ]
        added += [half[place] for place in rng.permutation(len(half))]
    return Draw(ranges, reason, tuple(added))


def replacements(
    items: Sequence[Item],
    drawn: Sequence[DrawnItem],
    gold: GoldBook,
    labels: Mapping[str, CurrentLabel],
) -> list[str]:
    """Return the gold items to review after the draw, so that each question can be measured.

    One for each gold review that left no truth (rejected, not sure), and as many as a question is
    short of because it was first asked after the draw had ended.
    """
    becomes_gold = {one.item_id: one.becomes_gold for one in drawn}
    if not drawn:
        return []
    found: list[str] = []
    for question_id in _questions(items):
        asked = [item for item in items if item.question_id == question_id]
        reserved = [item.id for item in asked if gold.reason(item) in ("drawn", "time_block")]
        lost = sum(one in labels and labels[one].content is None for one in reserved)
        short = DRAWN // 2 - sum(becomes_gold.get(one, False) for one in reserved)
        left = sorted((one for one in reserved if one not in becomes_gold), key=shuffle_key)
        found += left[: max(0, short) + lost]
    return found


def shuffle_key(item_id: str) -> str:
    """Return a sort key that looks random and is the same every time."""
    return hashlib.sha256(item_id.encode()).hexdigest()


def _questions(items: Sequence[Item]) -> list[str]:
    """Return the questions asked, the one with the most items first."""
    return [question_id for question_id, _ in Counter(i.question_id for i in items).most_common()]


def _reserved(items: Sequence[Item], taken: set[str], rng: np.random.Generator) -> set[str]:
    """Draw the series that become gold whole, besides those taken: enough for each question."""
    reserved: set[str] = set()
    for question_id in _questions(items):
        series = sorted({item.series_id for item in items if item.question_id == question_id})
        few = len(series) < DRAWN
        wanted = int(len(series) * FEW_GOLD_SHARE) if few else DRAWN // 2
        gold = (reserved | taken).intersection(series)
        free = [series[i] for i in rng.permutation(len(series)) if series[i] not in gold]
        reserved.update(free[: max(0, wanted - len(gold))])
    return reserved


def _blocks(items: Sequence[Item], taken: set[str], rng: np.random.Generator) -> tuple[Range, ...]:
    """Draw a block of time of each series that has windows enough, besides those taken."""
    ranges: list[Range] = []
    for one in sorted({item.series_id for item in items} - taken):
        windows = sorted({(item.start, item.stop) for item in items if item.series_id == one})
        # the block starts and ends with a window, so that no window is half in it
        n = round(len(windows) * BLOCK_SHARE)
        if n >= 1:
            first = int(rng.integers(0, len(windows) - n + 1))
            ranges.append((one, windows[first][0], windows[first + n - 1][1]))
    return tuple(ranges)


def _spread(items: Sequence[Item], count: int, rng: np.random.Generator) -> list[Item]:
    """Draw `count` items at random, spread over the series as evenly as it goes."""
    pool = [items[i] for i in rng.permutation(len(items))]
    taken: list[Item] = []
    seen: Counter[str] = Counter()
    while pool and len(taken) < count:
        one = min(pool, key=lambda item: seen[item.series_id])
        pool.remove(one)
        taken.append(one)
        seen[one.series_id] += 1
    return taken
