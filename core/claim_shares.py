"""Do an author's rationales speak of the item they belong to? Its claims on its own data, and on
the data of another item.

A rationale that is no better on its own item than a stranger's is fluent but empty. The stranger is
drawn without chance: items whose rationale claims something are ordered by number of channels,
number of samples and a hash of their id, and each is given the claims of the next one, the last
those of the first. Neighbours have similar windows, so borrowed claims seldom leave the window;
positions are moved along with the window's start, and one that leaves it, or meets samples without
values, is not checkable: its author said nothing of this window. An author's own claim about such a
place is contradicted, as everywhere (`core.checks`).

The share that is compared is confirmed / (confirmed + contradicted).
"""

import hashlib
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from core.answers import AnswerContent, Claim
from core.checks import check_with
from core.evaluation import ClaimCounts, RationaleResult, Role
from core.measure import WindowFacts
from core.metrics import Bootstrap, Difference, Numbers, mean_figure
from core.series import WindowView


class ClaimSource:
    """An item's data, with the measurements that several authors' claims share."""

    def __init__(self, item_id: str, group: str, view: WindowView) -> None:
        """Remember the item; nothing is measured yet."""
        self.item_id = item_id
        self.group = group
        self.view = view

    @cached_property
    def facts(self) -> WindowFacts:
        """Measurements of the window, kept."""
        return WindowFacts(self.view)


Explained = tuple[ClaimSource, AnswerContent]


def rationale_result(
    role: Role, label: str, answered: Sequence[Explained], seed: int = 0
) -> RationaleResult | None:
    """Compare an author's claims with borrowed ones; None when it claims nothing at all."""
    claiming = borrowing_order([one for one in answered if _claims(one[1])])
    if not claiming:
        return None
    own = np.array([_counted(source, _claims(content)) for source, content in claiming])
    other = np.array([_borrowed(claiming, place) for place in range(len(claiming))])
    difference = _difference(claiming, own, other, seed)
    no_better = difference is None or difference.low <= 0
    own_counts, other_counts = _counts(own), _counts(other)
    return RationaleResult(
        role=role,
        label=label,
        own=own_counts,
        other=other_counts,
        difference=difference,
        no_better=no_better,
        sentence=_sentence(own_counts, other_counts, difference),
    )


def borrowing_order(answered: Sequence[Explained]) -> list[Explained]:
    """Return the items in the order in which each borrows from the next."""

    def key(one: Explained) -> tuple[int, int, str]:
        source = one[0]
        n_samples, n_channels = source.view.values.shape
        return n_channels, n_samples, hashlib.sha256(source.item_id.encode()).hexdigest()

    return sorted(answered, key=key)


def _borrowed(claiming: Sequence[Explained], place: int) -> tuple[int, int, int]:
    if len(claiming) == 1:
        return 0, 0, 0
    here = claiming[place][0]
    lender, content = claiming[(place + 1) % len(claiming)]
    moved = here.view.start - lender.view.start
    claims = [
        claim.model_copy(update={"start": claim.start + moved, "stop": claim.stop + moved})
        for claim in _claims(content)
    ]
    applying = [claim for claim in claims if _applies(claim, here)]
    confirmed, contradicted, not_checkable = _counted(here, applying)
    return confirmed, contradicted, not_checkable + len(claims) - len(applying)


def _claims(content: AnswerContent) -> list[Claim]:
    return [span.claim for span in content.rationale if span.claim is not None]


def _applies(claim: Claim, source: ClaimSource) -> bool:
    """Say whether a borrowed claim speaks of samples that this window has."""
    view = source.view
    if not (claim.channel < view.values.shape[1] and view.start <= claim.start < claim.stop):
        return False
    inside = source.facts.channel(claim.channel).inside(claim.start, claim.stop)
    return claim.stop <= view.stop and (claim.kind == "missing" or len(inside) > 0)


def _counted(source: ClaimSource, claims: Sequence[Claim]) -> tuple[int, int, int]:
    found = [check_with(claim, source.facts).status for claim in claims]
    return found.count("confirmed"), found.count("contradicted"), found.count("not_checkable")


def _difference(
    claiming: Sequence[Explained], own: Numbers, other: Numbers, seed: int
) -> Difference | None:
    """Return the paired difference of confirmed / checkable, items of a series drawn together."""
    draws = Bootstrap([source.group for source, _ in claiming], seed)
    answered = np.ones(len(claiming), np.bool_)
    return draws.difference(_columns(own), _columns(other), mean_figure, answered)


def _columns(counts: Numbers) -> Numbers:
    """Return (items, 2): confirmed, and checkable."""
    return np.stack([counts[:, 0], counts[:, 0] + counts[:, 1]], axis=1).astype(np.float64)


def _counts(rows: Numbers) -> ClaimCounts:
    confirmed, contradicted, not_checkable = (int(total) for total in rows.sum(axis=0))
    return ClaimCounts(confirmed=confirmed, contradicted=contradicted, not_checkable=not_checkable)


def _sentence(own: ClaimCounts, other: ClaimCounts, difference: Difference | None) -> str:
    if own.share is None:
        return f"None of the {own.total} claims could be checked against the data."
    said = f"{own.share:.0%} of {own.confirmed + own.contradicted} checkable claims are confirmed"
    if other.share is None or difference is None:
        return f"{said}; there is no other item to borrow claims from for comparison."
    beside = f"{other.share:.0%} when the claims are borrowed from another item"
    if difference.low > 0:
        return f"{said}, against {beside}."
    return f"No better than a rationale drawn from another item: {said}, against {beside}."
