"""How much gold is enough: to tell two answerers apart, and to say something of every class.

Two answerers are compared on the same items, so only those count on which exactly one of them is
right (McNemar's test). With a share `p` of such items, a difference of `d` is told with a chance of
80 % by a two-sided test at 5 % from

    n = (1.96 * sqrt(p) + 0.84 * sqrt(p - d * d)) ** 2 / (d * d)

items (Connor, "Sample size for testing differences in proportions for the paired-sample design",
1987). A window of the anomaly question is taken as if it were right or wrong as a whole, and items
as independent; windows of one series resemble each other, and more of them are needed.

Gold is a simple random draw, not a draw by class: the class of an item is known only once it was
reviewed, and a draw by what a model predicts would have to be weighed in every figure, by shares
that the same model gives. What a rare class needs is therefore said as draws at random.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, comb, sqrt

POINTS = 3.0
"""Percentage points of difference that a comparison should be able to tell."""
PER_CLASS = 10
"""Gold items that a class or a source needs before its share means anything."""
ASSUMED_DIFFERING = 0.2
"""Share of items on which two answerers differ, until it is known."""
ASSUMED_N = 10
"""Items that the assumption weighs as much as."""
Z_5, Z_80 = 1.959963984540054, 0.8416212335729143
CHANCE = 0.8
MOST_DRAWS = 100_000


@dataclass(frozen=True)
class Stratum:
    """A class, a type or a source with too few gold items.

    Attributes:
        draws: draws at random that bring the rest with a chance of 80 %; None when nothing says
            how rare it is.
    """

    name: str
    n: int
    draws: int | None

    @property
    def missing(self) -> int:
        """Gold items of it that are missing."""
        return PER_CLASS - self.n


@dataclass(frozen=True)
class GoldSize:
    """What there is of gold and what it should be.

    Attributes:
        n: gold items with a known truth.
        needed: gold items that tell a difference of `points` percentage points.
        differing: share of items on which two answerers are taken to differ.
        compared: items on which that was seen; 0 when it is assumed alone.
        short: classes, types and sources with fewer than `PER_CLASS`.
    """

    n: int
    needed: int
    points: float
    differing: float
    compared: int
    short: tuple[Stratum, ...] = ()

    @property
    def more(self) -> int:
        """Gold items that are missing to tell the difference."""
        return max(0, self.needed - self.n)


def gold_size(
    n: int,
    seen: tuple[int, int] = (0, 0),
    strata: Mapping[str, int] | None = None,
    shares: Mapping[str, float] | None = None,
    points: float = POINTS,
) -> GoldSize:
    """Say how much gold is needed.

    Args:
        n: gold items with a known truth.
        seen: items on which two answerers differed, of how many that both answered.
        strata: gold items of each class, type or source.
        shares: how large a share of all items each of them is thought to be.
    """
    differing = differing_share(*seen)
    short = [
        Stratum(name, there, draws_for(PER_CLASS - there, (shares or {}).get(name, 0.0)))
        for name, there in (strata or {}).items()
        if there < PER_CLASS
    ]
    return GoldSize(n, needed(differing, points), points, differing, seen[1], tuple(short))


def differing_share(n_differing: int, n: int) -> float:
    """Return the share of items on which two answerers differ, as seen and, while few, assumed."""
    return (n_differing + ASSUMED_N * ASSUMED_DIFFERING) / (n + ASSUMED_N)


def needed(differing: float, points: float = POINTS) -> int:
    """Return how many paired items tell a difference of `points` percentage points."""
    difference = points / 100
    differing = max(differing, difference)  # no two differ by more than where they differ at all
    spread = Z_5 * sqrt(differing) + Z_80 * sqrt(differing - difference**2)
    return ceil(spread**2 / difference**2)


def draws_for(missing: int, share: float) -> int | None:
    """Return the draws that bring `missing` items of a class with a chance of 80 %.

    `share` is that of the class among all items; None when it is 0 or so rare that more than
    100,000 draws would be needed.
    """
    if missing <= 0:
        return 0
    if share <= 0 or _chance_of_fewer(missing, MOST_DRAWS, share) > 1 - CHANCE:
        return None
    low, high = missing, MOST_DRAWS
    while low < high:
        middle = (low + high) // 2
        if _chance_of_fewer(missing, middle, share) <= 1 - CHANCE:
            high = middle
        else:
            low = middle + 1
    return low


def size_words(size: GoldSize) -> str:
    """Say what is missing to tell a difference: `1,240 more to tell a 3-point difference`."""
    if not size.more:
        return f"enough to tell a {size.points:g}-point difference"
    return f"{size.more:,} more to tell a {size.points:g}-point difference"


def basis_words(size: GoldSize) -> str:
    """Say what the number rests on."""
    share = f"{100 * size.differing:.0f} %"
    rest = (
        f"seen on {size.compared:,} gold items"
        if size.compared > ASSUMED_N
        else "an assumption until more gold items were answered by both"
    )
    return (
        f"{size.needed:,} gold items in all: student and teacher are taken to differ on {share} of "
        f"them ({rest}); a true difference of {size.points:g} points is then told in four of five "
        "cases. Windows of one series resemble each other, so more of them are needed."
    )


def short_words(short: Sequence[Stratum]) -> str:
    """Say which classes and sources have too few, the rarest first; empty when none has."""
    if not short:
        return ""
    rarest = sorted(short, key=lambda one: (one.n, one.name))
    named = ", ".join(f"{one.name} {one.n}" for one in rarest)
    draws = [one.draws for one in short]
    known = [one for one in draws if one is not None]
    said = f"Fewer than {PER_CLASS} gold items of: {named}."
    if known:
        most = "those that are seen at all" if len(known) < len(draws) else "all of them"
        said += f" About {max(known):,} more at random would bring {most} there."
    return said


def _chance_of_fewer(wanted: int, n: int, share: float) -> float:
    """Return the chance that fewer than `wanted` of `n` draws are of a class of this share."""
    if n < wanted:
        return 1.0
    return sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(wanted))
