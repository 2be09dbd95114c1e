"""New and continued series, answered by the serving student without being asked. No Streamlit."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from core.questions.base import Question
from pages.components.workflows.asking import WHOLE_WINDOW_LIMIT, continued_series, plan_batch
from pages.components.workflows.batch_plan import Cutting
from pages.components.workflows.serving import answer, asked_questions, who_answers
from storage import Store
from storage.items import Window
from storage.rows import Job, StoredSeries


def answer_new_series(store: Store, project_id: str, series: Sequence[StoredSeries]) -> Job | None:
    """Cut series that came in, or became longer, into windows, and have the student answer them.

    Windows are cut as the project's other ones. A continued series gets windows of its new samples
    alone. None when no student answers by itself, or nothing is new.
    """
    version = who_answers(store, project_id)
    if version is None or not series:
        return None
    families = {one.family_id for one in asked_questions(store, version)}
    windows: list[Window] = []
    for question in store.questions.current(project_id):
        if question.family_id in families:
            cutting = _cutting(store, project_id, question)
            continued = continued_series(store, project_id, series, question)
            plan = plan_batch(series, question, cutting, continued)
            windows += [(*window, question.id) for window in plan.windows]
    return answer(store, version, store.items.add_many(project_id, windows))


def _cutting(store: Store, project_id: str, question: Question) -> Cutting:
    """Return the commonest way in which series of several windows were cut; whole if none was."""
    there: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for item in store.items.list(project_id, question.id):
        there[item.series_id].add((item.start, item.stop))
    cut = [sorted(windows) for windows in there.values() if len(windows) > 1]
    if not cut:
        return Cutting(WHOLE_WINDOW_LIMIT, 0)
    lengths = Counter(stop - start for windows in cut for start, stop in windows)
    length = lengths.most_common(1)[0][0]
    shared = Counter(
        max(0, before[1] - after[0]) for windows in cut for before, after in pairwise(windows)
    )
    return Cutting(length, min(shared.most_common(1)[0][0], length - 1))
