"""When the endpoint, the judge or this machine fails, a batch waits and burns through nothing."""

from pathlib import Path

import pytest
from label_batches import batch_of, endpoint, made_folder, run_label

from core.teachers import MODELS
from core.teachers.endpoint import Endpoint
from core.teachers.exchange import ClientSetup
from core.teachers.openai_vlm import OpenAiClient
from core.teachers.patience import Patience
from tests.openai_server import OpenAiServer
from training.door import Paused, Stopped
from training.label_folder import LabelFolder
from training.labelling import LAST_ANSWERS_S
from training.run_folder import RunAsk


def hasty(to: Endpoint, setup: ClientSetup) -> OpenAiClient:
    """The real client; it tries each request once."""
    return OpenAiClient(to, key=None, on_retry=setup.on_retry, patience=Patience(tries=1))


@pytest.fixture(autouse=True)
def no_repetitions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting between tries takes most of a minute per request."""
    monkeypatch.setitem(MODELS, "hasty", hasty)


def counts_of(folder: LabelFolder) -> dict[str, int]:
    status = folder.run.status()
    assert status is not None
    return status.counts


@pytest.mark.parametrize("fault", ["500", "html"])
def test_an_endpoint_that_keeps_failing_is_left_alone_and_its_windows_stay_open(
    tmp_path: Path, fault: str
) -> None:
    with OpenAiServer(rates={fault: 1.0}) as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url), client="hasty"), 26)
        with pytest.raises(
            Paused, match=r"after 0 of 26: .* 20 windows failed in a row; .*resumed"
        ):
            run_label(folder)
        assert 20 <= len(server.received) <= 23  # what was under way came back
        assert folder.failures()[0] == []
        server.rates = {}
        assert run_label(folder) == "26 of 26 answered"


def test_a_row_that_an_answer_ends_is_made_of_failures_of_their_windows(tmp_path: Path) -> None:
    with OpenAiServer(faults=["500"] * 5) as server:
        one_by_one = endpoint(server.url, concurrency=1)
        folder = made_folder(tmp_path, batch_of(one_by_one, client="hasty"), 6)
        assert run_label(folder) == "1 of 6 answered; 5 gave no answer and can be asked again"
    assert [one.item_id for one in folder.failures()[0]] == [f"item {n}" for n in range(5)]
    assert counts_of(folder)["failed_server"] == 5


def test_a_row_that_only_the_end_of_the_batch_ends_is_written_too(tmp_path: Path) -> None:
    with OpenAiServer(rates={"500": 1.0}) as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url), client="hasty"), 6)
        assert run_label(folder) == "0 of 6 answered; 6 gave no answer and can be asked again"
    assert len(folder.failures()[0]) == 6


def test_failures_of_windows_are_no_row(tmp_path: Path) -> None:
    with OpenAiServer(rates={"refusal": 1.0}) as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url), client="hasty"), 24)
        assert run_label(folder) == "0 of 24 answered; 24 gave no answer and can be asked again"


def test_of_two_endpoints_the_one_that_works_goes_on_to_its_end(tmp_path: Path) -> None:
    with OpenAiServer() as well, OpenAiServer(rates={"500": 1.0}) as ill:
        batch = batch_of(endpoint(well.url, "well"), endpoint(ill.url, "ill"), client="hasty")
        folder = made_folder(tmp_path, batch, 24)
        with pytest.raises(Paused, match=r"after 24 of 48: .* failed in a row"):
            run_label(folder)
        ill.rates = {}
        assert run_label(folder) == "48 of 48 answered"
        assert sum(well.answered.values()) == 24


def test_a_stop_does_not_wait_for_an_endpoint_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LAST_ANSWERS_S, "stop", 0.3)
    with OpenAiServer(rates={"hang": 1.0}, hang_s=60) as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url)), 8)
        folder.run.ask_to_stop()
        with pytest.raises(Stopped, match="stopped after 0 of 8; what was answered is kept"):
            run_label(folder)


def test_after_the_word_to_pause_nothing_more_is_drawn(tmp_path: Path) -> None:
    with OpenAiServer() as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url, concurrency=1)), 40)
        folder.run.ask_to_pause()
        with pytest.raises(Paused, match="press Go on to continue"):
            run_label(folder)
    assert len(list((tmp_path / "renders" / "drawn").iterdir())) <= 3


def test_a_disk_that_takes_nothing_pauses_the_batch_before_more_is_paid_for(tmp_path: Path) -> None:
    with OpenAiServer() as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url, concurrency=1)), 6)
        folder.exchanges.write_text("a file where a folder should be")
        with pytest.raises(Paused, match=r"could not read or store a file .* press Go on"):
            run_label(folder)
        assert len(server.received) <= 1
        assert folder.failures()[0] == []
        folder.exchanges.unlink()
        assert run_label(folder) == "6 of 6 answered"


def test_a_window_that_cannot_be_read_is_a_failure_of_its_own(tmp_path: Path) -> None:
    with OpenAiServer() as server:
        folder = made_folder(tmp_path, batch_of(endpoint(server.url)), 3)
        asks = folder.run.asks()
        lost = RunAsk.model_validate(asks[1].model_dump() | {"series_path": "../gone.parquet"})
        folder.run.write_asks(folder.run.questions().values(), [asks[0], lost, asks[2]])
        assert run_label(folder) == "2 of 3 answered; 1 gave no answer and can be asked again"
    (failed,) = folder.failures()[0]
    assert (failed.item_id, failed.problem) == ("item 1", "broken")
    assert "restore it from a backup" in failed.message


def test_a_judge_that_refuses_pauses_the_batch_and_what_was_answered_is_kept(
    tmp_path: Path,
) -> None:
    with OpenAiServer() as server, OpenAiServer(faults=["401"], looks=False) as bench:
        judge = endpoint(bench.url, "judge", concurrency=1)
        batch = batch_of(endpoint(server.url), samples=2, judge=judge)
        folder = made_folder(tmp_path, batch, 3)
        with pytest.raises(Paused, match=r"after 6 of 6: the judge gives no scores: .*key"):
            run_label(folder)
        assert len(bench.received) == 1
        assert folder.selections() == []
        said = run_label(folder)
        assert said == "6 of 6 answered; the judge scored 0 of 6 explanations"
        assert len(server.received) == 6
    assert [one.item_id for one in folder.selections()] == ["item 0", "item 1", "item 2"]
