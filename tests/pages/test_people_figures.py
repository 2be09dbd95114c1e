"""People: agreement, edges, effort and the audit log, as they are shown."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.audit_log import AuditFilter, chained, csv_lines
from core.metrics import Estimate
from core.metrics.boundary_bias import EdgeBias
from core.review import Correction, Item
from pages.components import session
from pages.components.people_agreement import edge_words
from pages.components.workflows.agreeing import edges_differ, people_agree
from pages.components.workflows.effort import LEAST, effort
from pages.components.workflows.peopling import effort_words
from storage import Store
from tests.pages.people_app import opened, texts
from tests.pages.review_project import review_store, student_content

NOW = datetime(2026, 3, 8, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=6)


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


def events_of(store: Store, project_id: str) -> list[Item]:
    kinds = {one.id: one.kind for one in store.questions.list(project_id)}
    return [i for i in store.items.list(project_id) if kinds[i.question_id] == "anomaly"]


def say(store: Store, item: Item, person: str, later: int, seen: bool = False) -> None:
    """Mark the level shift, starting some samples later than the student does."""
    content = student_content(store.questions.get(item.question_id))
    (found,) = content.intervals
    moved = found.model_copy(update={"start": found.start + later})
    sequence = store.corrections.sequences(item.project_id).get(item.id, 0)
    answers = store.answers.for_item(item.project_id, item.id)
    store.corrections.record(
        item.project_id,
        item.id,
        person,
        "fix",
        expected_sequence=sequence,
        answer_ids=[one.id for one in answers] if seen else (),
        content=content.model_copy(update={"intervals": (moved,)}),
        seconds=4.0,
    )


def test_edges_of_two_people_are_told_in_words() -> None:
    bias = EdgeBias(
        people=("ana", "ben"),
        n=31,
        start=Estimate(value=4.2, low=2.1, high=6.3),
        stop=Estimate(value=-3.0, low=-4.0, high=-1.5),
        type_id="t",
    )

    assert edge_words(bias, {"t": "level shift"}) == (
        "ben starts 4.2 samples later (2.1 to 6.3) and stops 3.0 samples earlier (1.5 to 4.0) than "
        "ana on level shift, n = 31"
    )
    unsure = bias.model_copy(update={"stop": Estimate(value=0.5, low=-1.0, high=2.0)})
    assert "stops" not in edge_words(unsure, {})


def test_agreement_and_edges_are_shown_of_what_was_decided_independently(
    store: Store, project_id: str
) -> None:
    items = events_of(store, project_id)
    for number, item in enumerate(items):
        say(store, item, "ana", 0)
        say(store, item, "ben", 5 + number % 2)
    (pair,) = people_agree(store, project_id, items[0].question_id, independent=True)
    (bias,) = edges_differ(store, project_id, items[0].question_id, independent=True)
    assert (pair.n, bias.n, bias.start.value, bias.stop.value) == (6, 6, 5.5, 0.0)

    at = opened(store, "people_agreement", "show_people_agreement")
    assert "ben starts 5.5 samples later" in texts(at)
    agreement, edges = (one.value for one in at.dataframe)
    assert agreement["People"].tolist() == ["ana and ben"]
    assert agreement["Windows"].tolist() == [6]
    assert edges["Start"].tolist()[0].startswith("+5.5 (")


def test_a_label_given_beside_another_is_not_called_independent(
    store: Store, project_id: str
) -> None:
    (item, *_) = events_of(store, project_id)
    say(store, item, "ana", 0)
    say(store, item, "ben", 2, seen=True)

    at = opened(store, "people_agreement", "show_people_agreement")
    assert "No window was decided by two people independently" in at.info[0].value
    at.segmented_control(key="agreement_which").set_value("All that two people decided").run()
    assert not at.exception
    assert at.dataframe[0].value["Windows"].tolist() == [1]


def decision(number: int, seconds: float | None, at: datetime = NOW) -> Correction:
    return Correction(
        id=str(number),
        project_id="p",
        item_id="i",
        person=f"p{number % 3}",
        decision="no_anomaly",
        sequence=number,
        created_at=at,
        seconds=seconds,
    )


def test_effort_is_that_of_all_people_and_of_enough_decisions() -> None:
    timed = [decision(k, float(k)) for k in range(1, LEAST + 1)]
    old = decision(90, 900.0, NOW - timedelta(days=8))
    bulk = decision(91, 900.0).model_copy(update={"how": "bulk"})

    found = effort([*timed, old, bulk], NOW)
    assert (found.n, found.seconds) == (20, 10.5)
    assert effort(timed[1:], NOW).seconds is None


def test_effort_is_shown_only_where_the_policy_says_so(store: Store, project_id: str) -> None:
    for item in events_of(store, project_id):
        for person in ("ana", "ben", "cid", "dan"):
            say(store, item, person, 0)
    assert effort_words(store, project_id) == ""

    policy = store.policies.current(project_id)
    store.policies.save(project_id, "lea", policy.model_copy(update={"effort_shown": True}))
    assert effort_words(store, project_id) == (
        "6 items are decided, by 1 person; one decision takes 4 s (median)"
    )


def test_the_audit_log_is_narrowed_and_looked_at(store: Store, project_id: str) -> None:
    one, two, *_ = events_of(store, project_id)
    say(store, one, "ana", 0)
    say(store, two, "ben", 0)
    at = opened(store, "people_audit_log", "show_audit_log")
    at.multiselect(key=session.LOG_KINDS).select("decision").run()
    assert not at.exception
    assert at.dataframe[0].value["Who"].tolist() == ["ben", "ana"]
    assert at.dataframe[0].value["What"].tolist() == ["gave a label: 1 event"] * 2
    assert at.dataframe[0].value["How known"].tolist() == ["typed"] * 2

    at.selectbox(key=session.LOG_PERSON).select("ana").run()
    assert at.dataframe[0].value["Series"].tolist() == ["pump-0.csv"]
    at.text_input(key=session.LOG_TEXT).input("nowhere").run()
    assert "Nothing was recorded that fits." in texts(at)


def test_the_audit_log_tells_everybodys_labels_so_it_is_a_leads(
    store: Store, project_id: str
) -> None:
    say(store, events_of(store, project_id)[0], "ben", 0)

    at = opened(store, "people_audit_log", "show_audit_log", person="ana", role="annotator")
    assert "Reading the audit log takes a lead" in texts(at)
    assert not at.dataframe


@pytest.mark.parametrize("harm", [False, True])
def test_an_exported_log_is_checked(store: Store, project_id: str, harm: bool) -> None:
    lines = list(csv_lines(chained(store.audit_log.entries(project_id, AuditFilter()))))
    if harm:
        del lines[3]
    at = opened(store, "people_audit_log", "show_audit_log")
    at.file_uploader(key="log_file").set_value(("log.csv", "".join(lines).encode(), "text/csv"))
    at.run()

    assert not at.exception
    if harm:
        assert "Row 3 does not follow" in texts(at)
    else:
        assert f"{len(lines) - 1} rows, each follows" in texts(at)
