"""The test server reads what is drawn: enough to check answers by, and no measure of a model."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.questions import kind_of
from core.questions.defaults import (
    PATTERN_WORDINGS,
    default_anomaly_question,
    default_pattern_question,
)
from core.questions.pattern import option_order
from core.render import render_png
from core.series import WindowView
from core.teachers.endpoint import Endpoint
from core.teachers.exchange import ModelRequest
from core.teachers.openai_dialect import Dialect, Form, body_of
from tests.openai_server import FAULTS, OpenAiServer
from tests.picture_answers import answer_to, axis_range

ROOT = Path(__file__).resolve().parents[1]
T = np.linspace(0, 1, 300)
SHAPES: dict[str, NDArray[np.float64]] = {
    "linear_increase": T,
    "linear_decrease": -T,
    "concave": -((T - 0.5) ** 2),
    "convex": (T - 0.5) ** 2,
    "exponential_growth": np.exp(7 * T),
    "exponential_decay": np.exp(-7 * T),
    "sigmoid": 1 / (1 + np.exp(-20 * (T - 0.5))),
    "cubic": (T - 0.1) * (T - 0.5) * (T - 0.9),
    "gaussian": np.exp(-(((T - 0.5) / 0.1) ** 2)),
}


def calm(n_samples: int, n_channels: int = 1) -> NDArray[np.float64]:
    return np.random.default_rng(1).normal(0, 0.1, (n_samples, n_channels))


def body(view: WindowView, form: Form = "schema", kind: str = "anomaly") -> dict[str, object]:
    question = default_anomaly_question() if kind == "anomaly" else default_pattern_question()
    order = option_order(question, "an-item") if kind == "pattern" else ()
    one = kind_of(question)
    asked = ModelRequest(
        text=one.prompt(question, view, order),
        pictures=(render_png(view),),
        schema=one.schema(question),
    )
    to = Endpoint(id="e", name="n", base_url="http://localhost/v1", model="m")
    return body_of(asked, to, Dialect(form))


@pytest.mark.parametrize("form", ["schema", "json"])
@pytest.mark.parametrize(("n_samples", "start", "stop"), [(64, 20, 21), (500, 100, 140)])
def test_an_excursion_is_found_where_it_was_drawn(
    form: Form, n_samples: int, start: int, stop: int
) -> None:
    values = calm(n_samples, 2)
    values[start:stop, 1] += 8
    (found,) = json.loads(answer_to(body(WindowView(values), form)))["intervals"]
    assert found["channels"] == ["ch2"]
    assert abs(found["start"] - start) <= 1
    assert abs(found["stop"] - stop) <= 1


def test_a_calm_line_has_no_anomaly() -> None:
    assert json.loads(answer_to(body(WindowView(calm(400)))))["intervals"] == []
    assert answer_to(body(WindowView(calm(400)), "tags")) == "<anomaly>False</anomaly>"


def test_without_a_look_the_answer_is_the_smallest_that_the_schema_allows() -> None:
    values = calm(64)
    values[20] += 8
    said = answer_to(body(WindowView(values)), looks=False)
    assert json.loads(said) == {"intervals": [], "confidence": None, "rationale": []}


@pytest.mark.parametrize("key", [key for key, *_ in PATTERN_WORDINGS])
def test_a_clean_shape_is_named(key: str) -> None:
    view = WindowView(SHAPES[key][:, None])
    assert json.loads(answer_to(body(view, kind="pattern")))["label"] == key
    assert answer_to(body(view, "tags", kind="pattern")) == f"<class>{key}</class>"


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Counts from 3 to 9 are usual. The x axis counts samples from 0 to 511.", (0, 511)),
        ("The x axis counts samples of the whole series from 900 to 1411.", (900, 1411)),
    ],
)
def test_the_range_of_the_axis_is_read_out_of_the_prompt(
    prompt: str, expected: tuple[int, int]
) -> None:
    assert axis_range(prompt) == expected


def test_a_prompt_without_a_range_is_an_error() -> None:
    with pytest.raises(ValueError, match="states no samples of its x axis"):
        axis_range("What do you see?")


def test_faults_come_in_the_order_given_and_by_seeded_shares_after_that() -> None:
    def drawn(seed: int) -> list[str]:
        server = OpenAiServer(["html"], rates={"500": 0.2, "429": 0.1}, seed=seed)
        faults = [server.next_fault() for _ in range(1_001)]
        server.close()
        return faults

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert drawn(1)[0] == "html"
    assert drawn(1).count("500") == pytest.approx(200, abs=40)
    assert drawn(1).count("429") == pytest.approx(100, abs=30)
    assert set(drawn(1)) - {""} <= set(FAULTS)


def test_the_command_serves_at_the_address_it_prints() -> None:
    command = [sys.executable, "-m", "tests.openai_server", "--port", "0", "--names-requests"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        asked = urllib.request.Request(
            f"{url}/chat/completions",
            json.dumps({"model": "m", "messages": [{"role": "user", "content": "Hello"}]}).encode(),
        )
        with urllib.request.urlopen(asked) as response:
            said = json.load(response)
        with urllib.request.urlopen(url) as response:
            counts = json.load(response)
        with urllib.request.urlopen(f"{url}/requests") as response:
            digests = json.load(response)
        server.terminate()
    assert said["choices"][0]["message"]["content"] == "There is no picture."
    assert digests == {"received": [said["model"].removeprefix("m-test-")], "twice": []}
    assert counts == {
        "received": 1,
        "answered": 1,
        "twice": 0,
        "most_in_flight": 1,
        "in_flight": 0,
    }
