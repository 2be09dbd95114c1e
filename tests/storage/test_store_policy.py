"""The policy at the door of the store: labels that break it are not stored, whoever gives them."""

import pytest
from storage_samples import answer, events, filled

from core.answers import AnswerContent, FoundInterval, Span
from core.errors import ConflictError, PolicyError
from core.policy import LabelPolicy
from storage import Store


def test_a_teachers_answer_that_breaks_the_policy_cannot_be_accepted_as_it_is(
    store: Store, project_id: str
) -> None:
    (item,) = filled(store, 1)
    said = answer(item, events((3, 9), (20, 21)))
    store.answers.add_many(project_id, [said])
    store.policies.save(project_id, "lead", LabelPolicy(min_length=4))

    with pytest.raises(PolicyError, match=r"does not take the answer as it is.*interval 2 .*widen"):
        store.corrections.record(
            project_id,
            item.id,
            "ana",
            "accept",
            expected_sequence=0,
            answer_ids=[said.id],
            content=said.content,
        )
    assert store.corrections.events(project_id) == []


def test_decisions_without_a_label_are_not_held_to_it(store: Store, project_id: str) -> None:
    items = filled(store, 4)
    store.policies.save(project_id, "lead", LabelPolicy(min_length=64, rationale_required=True))
    for item, decision in zip(items, ("no_anomaly", "reject", "not_sure", "skip"), strict=True):
        store.corrections.record(
            project_id,
            item.id,
            "ana",
            decision,  # type: ignore[arg-type]  # a literal of the list above
            expected_sequence=0,
        )
    assert len(store.corrections.events(project_id)) == 4


def test_replaced_overlap_is_stored_as_it_became_and_says_so(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    store.policies.save(project_id, "lead", LabelPolicy(overlap="replace"))

    event = store.corrections.record(
        project_id, item.id, "ana", "fix", expected_sequence=0, content=events((0, 30), (10, 20))
    )

    (stored,) = store.corrections.events(project_id)
    assert stored == event
    assert stored.content is not None
    assert [(i.start, i.stop) for i in stored.content.intervals] == [(0, 10), (10, 20), (20, 30)]
    assert stored.changed == (
        "the event at samples 0 to 29 was cut where a later one covers it; samples 0 to 9 and "
        "samples 20 to 29 are left",
    )


def test_a_later_policy_does_not_touch_what_is_stored_nor_its_undo(
    store: Store, project_id: str
) -> None:
    (item,) = filled(store, 1)
    short = events((3, 4))
    store.corrections.record(project_id, item.id, "ana", "fix", expected_sequence=0, content=short)
    store.policies.save(project_id, "lead", LabelPolicy(min_length=9))

    store.corrections.undo(project_id, "ana")
    store.corrections.redo(project_id, "ana")

    label = store.corrections.current(project_id)[item.id]
    assert label.content == short


def test_a_fix_needs_words_where_they_are_required(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    store.policies.save(project_id, "lead", LabelPolicy(rationale_required=True))
    bare = AnswerContent(kind="anomaly", intervals=(FoundInterval(number=1, start=3, stop=9),))

    with pytest.raises(PolicyError, match=r"does not take this label.*says nowhere why"):
        store.corrections.record(
            project_id, item.id, "ana", "fix", expected_sequence=0, content=bare
        )
    told = bare.model_copy(update={"rationale": (Span(text="it jumps", interval=1),)})
    store.corrections.record(project_id, item.id, "ana", "fix", expected_sequence=0, content=told)


def test_a_retired_type_gives_no_new_label_and_stays_on_old_ones(
    store: Store, project_id: str
) -> None:
    one, two = filled(store, 2)
    spike = store.types.list(project_id)[0].type
    content = AnswerContent(
        kind="anomaly", intervals=(FoundInterval(number=1, start=3, stop=9, type_id=spike.id),)
    )
    store.corrections.record(project_id, one.id, "ana", "fix", expected_sequence=0, content=content)
    store.types.set_standing(project_id, "lead", spike, standing=False)

    with pytest.raises(PolicyError, match="“spike”, which was retired"):
        store.corrections.record(
            project_id, two.id, "ana", "fix", expected_sequence=0, content=content
        )
    assert store.corrections.current(project_id)[one.id].content == content


def test_each_saved_policy_is_kept_with_who_saved_it(store: Store, project_id: str) -> None:
    first = store.policies.save(project_id, "lead", LabelPolicy(min_length=3))
    store.policies.save(project_id, "bo", first.model_copy(update={"min_length": 5}))

    told = [
        (one.person, one.policy.version, one.policy.min_length)
        for one in store.policies.history(project_id)
    ]
    assert told == [("bo", 2, 5), ("lead", 1, 3)]
    with pytest.raises(ConflictError, match="version 2 is there by now"):
        store.policies.save(project_id, "lead", first)
