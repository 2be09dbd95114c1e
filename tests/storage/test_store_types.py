"""Types in the store: versions beside each other, questions that follow, labels that stay."""

import pytest

from core.errors import ConfigError, ConflictError
from storage import Store


def test_a_new_type_is_asked_for_by_the_next_version_of_the_question(
    store: Store, project_id: str
) -> None:
    before, pattern = store.questions.current(project_id)

    new = store.types.add(project_id, "ana", "slow drift", "goes up over hours")

    now, still = store.questions.current(project_id)
    assert (new.key, new.version) == ("slow_drift", 1)
    assert now.types == (*before.types, new)
    assert (now.family_id, now.version) == (before.family_id, 2)
    assert still == pattern  # it asks for no types
    assert store.questions.get(before.id) == before


def test_a_renamed_type_keeps_its_id_and_key(store: Store, project_id: str) -> None:
    spike = store.types.list(project_id)[0].type

    peak = store.types.edit(project_id, "ana", spike, "peak", "far from its neighbours")

    assert (peak.id, peak.key, peak.name, peak.version) == (spike.id, "spike", "peak", 2)
    assert store.questions.current(project_id)[0].types[0] == peak
    assert store.types.list(project_id)[0].type == peak
    old = store.questions.list(project_id)[0]
    assert old.types[0] == spike
    assert store.types.questions(project_id)[old.id].types[0] == peak


def test_the_same_words_again_make_no_version(store: Store, project_id: str) -> None:
    spike = store.types.list(project_id)[0].type
    assert store.types.edit(project_id, "ana", spike, spike.name, spike.meaning) == spike
    assert len(store.questions.list(project_id)) == 2
    assert store.actions.list(project_id) == []


def test_two_people_who_edit_one_type_do_not_overwrite_each_other(
    store: Store, project_id: str
) -> None:
    spike = store.types.list(project_id)[0].type
    store.types.edit(project_id, "ana", spike, "peak", "")

    with pytest.raises(ConflictError, match="somebody changed it since"):
        store.types.edit(project_id, "bo", spike, "needle", "")
    with pytest.raises(ConflictError, match="somebody changed it since"):
        store.types.set_standing(project_id, "bo", spike, standing=False)
    assert store.types.list(project_id)[0].type.name == "peak"


def test_a_retired_type_is_asked_for_no_more_and_can_come_back(
    store: Store, project_id: str
) -> None:
    spike = store.types.list(project_id)[0].type

    retired = store.types.set_standing(project_id, "ana", spike, standing=False)

    assert spike.id not in {one.id for one in store.questions.current(project_id)[0].types}
    assert [one.standing for one in store.types.list(project_id)] == [False, True, True, True]
    back = store.types.set_standing(project_id, "ana", retired, standing=True)
    assert store.questions.current(project_id)[0].types[-1] == back
    assert back.version == 3
    assert [action.action for action in store.actions.list(project_id)] == [
        "type retired",
        "type brought back",
    ]


def test_the_last_type_cannot_be_retired(store: Store, project_id: str) -> None:
    *rest, last = store.types.list(project_id)
    for one in rest:
        store.types.set_standing(project_id, "ana", one.type, standing=False)
    with pytest.raises(ConfigError, match="the only type left"):
        store.types.set_standing(project_id, "ana", last.type, standing=False)


def test_a_colour_or_a_taken_name_is_refused_and_nothing_is_stored(
    store: Store, project_id: str
) -> None:
    with pytest.raises(ConfigError, match="name a colour"):
        store.types.add(project_id, "ana", "red spike")
    with pytest.raises(ConfigError, match="already"):
        store.types.add(project_id, "ana", "Level shift")
    assert len(store.types.list(project_id)) == 4
    assert len(store.questions.list(project_id)) == 2


def test_items_answers_and_labels_of_a_question_are_those_of_all_its_versions(
    store: Store, project_id: str
) -> None:
    from storage_samples import answer, events, filled

    one, two = filled(store, 2)
    said = answer(one, events((3, 9)))
    store.answers.add_many(project_id, [said])
    store.types.add(project_id, "ana", "slow drift")
    now = store.questions.current(project_id)[0]
    (again,) = store.items.add_many(project_id, [(one.series_id, 0, 64, now.id)])

    for question_id in (one.question_id, now.id):
        assert store.items.list(project_id, question_id) == [one, two, again]
        assert store.items.count(project_id, question_id) == 3
        assert store.answers.latest(project_id, question_id, "rules") == {one.id: said}
