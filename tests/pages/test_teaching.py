"""Endpoints on the Teachers page: stored without a key, tested, planned, asked, asked again."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from small_project import NONE, SmallProject, asked_project

from core.errors import ConfigError
from core.series import SeriesData, SeriesInfo
from core.teachers.endpoint import Endpoint
from pages.components.workflows.asking import plan_batch
from pages.components.workflows.asking_models import (
    ModelChoice,
    example_of,
    plan_models,
    start_models,
)
from pages.components.workflows.auditing import CHOSEN, draw_audit, report_for
from pages.components.workflows.batch_choices import batch_choices
from pages.components.workflows.batch_plan import BatchPlan, Cutting
from pages.components.workflows.batch_results import (
    batch_facts,
    failure_rows,
    go_on,
    key_names,
    open_failures,
    problem_words,
    retry_failed,
)
from pages.components.workflows.teaching import (
    endpoint_of,
    remove_endpoint,
    save_endpoint,
    set_local_only,
    teacher_lines,
    try_endpoint,
)
from storage.rows import Job
from tests.openai_server import OpenAiServer
from training.launcher import kill
from training.requests import LabelRequest
from training.run_folder import RunFolder
from training.worker import Worker
from training.worker_results import teacher_answers

FIELDS = {"name": "reader", "base_url": "http://localhost:1/v1", "model": "reader"}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallProject]:
    made = asked_project(tmp_path)
    yield made
    for path in (made.store.home / "runs").glob("*"):
        if RunFolder(path).process() is not None:
            kill(RunFolder(path))


def saved(small: SmallProject, **fields: object) -> Endpoint:
    return save_endpoint(small.store, small.project_id, endpoint_of({**FIELDS, **fields}), "lead")


def all_windows(small: SmallProject, n: int = 3) -> BatchPlan:
    series = small.store.series.list(small.project_id)[:n]
    return plan_batch(series, small.anomaly, Cutting(64, 0))


def worked(small: SmallProject, job: Job) -> Job:
    """Let the worker do a job, in a real process."""
    worker, until = Worker(small.store), time.monotonic() + 60
    while (now := small.store.jobs.get(job.id)).live:
        assert time.monotonic() < until, f"{now.state}: {now.message}"
        worker.step()
        time.sleep(0.05)
    return now


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": " "}, "the name is empty"),
        ({"base_url": "ollama"}, "'ollama' is no http"),
        ({"base_url": "https://me:secret@host/v1"}, "carries a key"),
        ({"base_url": "http://localhost:99999/v1"}, "localhost:99999 has a port that is none"),
        ({"base_url": "http://localhost:abc/v1"}, "localhost:abc has a port that is none"),
        ({"model": ""}, "the model is empty"),
    ],
)
def test_a_form_that_does_not_fit_says_what_to_change(fields: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        endpoint_of({**FIELDS, **fields})


def test_a_key_in_the_field_of_its_name_is_refused_and_not_quoted() -> None:
    with pytest.raises(ConfigError, match=r"names no variable; .*never the key$") as caught:
        endpoint_of({**FIELDS, "key_name": "sk-secret-1234"})
    assert "sk-secret-1234" not in str(caught.value)


def test_a_test_says_what_came_back_and_the_line_remembers(small: SmallProject) -> None:
    with OpenAiServer() as server:
        endpoint = saved(small, base_url=server.url)
        assert teacher_lines(small.store, small.project_id)[0].state == "not tested yet"
        report = try_endpoint(small.store, small.project_id, endpoint)
    assert (report.ok, report.right) == (True, True)
    (line,) = teacher_lines(small.store, small.project_id)
    assert line.dot == "green"
    assert line.state.endswith("structured output")


def test_an_endpoint_that_is_not_there_gets_a_red_dot_and_the_reason(small: SmallProject) -> None:
    endpoint = saved(small)
    assert not try_endpoint(small.store, small.project_id, endpoint).ok
    (line,) = teacher_lines(small.store, small.project_id)
    assert (line.dot, line.state) == ("red", "does not answer")
    assert "localhost:1" in line.known.message


def test_a_missing_key_is_named_before_anything_is_asked(small: SmallProject) -> None:
    endpoint = saved(small, key_name="TEST_NO_KEY")
    (line,) = teacher_lines(small.store, small.project_id)
    assert (line.dot, line.state) == ("orange", "no key in TEST_NO_KEY")
    with pytest.raises(ConfigError, match="TEST_NO_KEY"):
        try_endpoint(small.store, small.project_id, endpoint)


def test_the_plan_says_how_many_pictures_go_where_and_what_they_cost(small: SmallProject) -> None:
    one = saved(small, price_in=1.0, price_out=2.0)
    other = saved(
        small, name="other", base_url="https://models.example/v1", price_in=0, price_out=0
    )
    choice = ModelChoice((one.id, other.id), samples=2, overview=True)
    planned = plan_models(small.store, small.project_id, all_windows(small), choice)
    assert (planned.n_left, planned.n_there) == (12, 0)
    assert planned.n_pictures == (24, 24)
    assert planned.hosts == ("localhost:1", "models.example")
    assert planned.batch.away == ("models.example",)
    assert planned.usd is not None and 0 < planned.usd[0] < planned.usd[1]
    assert "6 requests to localhost:1" in planned.shares[0].cost.sentence


def test_a_budget_needs_prices(small: SmallProject) -> None:
    one = saved(small)
    choice = ModelChoice((one.id,), budget_usd=5.0)
    with pytest.raises(ConfigError, match=r"prices of reader are unknown.*\$5\.00"):
        plan_models(small.store, small.project_id, all_windows(small), choice)


def test_a_judge_gets_pictures_and_costs_too(small: SmallProject) -> None:
    one = saved(small, price_in=1.0, price_out=1.0)
    judge = saved(small, name="judge", base_url="http://localhost:2/v1")
    choice = ModelChoice((one.id,), samples=2, judge_id=judge.id)
    planned = plan_models(small.store, small.project_id, all_windows(small), choice)
    assert planned.hosts == ("localhost:1", "localhost:2")
    # Two answers to each of three windows, and the same pictures for the judge: once a window
    # where both answers have the same words.
    assert planned.n_pictures == (6 + 3, 6 + 6)
    assert planned.usd is None
    with pytest.raises(ConfigError, match="the prices of judge are unknown"):
        plan_models(
            small.store,
            small.project_id,
            all_windows(small),
            ModelChoice((one.id,), samples=2, judge_id=judge.id, budget_usd=5.0),
        )


def test_where_only_old_answers_are_taken_nobody_gets_a_picture(small: SmallProject) -> None:
    one = saved(small, price_in=1.0, price_out=1.0)
    choice = ModelChoice((one.id,), replay=True)
    planned = plan_models(small.store, small.project_id, all_windows(small), choice)
    assert (planned.n_left, planned.n_pictures, planned.hosts) == (3, (0, 0), ())


def test_a_batch_goes_on_with_the_key_and_the_prices_of_now(small: SmallProject) -> None:
    one = saved(small, key_name="OLD_KEY", price_in=1.0, price_out=1.0)
    planned = plan_models(small.store, small.project_id, all_windows(small), ModelChoice((one.id,)))
    job = start_models(small.store, small.project_id, planned)
    small.store.jobs.request_pause(job.id)
    edited = one.model_copy(update={"key_name": "NEW_KEY", "price_in": 2.0, "max_tokens": 99})
    save_endpoint(small.store, small.project_id, edited, "lead")
    assert key_names(small.store, job) == ["NEW_KEY"]
    batch = LabelRequest.read(go_on(small.store, job).params).models
    assert batch is not None
    (asked,) = (teacher.endpoint for teacher in batch.teachers)
    assert (asked.key_name, asked.price_in) == ("NEW_KEY", 2.0)
    assert asked.signature == one.signature


def test_a_key_goes_to_no_address_but_that_it_was_entered_for(small: SmallProject) -> None:
    one = saved(small, key_name="OLD_KEY")
    planned = plan_models(small.store, small.project_id, all_windows(small), ModelChoice((one.id,)))
    job = start_models(small.store, small.project_id, planned)
    small.store.jobs.request_pause(job.id)
    moved = one.model_copy(update={"base_url": "http://localhost:2/v1", "key_name": "NEW_KEY"})
    save_endpoint(small.store, small.project_id, moved, "lead")
    assert key_names(small.store, job) == ["OLD_KEY"]
    assert LabelRequest.read(go_on(small.store, job).params).models == planned.batch


def test_who_is_removed_is_asked_nothing_more(small: SmallProject) -> None:
    one, other = saved(small), saved(small, name="other")
    jobs = [
        start_models(
            small.store,
            small.project_id,
            plan_models(small.store, small.project_id, all_windows(small), ModelChoice((who.id,))),
        )
        for who in (one, other)
    ]
    assert remove_endpoint(small.store, small.project_id, one.id, "lead") == 1
    assert [small.store.jobs.get(job.id).state for job in jobs] == ["paused", "queued"]
    with pytest.raises(ConfigError, match=r"'reader' was removed, so nothing more is sent"):
        go_on(small.store, jobs[0])
    assert small.store.jobs.get(jobs[0].id).state == "paused"


def test_a_project_of_local_endpoints_plans_nothing_elsewhere(small: SmallProject) -> None:
    away = saved(small, base_url="https://models.example/v1")
    planned = plan_models(
        small.store, small.project_id, all_windows(small), ModelChoice((away.id,))
    )
    running = start_models(small.store, small.project_id, planned)
    assert set_local_only(small.store, small.project_id, True) == 1
    assert small.store.jobs.get(running.id).state == "paused"
    with pytest.raises(ConfigError, match=r"models\.example, and this project asks"):
        plan_models(small.store, small.project_id, all_windows(small), ModelChoice((away.id,)))
    # Below the page too: a batch that is resumed anyway ends with the reason, and sends nothing.
    small.store.jobs.resume(running.id)
    ended = worked(small, running)
    assert ended.state == "failed"
    assert "models.example" in ended.message


def test_the_exact_request_is_shown_and_holds_no_name(small: SmallProject) -> None:
    one = saved(small)
    values = np.random.default_rng(0).normal(size=(64, 1))
    info = SeriesInfo("valve_stuck_fault.csv", ("label_anomalous",), ("bar",), source="leak.csv")
    stored, _ = small.store.series.add(small.project_id, SeriesData(values), info, "upload")
    plan = plan_batch([stored], small.anomaly, Cutting(64, 0))
    planned = plan_models(small.store, small.project_id, plan, ModelChoice((one.id,)))
    request = example_of(small.store, small.project_id, planned)
    assert request.pictures[0].startswith(b"\x89PNG")
    assert request.schema is not None and "intervals" in request.schema["properties"]
    assert "bar" in request.text
    for name in ("valve", "fault", "anomalous", "leak"):
        assert name not in request.text


def test_a_batch_goes_through_worker_and_server_and_comes_back(small: SmallProject) -> None:
    with OpenAiServer(faults=["429", "refusal"]) as server:
        one = saved(small, base_url=server.url, price_in=1.0, price_out=1.0, concurrency=1)
        planned = plan_models(
            small.store, small.project_id, all_windows(small), ModelChoice((one.id,))
        )
        ended = worked(small, start_models(small.store, small.project_id, planned))
        facts = batch_facts(small.store, ended)
        assert (ended.state, facts.failed, facts.again, facts.n_open) == (
            "done",
            {"refusal": 1},
            {"rate_limit": 1},
            1,
        )
        assert facts.cost_usd is not None and facts.cost_usd > 0
        assert problem_words(facts.failed) == "1 refusal"
        (row,) = failure_rows(small.store, ended)
        assert (row["teacher"], row["problem"]) == ("reader", "refusal")

        again = worked(small, retry_failed(small.store, ended))
        assert again.message == "1 of 1 answered"
        assert open_failures(small.store, ended) == []
    author = planned.batch.author(planned.batch.teachers[0], small.anomaly)
    said = small.store.answers.latest(small.project_id, small.anomaly.id, author)
    assert len(said) == 3
    known = small.store.teachers.state(small.project_id, one.id)
    assert known.form == "schema" and known.tokens_in is not None
    with pytest.raises(ConfigError, match=r"nothing of .* is open any more"):
        retry_failed(small.store, ended)
    later = plan_models(small.store, small.project_id, all_windows(small), ModelChoice((one.id,)))
    assert (later.n_left, later.n_there) == (0, 3)


def test_a_batch_at_its_budget_goes_on_with_a_higher_one(small: SmallProject) -> None:
    with OpenAiServer() as server:
        one = saved(small, base_url=server.url, price_in=1000.0, price_out=0.0, concurrency=1)
        choice = ModelChoice((one.id,), budget_usd=1.0)
        planned = plan_models(small.store, small.project_id, all_windows(small, 6), choice)
        paused = worked(small, start_models(small.store, small.project_id, planned))
        assert paused.state == "paused"
        assert "the budget of $1.00 leaves no room" in paused.message
        ended = worked(small, go_on(small.store, paused, 1000.0))
        assert (ended.state, ended.message) == ("done", "6 of 6 answered")
        assert len(server.received) == 6


def test_the_chosen_one_of_several_answers_is_what_a_student_learns(small: SmallProject) -> None:
    with OpenAiServer() as server:
        one = saved(small, base_url=server.url)
        other = saved(small, name="other", base_url=server.url)
        choice = ModelChoice((one.id, other.id), samples=2)
        planned = plan_models(small.store, small.project_id, all_windows(small), choice)
        ended = worked(small, start_models(small.store, small.project_id, planned))
    # Both names stand for one model: what it said to the one may serve the other, at no cost.
    assert ended.message.startswith("12 of 12 answered")
    choices = batch_choices(small.store, ended)
    assert choices is not None
    assert (choices.n, choices.n_candidates, len(choices.rows)) == (3, 12, 12)
    assert [row[""] for row in choices.rows].count("chosen") == 3
    assert choices.agreement == 1.0  # the same model looked at the same pictures
    draw = draw_audit(small.store, small.project_id, ended.id, 3, "lead")
    small.decide(small.store.items.get(small.project_id, draw.item_ids[0]), "no_anomaly", NONE)
    assert {author.name for author in report_for(small.store, small.project_id, draw)} == {
        "reader",
        "other",
        CHOSEN.name,  # what a student learns is audited beside its authors
    }
    chosen = small.store.selections.newest(small.project_id)
    learned = teacher_answers(small.store, small.project_id, small.anomaly.id)
    assert len(chosen) == 3
    assert {item: learned[item].id for item in chosen} == {
        item: record.chosen_answer_id for item, record in chosen.items()
    }
