"""What a reasoning student would learn, shown before anything is trained. No Streamlit, no torch.

Made by the functions that the run itself uses: gathered and arranged as its snapshot, and turned
into prompts and targets as its recipe does. Gold is not in it; its answers are nowhere near it.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.series import SeriesData, view_window
from storage import Store
from storage.rows import StoredSeries
from training import snapshot
from training.examples import TrainingExample
from training.preference_pairs import Mix
from training.recipes.dpo import DpoConfig, mix_before
from training.recipes.reasoner_data import ExampleShown, Rows, Wanted, examples_shown, rows_of
from training.requests import TrainRequest
from training.snapshot import Arranged
from training.worker_material import gather

N_SHOWN = 3
FORMS = {
    "direct": "the answer alone",
    "reasons": "with reasons",
    "extended": "with reasons and what they may mean",
    "steps": "with numbered steps",
}
SOURCES = {"pseudo": "pseudo-labels", "correction": "people's decisions"}


@dataclass(frozen=True)
class Count:
    """How many targets of a form come from whom."""

    kind: str
    form: str
    source: str
    n: int


@dataclass(frozen=True)
class Before:
    """What would be learned.

    Attributes:
        shown: three prompts with their targets.
        counts: targets by kind of question, form and source.
        left_out: answers that are not learned, by the reason why.
        n_phrases: phrases of people on their intervals.
        n_windows, n_validation: windows that are learned from, and that are held back.
        pairs: preference pairs known and possible, for a recipe that learns from them.
        n_touching: windows that share a sample with gold; the run refuses to start with one.
        n_too_like_gold: windows left out for being near-copies of gold.
    """

    shown: tuple[ExampleShown, ...]
    counts: tuple[Count, ...]
    left_out: Mapping[str, int]
    n_phrases: int
    n_windows: int
    n_validation: int
    pairs: Mix | None
    n_touching: int
    n_too_like_gold: int


def before_training(
    store: Store,
    project_id: str,
    request: TrainRequest,
    wanted: Wanted,
    groups: Mapping[str, str],
    read: Callable[[StoredSeries], SeriesData],
    by_pairs: DpoConfig | None = None,
) -> Before:
    """Say what a training as asked for would be given.

    Args:
        wanted: how examples become prompts and targets.
        groups: near-copies of each series, as the snapshot finds them.
        read: gives the samples of a series.
        by_pairs: the settings of a stage that learns from pairs; None where none does.

    Raises:
        DataError: when there is too little to learn from.
    """
    found = gather(store, project_id, request)
    hashes = {one: row.content_hash for one, row in found.series.items()}
    arranged = snapshot.arrange(
        found.questions,
        found.labelled,
        found.evaluation,
        found.gold,
        hashes,
        groups,
        phrases=found.phrases,
        preferences=found.preferences,
        learns=found.learns,
    )
    examples = _examples(arranged, found.series, read)
    questions, phrases = arranged.questions, arranged.phrases
    rows = rows_of(examples, questions, wanted, phrases=phrases)
    touching = sum(
        found.gold.touches(one.series_id, one.start, one.stop) for one in arranged.examples
    )
    pairs = mix_before(examples, arranged.preferences, by_pairs) if by_pairs else None
    return Before(
        shown=tuple(examples_shown(examples, questions, wanted, N_SHOWN, phrases)),
        counts=_counts(rows),
        left_out=rows.left_out,
        n_phrases=sum(one.split == "train" for one in phrases),
        n_windows=sum(one.split == "train" for one in examples),
        n_validation=sum(one.split == "validation" for one in examples),
        pairs=pairs,
        n_touching=touching,
        n_too_like_gold=arranged.n_too_like_gold,
    )


def leakage_words(found: Before) -> str:
    """State what was checked, and what came of it."""
    copies = (
        f"{found.n_too_like_gold:,} windows in near-copies of gold series are left out"
        if found.n_too_like_gold
        else "no window lies in a near-copy of a gold series"
    )
    n = found.n_windows + found.n_validation
    touching = (
        f"{found.n_touching:,} of {n:,} windows share samples with gold"
        if found.n_touching
        else f"none of the {n:,} windows shares a sample with gold"
    )
    return (
        f"Leakage: {touching}; {copies}. Prompts hold no name of a file, a series or a channel, "
        "and no answer of gold."
    )


def _examples(
    arranged: Arranged,
    series: Mapping[str, StoredSeries],
    read: Callable[[StoredSeries], SeriesData],
) -> list[TrainingExample]:
    held: dict[str, SeriesData] = {}
    made: list[TrainingExample] = []
    for one in arranged.examples:
        if one.series_id not in held:
            held[one.series_id] = read(series[one.series_id])
        made.append(one.on(view_window(held[one.series_id], one.start, one.stop)))
    return made


def _counts(rows: Rows) -> tuple[Count, ...]:
    counted = Counter((one.question.kind, one.form, one.source) for one in rows.rows)
    return tuple(Count(*key, n) for key, n in sorted(counted.items()))
