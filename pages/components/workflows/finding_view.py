"""Which findings a person wants to see, how many there are, and in which order. No Streamlit.

Pure functions over the arrays of a `Listing`: they run at every move of the slider.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.findings import SaidBy
from core.rationale import CheckStatus
from core.sensitivity import ALL_REPORTED, STOPS, Flags, counts, listed, rate_words
from pages.components.words import count
from pages.components.workflows.finding import Listing, unseen
from pages.components.workflows.positions import duration_words

Shows = Literal["new", "confirmed", "rejected", "unsure", "muted"]
SHOWS: dict[Shows, str] = {
    "new": "New",
    "confirmed": "Confirmed",
    "unsure": "Not sure",
    "rejected": "Rejected",
    "muted": "Muted",
}
Sort = Literal["unusual", "latest", "earliest", "said", "series", "claims"]
SORTS: dict[Sort, str] = {
    "unusual": "Most unusual first",
    "latest": "Latest in the data first",
    "earliest": "Earliest in the data first",
    "said": "Found last first",
    "series": "By series and place",
    "claims": "Contradicted claims first",
}


_CLAIM_ORDER = ("contradicted", "not_checkable", "confirmed", "unknown", "")


@dataclass(frozen=True)
class Query:
    """What a person wants to see; empty conditions say nothing.

    Attributes:
        stop: one of `core.sensitivity.STOPS`.
        kinds: findings that one of these says.
        claims: findings of whose claims the data say this at worst.
        unseen_since: findings that were first said after this moment.
    """

    stop: float = ALL_REPORTED
    search: str = ""
    kinds: tuple[SaidBy, ...] = ()
    types: tuple[str, ...] = ()
    series_ids: tuple[str, ...] = ()
    shows: tuple[Shows, ...] = ("new", "confirmed", "unsure")
    unseen_since: datetime | None = None
    claims: tuple[CheckStatus, ...] = ()
    sort: Sort = "unusual"


@dataclass(frozen=True, eq=False)
class Shown:
    """What a query gives.

    Attributes:
        rows: places of the findings to list, in order.
        counts: how many each of `STOPS` would list.
        muted: (n,) the mute that hides each finding of the listing, -1 for none.
        hidden: how many findings each mute of the listing hides at this stop, other filters apart.
        n_hidden: how many findings any mute hides at this stop.
        sentence: how many are listed, and how often that is.
    """

    rows: NDArray[np.int64]
    counts: list[int]
    muted: NDArray[np.int64]
    hidden: list[int]
    n_hidden: int
    sentence: str


def select(
    listing: Listing, query: Query, now: datetime, claims: NDArray[np.str_] | None = None
) -> Shown:
    """Return what the query lists.

    Args:
        claims: (n,) of `finding_facts.claims_of`; only a query that asks for claims needs it.
    """
    claims = np.full(len(listing.findings), "", np.str_) if claims is None else claims
    muted = listing.muted(now)
    shown_as = np.where(muted >= 0, "muted", listing.statuses)
    chosen = matching(listing, query)
    kept = chosen & np.isin(shown_as, query.shows)
    if query.claims:
        kept &= np.isin(claims, query.claims)
    if query.unseen_since is not None:
        kept &= unseen(listing, query.unseen_since, now)
    at_stop = listed(listing.levels, listing.decided, query.stop)
    rows = np.flatnonzero(kept & at_stop)
    free = ~listing.decided & at_stop
    active = [mute.active(now) for mute in listing.mutes]
    return Shown(
        rows=rows[_order(listing, rows, query.sort, claims)],
        counts=counts(listing.levels, listing.decided, kept),
        muted=muted,
        hidden=[
            int((hides & free).sum()) if on else 0
            for hides, on in zip(listing.hiding, active, strict=True)
        ],
        n_hidden=int(((muted >= 0) & at_stop).sum()),
        sentence=sentence(listing, rows, query),
    )


def matching(listing: Listing, query: Query) -> Flags:
    """Return which findings meet the query's filters, wherever slider and mutes stand."""
    places = listing.places
    kept = np.ones(len(listing.findings), np.bool_)
    if query.series_ids:
        kept &= np.isin(places.series_ids, query.series_ids)
    if query.types:
        kept &= np.isin(places.types, query.types)
    if query.kinds:
        wanted = {*query.kinds}
        kept &= np.array([any(k in wanted for k, _ in said) for said in places.authors], np.bool_)
    words = query.search.casefold().split()
    if words:
        kept &= np.array([all(w in text for w in words) for text in listing.texts], np.bool_)
    return kept


def sentence(listing: Listing, rows: NDArray[np.int64], query: Query) -> str:
    """Say how many are listed and how often: `14 findings, about 3 a week`.

    Often is among the series of `searched_in`.
    """
    n_timed = int(listing.places.timed[rows].sum())
    rate = rate_words(n_timed, len(rows) - n_timed, listing.reach(searched_in(listing, query)))
    return count(len(rows), "finding") + (f", {rate}" if rate else "")


def searched_in(listing: Listing, query: Query) -> frozenset[str] | None:
    """Return the series that a query speaks of, found anything in or not; None for all of them.

    Those it names, and of them the ones whose names (or names of channels) hold each searched word
    that some series' names hold: other words are of types and authors, and leave no series out.
    """
    names = {
        series_id: "\n".join((row.info.name, *row.info.channel_names)).casefold()
        for series_id, row in listing.series.items()
        if not query.series_ids or series_id in query.series_ids
    }
    for word in query.search.casefold().split():
        holding = {series_id: name for series_id, name in names.items() if word in name}
        names = holding or names
    return None if len(names) == len(listing.series) else frozenset(names)


def base_words(listing: Listing, query: Query) -> str:
    """Say what a rate is counted over; "" without series that have times."""
    reach = listing.reach(searched_in(listing, query))
    timed = _lasting(reach.seconds) if reach.seconds else ""
    untimed = f"{reach.samples:,} samples without times" if reach.samples else ""
    over = " and ".join(part for part in (timed, untimed) if part)
    return f"Often is counted over {over} that the series cover." if over else ""


def _lasting(seconds: float) -> str:
    for size, unit in ((31_557_600.0, "years"), (86_400.0, "days")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return duration_words(seconds)


def stop_words(stop: float) -> str:
    """Name a stop of the slider."""
    if stop == ALL_REPORTED:
        return "all that is reported"
    if stop > ALL_REPORTED:
        return f"reported, above {_percent(stop - 1)}"
    return f"also hints above {_percent(stop)}"


def stop_labels(found: Sequence[int]) -> dict[float, str]:
    """Return the slider's stops with what each would list: seen while the slider moves."""
    return {stop: f"{n:,} · {stop_words(stop)}" for stop, n in zip(STOPS, found, strict=True)}


def _percent(share: float) -> str:
    return f"{share * 100:.6g} %"


def _order(
    listing: Listing, rows: NDArray[np.int64], sort: Sort, claims: NDArray[np.str_]
) -> NDArray[np.int64]:
    places = listing.places
    if sort == "unusual":
        return np.lexsort((-listing.said_us[rows], -listing.levels[rows]))
    if sort == "claims":
        worst = np.array([_CLAIM_ORDER.index(one) for one in claims[rows].tolist()], np.int64)
        return np.lexsort((-listing.levels[rows], worst))
    if sort == "said":
        return np.argsort(-listing.said_us[rows], kind="stable")
    if sort == "series":
        names = np.array(
            [listing.series[one].info.name.casefold() for one in places.series_ids[rows].tolist()],
            np.str_,
        )
        return np.lexsort((places.starts[rows], names))
    # series without times come last, by sample
    sign = 1 if sort == "earliest" else -1
    return np.lexsort(
        (sign * places.starts[rows], sign * places.first_us[rows], ~places.timed[rows])
    )
