"""Which of several answers a batch chose, and what every candidate scored. No Streamlit."""

from collections import Counter
from dataclasses import dataclass

from core.selection_records import Selection, Terms
from storage import Store
from storage.rows import Job

MOST_ROWS = 400
_TERMS = {
    "accuracy": "right",
    "grounding": "grounded",
    "axes": "axes",
    "clarity": "clear",
    "judge": "judge",
}


@dataclass(frozen=True)
class Choices:
    """What a batch chose.

    Attributes:
        chosen_of: how many of the choices fell on each teacher.
        agreement: mean agreement between the candidates, None when there was nobody to agree with.
        trusted: how many choices went by a reviewed label.
        rows: one per candidate, an item's best first; the first `MOST_ROWS` of them.
        n_candidates: how many candidates there are in all.
    """

    n: int
    chosen_of: dict[str, int]
    agreement: float | None
    trusted: int
    rows: list[dict[str, str | float | None]]
    n_candidates: int


def batch_choices(store: Store, job: Job) -> Choices | None:
    """Return what a batch chose; None when no item of it had several answers."""
    newest = store.selections.newest(job.project_id)
    chosen = [Selection.model_validate(one.body) for one in newest.values() if one.job_id == job.id]
    if not chosen:
        return None
    agreed = [one.agreement for one in chosen if one.agreement is not None]
    names = {one.id: one.info.name for one in store.series.list(job.project_id)}
    items = {item.id: item for item in store.items.list(job.project_id)}
    rows: list[dict[str, str | float | None]] = []
    for one in chosen:
        if len(rows) >= MOST_ROWS or one.item_id not in items:
            continue
        item = items[one.item_id]
        place = f"{item.start:,} to {item.stop - 1:,}"
        for scored in one.scored:
            rows.append(
                {
                    "series": names.get(item.series_id, "a hidden series"),
                    "samples": place,
                    "teacher": scored.author,
                    "answer": scored.sample + 1,
                    "": "chosen" if scored.answer_id == one.chosen else "",
                    "total": round(scored.total, 3),
                    **_terms(scored.terms),
                }
            )
    return Choices(
        n=len(chosen),
        chosen_of=dict(Counter(one.scored[0].author for one in chosen).most_common()),
        agreement=sum(agreed) / len(agreed) if agreed else None,
        trusted=sum(one.trusted for one in chosen),
        rows=rows,
        n_candidates=sum(len(one.scored) for one in chosen),
    )


def _terms(terms: Terms) -> dict[str, str | float | None]:
    found: dict[str, str | float | None] = {}
    for name, label in _TERMS.items():
        value: float | None = getattr(terms, name)
        found[label] = None if value is None else round(value, 2)
    return found
