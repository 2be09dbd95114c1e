"""Rules, a hundred corrections, a student: does it find more events at equal false alarms?

    python -m benchmarks.anomaly_reviews --seeds 1 2 3
    python -m benchmarks.anomaly_reviews --data DIR --seeds 1 2 3

The built-in rules answer every training window; `--corrections` windows drawn at random are
corrected with the truth, by a simulated reviewer; the `series` student is trained on both and
answers windows that it has never seen:

    without --data   generated series of many textures (`benchmarks.generated`), fresh ones
    with --data      real ones as for `benchmarks.anomaly`, cut into windows; sources are dealt into
                     folds, and a source is tested by the student that saw only the others

Types are not compared. A false alarm is a found event that meets no true one (`core.matching`).
Events are taken from the surest down, by each method's own confidence, as many as make no more
false alarms than the rules make on the same windows (share 1), half of that, and a quarter: these
places on the curves are chosen on the test windows, as "at equal false alarms" says, and nothing
else is. `at_its_own` is what each method reports by itself: the rules all they find, the student
what passes the thresholds that its training chose. Beside it a student of the corrections alone.
Intervals are of 95 % from drawing series within sources; differences are paired. The last line of
each seed is JSON.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.anomaly_pseudo import UNUSUAL, reduced
from benchmarks.anomaly_student import CHANNELS, folds
from benchmarks.generated import generated
from core.answers import AnswerContent, FoundInterval
from core.labelled import LabelledSeries, read_labelled
from core.matching import match_events
from core.metrics.estimates import RESAMPLES
from core.questions.defaults import default_anomaly_question
from core.series import WindowView
from core.students.series import SeriesStudent
from core.students.series_events import every_candidate, numbered
from core.teachers.rules import rules_on
from training.examples import TrainingExample
from training.recipes.pseudo_label import PseudoLabelConfig, fit

VALIDATION = 5
"""Every fifth series is for validation, never trained on."""
METHODS = ("rules", "student", "corrections_only")
SHARES = (1.0, 0.5, 0.25)
"""Of the rules' false alarms."""
FEWEST_KNOWN = 0.5
"""Share of a window's samples that must be there."""


@dataclass(frozen=True, eq=False)
class Window:
    """A window with its truth; `series` names what is drawn again for the intervals."""

    series: str
    source: str
    view: WindowView
    truth: AnswerContent
    rules: AnswerContent


@dataclass(frozen=True)
class Tally:
    """What a method did on a window: true events, those found, false alarms."""

    true: int
    found: int
    false: int


def main() -> None:
    """Read the arguments, train and measure, a line of JSON per seed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, metavar="DIR")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--make", type=int, default=9000, help="moves the draws of generated ones")
    parser.add_argument("--series", type=int, default=600, help="generated for training")
    parser.add_argument("--test", type=int, default=600, help="generated for the test")
    parser.add_argument("--window", type=int, default=512, help="samples of a real window")
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--corrections", type=int, default=100)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--detectors", default="", help=f'read by the student, as "{CHANNELS}"')
    given = parser.parse_args()
    for seed in given.seeds:
        began = time.process_time()
        config = PseudoLabelConfig(
            seed=seed, steps=given.steps, text_batch_size=0, detectors=given.detectors
        )
        figures = measured(pairs_of(given, seed), config, given.corrections)
        print(json.dumps({
            "benchmark": "anomaly_reviews", "data": "real" if given.data else "generated",
            "seed": seed, "corrections": given.corrections, "steps": given.steps,
            "detectors": given.detectors, **figures,
            "cpu_seconds": round(time.process_time() - began, 1),
        }), flush=True)  # fmt: skip


def pairs_of(given: argparse.Namespace, seed: int) -> list[tuple[list[Window], list[Window]]]:
    """Return (training windows, test windows) of each fold."""
    if given.data is None:
        made = [
            generated(n, given.make + 10 * seed + k)
            for k, n in enumerate((given.series, given.test))
        ]
        return [(windows_of(made[0], 1 << 30), windows_of(made[1], 1 << 30))]
    series = [reduced(one, 30_000, 4_096) for one in read_labelled(given.data).series]
    cut = windows_of(series, given.window)
    return [
        (
            [window for window in cut if window.source not in tested],
            [window for window in cut if window.source in tested],
        )
        for tested in folds([one.source for one in series], given.folds)
    ]


def windows_of(series: Iterable[LabelledSeries], length: int) -> list[Window]:
    """Cut series into windows of `length` samples; the rest at the end joins no other."""
    question = default_anomaly_question()
    answer = rules_on(question)
    cut: list[Window] = []
    for one in series:
        for start in range(0, max(1, one.n - length // 2), length):
            stop = min(start + length, one.n)
            values = one.values[start:stop]
            if np.isfinite(values).mean() < FEWEST_KNOWN:
                continue
            seconds = None if one.seconds is None else one.seconds[start:stop]
            view = WindowView(values=values, seconds=seconds)
            inside = [
                (max(i.start, start) - start, min(i.stop, stop) - start, None)
                for i in one.truth
                if i.start < stop and i.stop > start
            ]
            cut.append(Window(one.path, one.source, view, untyped(inside), plain(answer(view))))
    return cut


def untyped(events: Sequence[tuple[int, int, float | None]]) -> AnswerContent:
    """Return an answer with these (start, stop, confidence), all of the one type there is."""
    found = tuple(
        FoundInterval(
            number=number,
            start=start,
            stop=stop,
            type_id=UNUSUAL.types[0].id,
            confidence=confidence,
        )
        for number, (start, stop, confidence) in enumerate(sorted(events), start=1)
    )
    return AnswerContent(kind="anomaly", intervals=found)


def plain(content: AnswerContent) -> AnswerContent:
    """Return an answer's events without their types and channels."""
    return untyped([(one.start, one.stop, one.confidence) for one in content.intervals])


def measured(
    pairs: Sequence[tuple[list[Window], list[Window]]], config: PseudoLabelConfig, corrections: int
) -> dict[str, object]:
    """Train on each fold, test on the other side, and return the figures over all of it."""
    tested: list[Window] = []
    ranked: dict[str, list[list[FoundInterval]]] = {name: [] for name in METHODS}
    own: list[list[FoundInterval]] = []
    for train, test in pairs:
        examples = learned(train, corrections, config.seed)
        student = trained(examples, config)
        alone = trained([one for one in examples if one.source == "correction"], config)
        tested += test
        ranked["rules"] += [list(window.rules.intervals) for window in test]
        ranked["student"] += [candidates(student, window.view) for window in test]
        ranked["corrections_only"] += [candidates(alone, window.view) for window in test]
        answers = student.answer(UNUSUAL, [window.view for window in test])
        own += [list(answer.intervals) for answer in answers]
    said = tallies(ranked["rules"], tested)
    allowed = sum(tally.false for tally in said)
    return {
        "windows": len(tested),
        "true_events": sum(tally.true for tally in said),
        "at_its_own": {
            "rules": by_itself(said), "student": by_itself(tallies(own, tested))
        },
        "at_equal_false_alarms": [
            {"share": share, **compared(ranked, tested, int(share * allowed))} for share in SHARES
        ],
    }  # fmt: skip


def by_itself(own: Sequence[Tally]) -> dict[str, float]:
    """Return what a method reports: events found, false alarms, and F1."""
    found, false = sum(t.found for t in own), sum(t.false for t in own)
    true = sum(t.true for t in own)
    return {
        "recall": round(found / max(1, true), 4),
        "false_alarms": false,
        "f1": round(2 * found / max(1, found + false + true), 4),
    }


def compared(
    ranked: dict[str, list[list[FoundInterval]]], tested: Sequence[Window], allowed: int
) -> dict[str, object]:
    """Return recall with at most `allowed` false alarms, and its lead on the rules'."""
    at = {name: tallies(surest(own, tested, allowed), tested) for name, own in ranked.items()}
    return {
        "false_alarms": {name: sum(t.false for t in own) for name, own in at.items()},
        "recall": {
            name: estimate(tested, lambda places, own=own: recall(own, places))
            for name, own in at.items()
        },
        "gain_over_rules": {
            name: estimate(
                tested,
                lambda places, own=own: recall(own, places) - recall(at["rules"], places),
            )
            for name, own in at.items()
            if name != "rules"
        },
    }  # fmt: skip


def learned(windows: Sequence[Window], corrections: int, seed: int) -> list[TrainingExample]:
    """Return the rules' answers as pseudo-labels, some of them corrected, split by series."""
    names = sorted({window.series for window in windows})
    held = {name for place, name in enumerate(names) if place % VALIDATION == 0}
    rng = np.random.default_rng([seed, 41])
    corrected = set(rng.permutation(len(windows))[:corrections].tolist())
    return [
        TrainingExample(
            UNUSUAL.id,
            window.view,
            window.truth if place in corrected else window.rules,
            source="correction" if place in corrected else "pseudo",
            split="validation" if window.series in held else "train",
            group=window.series,
            pseudo=window.rules,
        )
        for place, window in enumerate(windows)
    ]


def trained(examples: Sequence[TrainingExample], config: PseudoLabelConfig) -> SeriesStudent:
    """Train a student."""
    with tempfile.TemporaryDirectory() as folder:
        return fit(
            examples, [UNUSUAL], config,
            report=lambda progress: None, should_stop=lambda: False, checkpoint_dir=Path(folder),
        )  # fmt: skip


def candidates(student: SeriesStudent, view: WindowView) -> list[FoundInterval]:
    """Return every event that the student could name, with its confidence."""
    rules = student.config.rules[UNUSUAL.id]
    found = every_candidate(student.event_probabilities(0, view), rules)
    return list(numbered(found, [UNUSUAL.types[0].id], view.start))


def surest(
    found: Sequence[list[FoundInterval]], windows: Sequence[Window], allowed: int
) -> list[list[FoundInterval]]:
    """Return the surest candidates that make at most `allowed` false alarms in all."""
    levels = sorted({one.confidence or 0.0 for own in found for one in own}, reverse=True)
    low, high = 0, len(levels)  # how many levels are taken
    while low < high:
        middle = (low + high + 1) // 2
        taken = _above(found, levels[middle - 1])
        if sum(tally.false for tally in tallies(taken, windows)) <= allowed:
            low = middle
        else:
            high = middle - 1
    return _above(found, levels[low - 1]) if low else [[] for _ in found]


def _above(found: Sequence[list[FoundInterval]], least: float) -> list[list[FoundInterval]]:
    return [[one for one in own if (one.confidence or 0.0) >= least] for own in found]


def tallies(found: Sequence[Sequence[FoundInterval]], windows: Sequence[Window]) -> list[Tally]:
    """Count matches and false alarms of each window."""
    return [_tally(own, window) for own, window in zip(found, windows, strict=True)]


def _tally(found: Sequence[FoundInterval], window: Window) -> Tally:
    matched = len(match_events(found, window.truth.intervals))
    return Tally(len(window.truth.intervals), matched, len(found) - matched)


def recall(own: Sequence[Tally], at: Sequence[int]) -> float:
    """Return the share of true events found in the windows `at`."""
    return sum(own[i].found for i in at) / max(1, sum(own[i].true for i in at))


def estimate(
    windows: Sequence[Window], of: Callable[[Sequence[int]], float]
) -> tuple[float, float, float]:
    """Return a figure with its 95 % interval from drawing series within sources."""
    places: dict[str, dict[str, list[int]]] = {}
    for place, window in enumerate(windows):
        places.setdefault(window.source, {}).setdefault(window.series, []).append(place)
    rng = np.random.default_rng(0)
    drawn: list[float] = []
    for _ in range(RESAMPLES):
        at: list[int] = []
        for own in places.values():
            names = list(own)
            for pick in rng.integers(0, len(names), len(names)):
                at += own[names[pick]]
        drawn.append(of(at))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return round(of(range(len(windows))), 4), round(float(low), 4), round(float(high), 4)


if __name__ == "__main__":
    main()
