"""Only the settings in which runs differ are told."""

from training.config_diff import Differing, config_diff

FIRST = {
    "kind": "train",
    "job_id": "1",
    "recipe": "pseudo_label",
    "snapshot": "../../snapshots/aaa",
    "snapshot_hash": "a" * 64,
    "settings": {"steps": 400, "learning_rate": 0.002, "study": False, "seed": 1},
}


def test_what_is_the_same_everywhere_or_of_one_run_alone_is_left_out() -> None:
    other = {**FIRST, "job_id": "2", "snapshot": "elsewhere"}
    assert config_diff([FIRST, other]) == []
    assert config_diff([FIRST]) == []


def test_settings_are_named_without_their_group_and_missing_ones_shown_as_such() -> None:
    second = {
        **FIRST,
        "snapshot_hash": "b" * 64,
        "settings": {"steps": 60, "learning_rate": 0.002, "study": True},
    }
    assert config_diff([FIRST, second]) == [
        Differing("seed", ("1", "–")),
        Differing("snapshot_hash", ("aaaaaaaa", "bbbbbbbb")),
        Differing("steps", ("400", "60")),
        Differing("study", ("off", "on")),
    ]


def test_groups_within_groups_are_told_by_their_path() -> None:
    found = config_diff([{"data": {"noise": {"rate": 0.5}}}, {"data": {"noise": {"rate": 0.25}}}])
    assert found == [Differing("data.noise.rate", ("0.5", "0.25"))]
