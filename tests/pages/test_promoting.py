"""The gate of a project, a promotion held to it, and a roll-back that computes nothing again."""

from pathlib import Path

import pytest
from small_project import SmallProject, asked_project, with_gold, with_version

from core.errors import ConfigError
from core.promotion import PromotionPolicy
from pages.components.workflows.comparing import evaluation_of
from pages.components.workflows.promoting import (
    gate_of,
    policy_of,
    policy_words,
    promote,
    set_policy,
)
from storage.rows import ModelVersion


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    """A gold of 24 series: the rules are wrong on 4 patterns of them."""
    return with_gold(asked_project(tmp_path, n_series=36), n_gold=24)


def passes(small: SmallProject, version: ModelVersion) -> bool:
    return gate_of(small.store, version, evaluation_of(small.store, version)).passed


def test_a_version_that_fixes_what_the_rules_break_passes(small: SmallProject) -> None:
    version = with_version(small, wrong=0)
    assert promote(small.store, version, "ann").state == "serving"
    assert small.store.versions.history(small.project_id)[-1].reason == ""


def test_a_worse_version_is_not_promoted_without_a_reason(small: SmallProject) -> None:
    version = with_version(small, wrong=12)
    for reason in ("", " \n "):
        with pytest.raises(ConfigError, match="does not pass the gate"):
            promote(small.store, version, "ann", reason)
    assert small.store.versions.serving(small.project_id) is None
    promote(small.store, version, "ann", "  we need its\nspeed ")
    assert small.store.versions.history(small.project_id)[-1].reason == "we need its speed"


def test_a_reason_is_not_kept_where_none_was_needed(small: SmallProject) -> None:
    promote(small.store, with_version(small, wrong=0), "ann", "just so")
    assert small.store.versions.history(small.project_id)[-1].reason == ""


def test_the_gate_is_the_projects_own(small: SmallProject) -> None:
    version = with_version(small, wrong=8)
    assert policy_of(small.store, small.project_id) == PromotionPolicy()
    assert not passes(small, version)
    loose = PromotionPolicy(worse_points=60, class_points=80)
    set_policy(small.store, small.project_id, loose)
    assert policy_of(small.store, small.project_id) == loose
    assert passes(small, version)
    assert policy_words(loose) == "gate: at most 60 points worse, no class down by more than 80"


def test_a_version_is_held_against_the_one_that_serves(small: SmallProject) -> None:
    first, second = with_version(small, "job-1", wrong=0), with_version(small, "job-2", wrong=1)
    assert passes(small, second)  # the rules err on 4 windows
    promote(small.store, first, "ann")
    found = gate_of(small.store, second, evaluation_of(small.store, second))
    assert not found.passed
    assert "against v1, serving" in found.failed[0]


def test_after_a_roll_back_the_comparison_of_before_stands_again(small: SmallProject) -> None:
    store = small.store
    one, two = with_version(small, "job-1", wrong=0), with_version(small, "job-2", wrong=0)
    store.versions.promote(one.id, "ann")
    against_one = evaluation_of(store, two)
    # marked, so that a comparison computed anew would show
    stamped = against_one.model_copy(update={"measured_at": None})
    store.versions.set_evaluation(two.id, stamped.model_dump(mode="json"))
    store.versions.promote(two.id, "ann")
    alone = evaluation_of(store, store.versions.get(two.id))
    assert alone.questions[0].against("serving") is None
    store.versions.roll_back(small.project_id, "ann")
    assert evaluation_of(store, store.versions.get(two.id)) == stamped


def test_kept_comparisons_are_dropped_when_gold_says_something_else(small: SmallProject) -> None:
    store = small.store
    one, two = with_version(small, "job-1", wrong=0), with_version(small, "job-2", wrong=0)
    store.versions.promote(one.id, "ann")
    before = evaluation_of(store, two)
    store.versions.promote(two.id, "ann")
    evaluation_of(store, store.versions.get(two.id))
    more = with_version(small, "job-3", wrong=0)  # new answers to gold
    store.versions.roll_back(small.project_id, "ann")
    assert evaluation_of(store, store.versions.get(two.id)).measured_at != before.measured_at
    assert more.number == 3
