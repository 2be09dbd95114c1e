"""The built-in rules on labelled real series: they must not cry wolf, and must find something.

Needs a folder of labelled series (NAB's files and `labels.json`), named by UNDERSTUDY_REAL_DATA.
"""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.questions.defaults import default_anomaly_question
from core.series import WindowView
from core.teachers import TEACHERS
from core.teachers.base import Ask

VARIABLE = "UNDERSTUDY_REAL_DATA"
QUESTION = default_anomaly_question()


@pytest.mark.skipif(not os.environ.get(VARIABLE), reason=f"{VARIABLE} names no folder of real data")
def test_few_false_alarms_and_half_of_the_labelled_windows_on_nab() -> None:
    folder = Path(os.environ[VARIABLE]) / "nab"
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    teacher = TEACHERS["rules"]()
    hits, truths, false, samples = 0, 0, 0, 0
    for file, windows in labels.items():
        frame = pd.read_csv(folder / file, parse_dates=["timestamp"]).sort_values("timestamp")
        times = frame["timestamp"].to_numpy("datetime64[ns]")
        values = frame["value"].to_numpy(np.float64)[:, None]
        seconds = (times - times[0]) / np.timedelta64(1, "s")
        true = [tuple(np.searchsorted(times, np.array(pair, times.dtype))) for pair in windows]
        answers = [
            teacher.answer(
                Ask(QUESTION, WindowView(values[a : a + 4096], a, seconds[a : a + 4096]), "")
            )
            for a in range(0, len(values), 4096)
        ]
        given = [(one.start, one.stop) for reply in answers for one in reply.content.intervals]
        hits += sum(any(a <= last and b > first for a, b in given) for first, last in true)
        false += sum(not any(a <= last and b > first for first, last in true) for a, b in given)
        truths += len(true)
        samples += len(values)
    assert hits / truths >= 0.5
    assert 1000 * false / samples <= 1.0
