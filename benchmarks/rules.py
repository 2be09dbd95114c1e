"""How good the built-in rules are on generated series.

    python -m benchmarks.rules --seed 1 --n 600
    python -m benchmarks.rules --member sub_pca     (a detector beside the finders)

Prints one line of JSON: pattern accuracy on `n` trend series (by fluctuation too), event figures on
the event series of a generated mix of 2·n, claims by state, and CPU milliseconds per answer.
"""

import argparse
import json
import time
from collections import Counter

import numpy as np

from core.answers import AnswerContent
from core.detectors import DETECTORS
from core.generate import Generated, generate
from core.metrics import EVENT_FIGURES, accuracy, interval_scores
from core.questions.base import Question
from core.questions.defaults import default_anomaly_question, default_pattern_question
from core.rationale import check_answer
from core.series import view_window
from core.teachers.base import Ask
from core.teachers.rules import RulesTeacher
from core.teachers.rules_member import MEMBER


class Asked:
    """The rules' answers to one question over the series that it is asked of."""

    def __init__(self, question: Question, series: list[Generated], member: str = MEMBER) -> None:
        """Ask at once; CPU time is that of the answers alone."""
        self.series = [one for one in series if question.kind in one.asked]
        self.views = [view_window(one.data, 0, one.data.n_samples) for one in self.series]
        self.truths = [one.truth(question) for one in self.series]
        teacher = RulesTeacher(member)
        began = time.process_time()
        self.answers: list[AnswerContent] = [
            teacher.answer(Ask(question, view, prompt="")).content for view in self.views
        ]
        self.ms_per_answer = 1000 * (time.process_time() - began) / len(self.answers)

    def claims(self) -> Counter[str]:
        """Count the claims of all rationales by state."""
        pairs = zip(self.answers, self.views, strict=True)
        checks = (check for answer, view in pairs for check in check_answer(answer, view))
        return Counter(check.status for check in checks if check is not None)


def pattern_figures(asked: Asked) -> dict[str, object]:
    """Accuracy with its interval, and by fluctuation."""
    right: dict[str, list[bool]] = {}
    for series, answer in zip(asked.series, asked.answers, strict=True):
        right.setdefault(series.texture, []).append(answer.label == series.pattern)
    total = [hit for hits in right.values() for hit in hits]
    return {
        "accuracy": accuracy(sum(total), len(total)).model_dump(),
        "by_fluctuation": {name: round(float(np.mean(hits)), 3) for name, hits in right.items()},
    }


def event_figures(asked: Asked) -> dict[str, float]:
    """Recall, precision, interval F1 and false alarms per 1,000 samples over all windows."""
    rows = [
        interval_scores(answer.intervals, truth.intervals, (view.start, view.stop)).row()
        for answer, truth, view in zip(asked.answers, asked.truths, asked.views, strict=True)
        if truth is not None
    ]
    sums = np.sum(rows, axis=0)
    return {name: round(float(figure(sums)), 3) for name, figure in EVENT_FIGURES.items()}


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--n", type=int, default=600)
    parser.add_argument("--member", choices=["", *DETECTORS], default=MEMBER)
    options = parser.parse_args()
    series = generate(2 * options.n, options.seed)
    patterns = Asked(default_pattern_question(), [s for s in series if s.asked == ("pattern",)])
    events = Asked(default_anomaly_question(), series, options.member)
    print(
        json.dumps(
            {
                "seed": options.seed,
                "member": options.member,
                "pattern": pattern_figures(patterns),
                "anomaly": {"n": len(events.answers), **event_figures(events)},
                "claims": {"pattern": patterns.claims(), "anomaly": events.claims()},
                "cpu_ms_per_answer": {
                    "pattern": round(patterns.ms_per_answer, 1),
                    "anomaly": round(events.ms_per_answer, 1),
                },
            }
        )
    )


if __name__ == "__main__":
    main()
