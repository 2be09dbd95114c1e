"""How each kind of method is asked about a whole series. Heavy libraries load when one is used."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from core.answers import AnswerContent, FoundInterval
from core.bench import Given
from core.errors import JobError
from core.intervals import Interval
from core.labelled import LabelledSeries
from core.questions.base import Question
from core.series import WindowView
from core.students.base import ScoringStudent, Student
from training.bench_records import BenchConfig, BenchMethod, Said

WARM_UP = 1_024
"""Samples of noise that a method sees first, so that no series pays for loading its libraries."""

Run = Callable[[LabelledSeries], Given]


class Methods:
    """The methods of a bench; each is loaded once, when it is first asked."""

    def __init__(self, path: Path, config: BenchConfig, questions: dict[str, Question]) -> None:
        self._path = path
        self._config = config
        self._questions = questions
        self._loaded: dict[str, Run] = {}

    def given(self, method: BenchMethod, series: LabelledSeries, said: Said | None) -> Given:
        """Return what a method says of a series, with the CPU seconds it took."""
        if method.kind == "answers":
            return _stored(method, said)
        if method.key not in self._loaded:
            self._loaded[method.key] = self._load(method)
        began = time.process_time()
        given = self._loaded[method.key](series)
        spent = time.process_time() - began
        return Given(given.scores, given.intervals, spent, given.covered, given.note)

    def _load(self, method: BenchMethod) -> Run:
        name = method.key.partition(":")[2]
        run: Run
        if method.kind == "detector":
            run = partial(_detect, name)
        elif method.kind == "chooser":
            run = _choose
        elif method.kind == "rules":
            from core.teachers.rules import rules_on

            run = self._in_windows(rules_on(self._question(method)))
        else:
            student, question = self._student(method), self._question(method)
            if isinstance(student, ScoringStudent):
                run = self._scored_in_windows(student, question)
            else:
                run = self._in_windows(partial(_ask_student, student, question))
        noise = np.random.default_rng(0).normal(size=(WARM_UP, 1))
        run(LabelledSeries("", "", noise))
        return run

    def _in_windows(self, ask: Callable[[WindowView], AnswerContent]) -> Run:
        def run(series: LabelledSeries) -> Given:
            from core.whole_series import answer_whole

            window, overlap = self._config.window, self._config.overlap
            found = answer_whole(series.values, series.seconds, ask, window, overlap)
            return Given(intervals=intervals_of(found))

        return run

    def _scored_in_windows(self, student: ScoringStudent, question: Question) -> Run:
        """Return a run that also has the student's scores, averaged where windows overlap."""

        def run(series: LabelledSeries) -> Given:
            sums, counts = np.zeros(series.n), np.zeros(series.n)

            def ask(view: WindowView) -> AnswerContent:
                content, scores = student.answer_with_scores(question, view)
                sums[view.start : view.start + len(scores)] += scores
                counts[view.start : view.start + len(scores)] += 1
                return content

            found = self._in_windows(ask)(series)
            return Given(sums / np.maximum(counts, 1), found.intervals)

        return run

    def _question(self, method: BenchMethod) -> Question:
        if method.question_id not in self._questions:
            raise JobError(
                f"'{method.name}' is to answer the question {method.question_id}, which "
                "questions.json does not hold; start the bench again as a new one"
            )
        return self._questions[method.question_id]

    def _student(self, method: BenchMethod) -> Student:
        from core.students import load_student

        folder = (self._path / method.folder).resolve()
        if not folder.is_dir():
            raise JobError(
                f"the model folder of '{method.name}' is gone ({folder}), so it cannot be "
                "measured; train again, or restore the folder from a backup"
            )
        return load_student(folder)


def intervals_of(found: "list[FoundInterval]") -> tuple[Interval, ...]:
    """Return the places of found events."""
    return tuple(one.interval for one in found)


def _stored(method: BenchMethod, said: Said | None) -> Given:
    if said is None or not said.covered:
        raise JobError(f"'{method.name}' has answered no window here")
    return Given(intervals=said.intervals, cpu_s=said.seconds, covered=said.covered)


def _detect(key: str, series: LabelledSeries) -> Given:
    from core.detectors.cutting import stretches
    from core.detectors.scoring import score_series

    scores = score_series(key, series.values, series.seconds)
    found = stretches(scores)
    intervals = tuple(Interval(start=s.start, stop=s.stop, channels=s.channels) for s in found)
    return Given(scores.values, intervals, note=scores.note)


def _choose(series: LabelledSeries) -> Given:
    from core.chooser import rank
    from core.detectors import DETECTORS

    first = rank(series.values, series.seconds, None)[0]
    given = _detect(first.key, series)
    note = f"chose {DETECTORS[first.key]().name}" + (f"; {given.note}" if given.note else "")
    return Given(given.scores, given.intervals, note=note)


def _ask_student(student: Student, question: Question, view: WindowView) -> AnswerContent:
    return student.answer(question, [view])[0]
