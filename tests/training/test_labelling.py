"""A batch asked of models over a real HTTP server: nothing is lost, nothing is asked twice."""

import threading
from collections import Counter
from pathlib import Path

import pytest
from label_batches import batch_of, endpoint, made_folder, run_label

from core.errors import ConfigError
from tests.openai_server import OpenAiServer
from tests.picture_answers import prompt_of
from training.door import Paused, Stopped
from training.label_folder import LabelFolder
from training.run_folder import RunStatus


def status_of(folder: LabelFolder) -> RunStatus:
    status = folder.run.status()
    assert status is not None
    return status


def asked_twice(server: OpenAiServer) -> dict[str, int]:
    return {digest: n for digest, n in server.answered.items() if n > 1}


def test_every_window_is_answered_with_all_that_led_there(tmp_path: Path) -> None:
    with OpenAiServer() as server:
        priced = endpoint(server.url, price_in=1.0, price_out=2.0)
        folder = made_folder(tmp_path, batch_of(priced), 6)
        assert run_label(folder) == "6 of 6 answered"
    answers = folder.run.answers()[0]
    assert sorted(answer.item_id for answer in answers) == [f"item {place}" for place in range(6)]
    first = answers[0]
    (call,) = first.calls
    assert (first.author.kind, first.author.name, first.sample) == ("teacher", "reader", 0)
    assert first.prompt == call.prompt == server_text(server, call.prompt)
    assert first.raw_text == call.raw_text
    assert first.prompt_version == "anomaly.v1"
    assert first.content.intervals[0].start // 64 == int(first.item_id.split()[1])
    assert folder.pictures.read(first.render_hash) in server.received[0].pictures + [
        picture for got in server.received for picture in got.pictures
    ]
    assert status_of(folder).cost_usd == pytest.approx(sum(one.cost_usd or 0 for one in answers))
    assert status_of(folder).counts["paid"] == 6


def server_text(server: OpenAiServer, prompt: str) -> str:
    """Return the text of the request with this prompt as the server got it."""
    texts = [
        part["text"]
        for got in server.received
        for part in got.body["messages"][0]["content"]
        if part["type"] == "text"
    ]
    return next(text for text in texts if text == prompt)


def test_a_second_run_costs_nothing_and_says_so(tmp_path: Path) -> None:
    with OpenAiServer() as server:
        batch = batch_of(endpoint(server.url, price_in=1.0, price_out=1.0))
        run_label(made_folder(tmp_path, batch, 4, "first"))
        n_asked = len(server.received)
        again = made_folder(tmp_path, batch, 4, "second")
        said = run_label(again)
        assert len(server.received) == n_asked == 4
    assert said == "4 of 4 answered, 4 of them from what was said before, at no cost"
    assert status_of(again).cost_usd == 0
    assert {answer.cost_usd for answer in again.run.answers()[0]} == {0.0}


def test_what_goes_wrong_on_the_way_is_asked_again_and_counted(tmp_path: Path) -> None:
    with OpenAiServer(faults=["429", "500", "html", "empty", "cut"]) as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url)), 3)
        assert run_label(folder) == "3 of 3 answered"
        assert asked_twice(server) == {}
    counts = status_of(folder).counts
    again = {key.removeprefix("again_") for key in counts if key.startswith("again_")}
    assert again >= {"rate_limit", "server"}


def test_an_answer_that_cannot_be_read_is_sent_back_once(tmp_path: Path) -> None:
    with OpenAiServer(faults=["rubbish", "", "rubbish", "rubbish"]) as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url, concurrency=1)), 2)
        assert run_label(folder) == "1 of 2 answered; 1 gave no answer and can be asked again"
    (answer,), (failed,) = folder.run.answers()[0], folder.failures()[0]
    assert [call.purpose for call in answer.calls] == ["answer", "repair"]
    assert answer.calls[0].error != "" and answer.calls[1].error == ""
    assert (failed.problem, [call.purpose for call in failed.calls]) == (
        "unparsable",
        ["answer", "repair"],
    )
    assert all(call.raw_text for call in failed.calls)


def test_what_failed_is_really_asked_again_by_the_next_batch(tmp_path: Path) -> None:
    with OpenAiServer(faults=["rubbish", "rubbish"]) as server:
        batch = batch_of(endpoint(server.url, concurrency=1))
        run_label(made_folder(tmp_path, batch, 1, "first"))
        assert run_label(made_folder(tmp_path, batch, 1, "second")) == "1 of 1 answered"
        assert len(server.received) == 3


def test_a_position_outside_the_window_is_no_answer_and_is_never_clipped(tmp_path: Path) -> None:
    with OpenAiServer(faults=["outside", "outside"]) as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url, concurrency=1)), 1)
        run_label(folder)
    (failed,) = folder.failures()[0]
    assert failed.problem == "unparsable"
    assert "does not lie inside the window" in failed.message


@pytest.mark.parametrize(("fault", "problem"), [("refusal", "refusal"), ("length", "truncated")])
def test_a_refusal_and_a_cut_answer_are_kept_with_what_was_said(
    tmp_path: Path, fault: str, problem: str
) -> None:
    with OpenAiServer(faults=[fault]) as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url, concurrency=1)), 2)
        run_label(folder)
    (failed,) = folder.failures()[0]
    assert failed.problem == problem
    assert status_of(folder).counts[f"failed_{problem}"] == 1
    assert failed.calls[0].error == failed.message


def test_a_batch_pauses_at_a_dead_endpoint_and_goes_on_when_it_is_back(tmp_path: Path) -> None:
    with OpenAiServer(faults=["401"]) as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url, concurrency=1)), 3)
        with pytest.raises(Paused, match=r"paused after 0 of 3: .*key"):
            run_label(folder)
        assert folder.failures()[0] == []
        assert run_label(folder) == "3 of 3 answered"


def test_a_batch_pauses_before_it_passes_its_budget(tmp_path: Path) -> None:
    with OpenAiServer() as server:
        priced = endpoint(server.url, concurrency=1, price_in=1000.0, price_out=0.0)
        folder = made_folder(tmp_path, batch_of(priced, budget_usd=1.0), 8)
        with pytest.raises(Paused, match=r"the budget of \$1\.00 leaves no room .* raise it"):
            run_label(folder)
    spent = status_of(folder).cost_usd
    assert spent is not None and 0 < spent <= 1.0
    assert len(folder.run.answers()[0]) == status_of(folder).counts["paid"] > 0


def test_the_word_to_stop_lets_what_is_under_way_come_back(tmp_path: Path) -> None:
    with OpenAiServer(latency_s=0.3) as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url)), 40)
        folder.run.ask_to_stop()
        with pytest.raises(Stopped, match="what was answered is kept"):
            run_label(folder)
        assert len(folder.run.answers()[0]) == sum(server.answered.values()) < 40


def test_after_the_word_to_pause_no_second_look_leaves(tmp_path: Path) -> None:
    with OpenAiServer(latency_s=1.0) as server:
        batch = batch_of(endpoint(server.url, concurrency=2), two_pass=True)
        folder = made_folder(tmp_path, batch, 6)
        pausing = threading.Timer(0.7, folder.run.ask_to_pause)
        pausing.start()
        with pytest.raises(Paused, match="press Go on to continue"):
            run_label(folder)
        pausing.join()
        n_first = len(server.received)
        assert [got for got in server.received if "closer" in prompt_of(got.body)] == []
        (folder.path / "pause").unlink()
        assert run_label(folder) == "6 of 6 answered"
        assert asked_twice(server) == {}
    assert 0 < n_first <= 2


def test_two_teachers_and_two_samples_give_four_candidates_and_one_choice(tmp_path: Path) -> None:
    with OpenAiServer() as one, OpenAiServer() as other:
        batch = batch_of(endpoint(one.url, "one"), endpoint(other.url, "other"), samples=2)
        folder = made_folder(tmp_path, batch, 3)
        assert run_label(folder) == "12 of 12 answered"
    answers = folder.run.answers()[0]
    assert Counter((a.author.name, a.sample) for a in answers) == {
        (name, sample): 3 for name in ("one", "other") for sample in (0, 1)
    }
    selections = folder.selections()
    assert [one.item_id for one in selections] == ["item 0", "item 1", "item 2"]
    by_item = {one.item_id: one for one in selections}
    for item_id, chosen in by_item.items():
        assert chosen.chosen in {a.id for a in answers if a.item_id == item_id}
        assert len(chosen.scored) == 4


def test_no_picture_leaves_for_another_machine_when_the_project_forbids_it(tmp_path: Path) -> None:
    away = endpoint("http://models.example/v1")
    folder = made_folder(tmp_path, batch_of(away, local_only=True), 1)
    with pytest.raises((Paused, ConfigError), match=r"models\.example"):
        run_label(folder)
    assert folder.run.answers()[0] == []


def test_a_second_look_takes_the_edges_from_the_zoomed_picture(tmp_path: Path) -> None:
    with OpenAiServer() as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url), two_pass=True), 2)
        assert run_label(folder) == "2 of 2 answered"
    for answer in folder.run.answers()[0]:
        assert [call.purpose for call in answer.calls] == ["answer", "refine"]
        zoom = answer.calls[1]
        assert zoom.start <= answer.content.intervals[0].start < zoom.stop
        assert zoom.render_hashes != answer.calls[0].render_hashes


def test_a_recorded_teacher_answers_without_a_network_and_only_what_it_said(tmp_path: Path) -> None:
    with OpenAiServer() as server:
        batch = batch_of(endpoint(server.url))
        run_label(made_folder(tmp_path, batch, 2, "first"))
    replayed = batch.model_copy(update={"client": "recorded"})
    folder = made_folder(tmp_path, replayed, 3, "second")
    assert run_label(folder).startswith("2 of 3 answered, 2 of them from what was said before")
    (failed,) = folder.failures()[0]
    assert "says only what it said before" in failed.message
