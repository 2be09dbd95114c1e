"""The Upload page: empty, filled, refused; what its settings and its button change."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from core.annotations import ImportedLabels
from pages.components import session
from pages.components.services import Services
from storage import Store, open_store

APP = Path(__file__).parents[2] / "app.py"
GOOD = "time,flow,label\n" + "".join(f"2024-01-01 00:{m:02d},{m * 1.5},0\n" for m in range(40))
BAD = "time,flow\n2024-01-01,1\n2024-01-02,oops\n2024-01-03,3\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "home")


def open_upload(store: Store, *files: tuple[str, str]) -> AppTest:
    """Open the page and upload files given as (name, text)."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state[session.SERVICES] = Services(store=store, worker=False)
    app.run()
    app.switch_page("pages/upload.py").run()
    if files:
        give(app, *files)
    assert not app.exception
    return app


def give(app: AppTest, *files: tuple[str, str]) -> None:
    uploader = app.file_uploader[0]
    uploader.set_value([(name, text.encode(), "text/csv") for name, text in files]).run()


def names(store: Store) -> list[str]:
    return [row.info.name for row in store.series.list(store.projects.default().id)]


def button(app: AppTest, label: str) -> Button:
    (found,) = [b for b in app.button if b.label == label]
    return found


def press(app: AppTest, label: str) -> AppTest:
    button(app, label).click().run()
    assert not app.exception
    return app


def test_without_a_file_the_page_says_what_can_be_read(store: Store) -> None:
    app = open_upload(store)
    assert app.caption[0].value.startswith("Nothing is stored before you have seen")
    assert [code.value.splitlines()[0] for code in app.code] == [
        "time,flow,pressure",
        "time,sensor,value",
        "value",
    ]
    assert [one.label for one in app.button] == ["Use this name"]


def test_a_file_is_shown_as_it_would_be_read_and_not_stored(store: Store) -> None:
    app = open_upload(store, ("pump.csv", GOOD))
    captions = [caption.value for caption in app.caption]
    assert (
        "40 samples · 1 channel · 2024-01-01 00:00:00 to 2024-01-01 00:39:00 (UTC, assumed)"
        in captions
    )
    assert list(app.dataframe[0].value.columns) == ["time", "flow", "label"]
    assert list(app.dataframe[1].value["Used as"]) == ["time", "value", "answer"]
    assert names(store) == []


def test_store_stores_and_links_to_the_series(store: Store) -> None:
    app = press(open_upload(store, ("pump.csv", GOOD)), "Store 1 series")
    assert names(store) == ["pump"]
    assert app.success[0].value == "Stored 1 series."
    assert [link.value for link in app.page_link][:2] == ["pump", "Ask a teacher about them"]
    (row,) = store.series.list(store.projects.default().id)
    assert row.info.channel_names == ("flow",)


def test_the_same_content_again_is_said_and_not_stored(store: Store) -> None:
    press(open_upload(store, ("pump.csv", GOOD)), "Store 1 series")
    app = open_upload(store, ("copy.csv", GOOD))
    assert app.info[0].value == "Nothing to store: the same samples as pump."
    assert button(app, "Store").disabled
    assert names(store) == ["pump"]


def test_the_same_file_twice_at_hand_is_said_and_stored_once(store: Store) -> None:
    app = open_upload(store, ("pump.csv", GOOD), ("copy.csv", GOOD))
    listed = app.dataframe[0].value
    assert list(listed["State"]) == ["ready", "twice at hand"]
    assert list(listed["Note"]) == ["", "the same samples as pump.csv"]
    press(app, "Store 1 series")
    assert names(store) == ["pump"]


def test_a_cell_that_does_not_parse_refuses_the_file_until_a_person_allows_it(
    store: Store,
) -> None:
    app = open_upload(store, ("pump.csv", BAD))
    assert r"line 3, column 'flow'\: 'oops' is no number" in app.error[0].value
    assert button(app, "Store").disabled
    assert app.dataframe[0].value.to_dict("records") == [
        {"Line": 3, "Column": "flow", "Value": "oops", "Reason": "is no number"}
    ]
    assert names(store) == []
    app = press(app, "Read this cell as missing")
    assert app.error == []
    assert any("1 cell without a readable number" in text.value for text in app.markdown)
    press(app, "Store 1 series")
    assert names(store) == ["pump"]


def test_a_consent_can_be_taken_back(store: Store) -> None:
    app = press(open_upload(store, ("pump.csv", BAD)), "Read this cell as missing")
    press(app, "Refuse them again")
    assert "'oops' is no number" in app.error[0].value
    assert button(app, "Store").disabled


def test_a_file_with_failing_rows_can_be_abandoned(store: Store) -> None:
    app = press(open_upload(store, ("pump.csv", BAD)), "Abandon this file")
    assert app.error == []
    assert app.caption[0].value.startswith("Nothing is stored before you have seen")
    assert names(store) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'pump.csv' is empty"),
        ("time,a\n", "a header but no rows below it"),
        ("PK\x03\x04rest", "is a zip archive that cannot be unpacked"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_plain_words(
    store: Store, text: str, message: str
) -> None:
    app = open_upload(store, ("pump.csv", text))
    assert message in app.error[0].value
    assert any(c.value.startswith("The file cannot be read") for c in app.caption)
    press(app, "Put this file away")
    assert app.error == []
    assert names(store) == []


def test_a_file_that_no_setting_helps_cannot_be_read_and_follows_what_needs_a_look(
    store: Store,
) -> None:
    app = open_upload(store, ("empty.csv", ""), ("bad.csv", BAD), ("pump.csv", GOOD))
    listed = app.dataframe[0].value
    assert list(listed["File"]) == ["bad.csv", "empty.csv", "pump.csv"]
    assert list(listed["State"]) == ["needs a look", "cannot be read", "ready"]
    captions = [caption.value for caption in app.caption]
    assert "1 of 3 files cannot be stored yet: see why below." in captions
    assert "1 of 3 files cannot be read: see why below." in captions
    app = press(app, "Read this cell as missing")
    assert next(title.value for title in app.subheader) == "bad.csv"


def test_files_are_named_first_and_their_folders_beside_them(store: Store) -> None:
    long = "measured_in_the_north_hall_of_the_plant_2024_01.csv"
    folder = "nab/nab/realKnownCause"
    app = open_upload(store, (f"{folder}/{long}", GOOD), (f"{folder}/b.csv", "v\n1\n2\n4\n"))
    listed = app.dataframe[0].value
    assert list(listed["File"]) == ["measured_in_the_north_ha…_2024_01.csv", "b.csv"]
    assert list(listed["Folder"]) == [folder, folder]
    plain = open_upload(store, ("pump.csv", GOOD), ("b.csv", "v\n1\n2\n4\n"))
    assert "Folder" not in plain.dataframe[0].value.columns


def test_several_files_are_listed_and_the_readable_ones_stored(store: Store) -> None:
    app = open_upload(store, ("pump.csv", GOOD), ("bad.csv", BAD), ("fan.csv", "v\n1\n2\n4\n"))
    listed = app.dataframe[0].value
    assert list(listed["State"]) == ["needs a look", "ready", "ready"]
    press(app, "Store 2 series")
    assert sorted(names(store)) == ["fan", "pump"]
    # The refused file stays at hand with its reason.
    assert "'oops' is no number" in app.error[0].value


def test_files_dropped_on_home_arrive_here(store: Store) -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state[session.SERVICES] = Services(store=store, worker=False)
    app.run()
    app.file_uploader(key="home_files").set_value([("pump.csv", GOOD.encode(), "text/csv")]).run()
    assert not app.exception
    assert next(button.label for button in app.button) == "Store 1 series"


def test_a_label_column_can_be_made_a_channel_by_hand_alone(store: Store) -> None:
    app = open_upload(store, ("pump.csv", GOOD))
    answers, channels = app.multiselect
    assert (answers.value, channels.value) == (["label"], ["flow"])
    answers.set_value([]).run()
    app.multiselect[1].set_value(["flow", "label"]).run()
    assert not app.exception
    press(app, "Store 1 series")
    (row,) = store.series.list(store.projects.default().id)
    assert row.info.channel_names == ("flow", "label")


def test_another_separator_brings_other_columns_and_back(store: Store) -> None:
    app = open_upload(store, ("pump.csv", GOOD))
    (separator,) = [box for box in app.selectbox if box.label == "Separator"]
    separator.set_value(";").run()
    assert not app.exception
    assert "no column of 'pump' is chosen as values" in app.error[0].value
    (separator,) = [box for box in app.selectbox if box.label == "Separator"]
    separator.set_value(",").run()
    assert app.error == []
    assert app.multiselect[1].value == ["flow"]


def test_the_row_number_can_be_chosen_instead_of_the_time(store: Store) -> None:
    app = open_upload(store, ("pump.csv", GOOD))
    app.selectbox[0].set_value("row number (no time)").run()
    assert not app.exception
    assert any(c.value == "40 samples · 1 channel · no times: row number" for c in app.caption)
    app.selectbox[0].set_value("time").run()
    assert any("2024-01-01 00:39:00" in c.value for c in app.caption)


def test_a_zone_taken_from_the_list_is_known(store: Store) -> None:
    app = open_upload(store, ("pump.csv", GOOD))
    (zone,) = [box for box in app.selectbox if box.label.startswith("Zone")]
    zone.set_value("Europe/Berlin").run()
    press(app, "Store 1 series")
    (row,) = store.series.list(store.projects.default().id)
    assert (row.info.zone, row.info.zone_known) == ("Europe/Berlin", True)


def test_channels_can_become_a_series_each(store: Store) -> None:
    text = "a,b\n" + "".join(f"{k * 7 % 11},{k * k}\n" for k in range(30))
    app = open_upload(store, ("two.csv", text))
    (split,) = [one for one in app.segmented_control if one.label == "Makes"]
    split.set_value("each").run()
    press(app, "Store 2 series")
    assert sorted(names(store)) == ["two · a", "two · b"]


def test_hundreds_of_channels_are_one_line_and_a_table(store: Store) -> None:
    header = ",".join(f"m{k:03d}" for k in range(200))
    app = open_upload(store, ("wide.csv", f"{header}\n" + (",".join("12345" * 40) + "\n") * 9))
    assert list(app.multiselect) == []
    line = "**200 channels**  \n:small[`m000`, `m001`, `m002`, …, `m197`, `m198`, `m199`]"
    assert line in [text.value for text in app.markdown]
    press(app, "Store 1 series")
    (row,) = store.series.list(store.projects.default().id)
    assert row.n_channels == 200


def test_a_file_of_the_servers_folder_is_read_in_place(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "pump.csv").write_text(GOOD)
    monkeypatch.setenv("UNDERSTUDY_FILES", str(tmp_path / "files"))
    app = open_upload(store)
    app.segmented_control(key="upload_way").set_value("server").run()
    assert list(app.dataframe[0].value["File"]) == ["pump.csv"]
    assert button(app, "Take the chosen files").disabled


def test_without_a_servers_folder_the_page_says_how_to_name_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UNDERSTUDY_FILES", raising=False)
    app = open_upload(store)
    app.segmented_control(key="upload_way").set_value("server").run()
    assert "Start the app with UNDERSTUDY_FILES set to a folder" in app.info[0].value


LABELLED = "time,flow,anomaly\n" + "".join(
    f"2024-01-01 00:{m:02d},{m * 1.5},{int(10 <= m < 14)}\n" for m in range(40)
)


def test_labels_of_a_column_are_offered_apart_and_attached_after_storing(store: Store) -> None:
    app = open_upload(store, ("pump.csv", LABELLED))
    assert any("column 'anomaly', 1 stretch, 10.0% of rows" in c.value for c in app.caption)
    press(app, "Store 1 series")
    assert store.imports.list(store.projects.default().id) == []
    press(app, "Attach as imported labels")
    assert any("Attached 1 set of labels to 1 series" in s.value for s in app.success)
    (imported,) = store.imports.list(store.projects.default().id)
    assert [(one.start, one.stop) for one in imported.intervals] == [(10, 14)]
    assert not any(b.label == "Attach as imported labels" for b in app.button)


def test_a_label_file_dropped_with_its_data_waits_for_it_to_be_stored(store: Store) -> None:
    labels = '{"pump.csv": [["2024-01-01T00:05:00", "2024-01-01T00:07:00"]]}'
    app = open_upload(store, ("labels.json", labels), ("pump.csv", GOOD))
    assert list(app.dataframe[0].value["State"]) == ["ready", "labels"]
    press(app, "Store 1 series")
    press(app, "Attach as imported labels")
    kinds = {one.annotator: len(one.intervals) for one in _imports(store)}
    # The column of zeros says that there is nothing; the file says something else.
    assert kinds == {"label": 0, "labels": 1}
    assert app.dataframe == []


def test_a_licence_beside_the_data_is_no_problem_and_goes_away(store: Store) -> None:
    licence = "MIT License\n\nPermission is hereby granted, free of charge\nto any person\n"
    app = open_upload(store, ("LICENSE.txt", licence), ("pump.csv", GOOD))
    assert list(app.dataframe[0].value["State"]) == ["ready", "no table"]
    assert app.error == []
    press(app, "Store 1 series")
    assert any(
        c.value.startswith("Put away, because there are no numbers in them") for c in app.caption
    )
    assert not any(b.label.startswith("Store") for b in app.button)


def test_a_file_that_goes_on_is_joined_by_its_button(store: Store) -> None:
    press(open_upload(store, ("pump.csv", GOOD)), "Store 1 series")
    later = "time,flow,label\n" + "".join(
        f"2024-01-01 00:{m:02d},{m * 1.5},0\n" for m in range(30, 55)
    )
    app = open_upload(store, ("pump 2.csv", later))
    assert any(
        "This **continues pump**: 15 new samples; 10 overlap, all equal." in text.value
        for text in app.markdown
    )
    press(app, "Join 1 series")
    (row,) = store.series.list(store.projects.default().id)
    assert (row.n_samples, row.revision) == (55, 2)
    assert "pump goes on." in app.success[0].value


def test_a_file_that_goes_on_can_be_stored_on_its_own(store: Store) -> None:
    press(open_upload(store, ("pump.csv", GOOD)), "Store 1 series")
    later = "time,flow,label\n" + "".join(
        f"2024-01-01 00:{m:02d},{m * 1.5},0\n" for m in range(30, 55)
    )
    app = open_upload(store, ("pump 2.csv", later))
    (choice,) = [one for one in app.segmented_control if one.label == "What becomes of it"]
    choice.set_value("").run()
    press(app, "Store 1 series")
    rows = store.series.list(store.projects.default().id)
    assert [(row.info.name, row.n_samples) for row in rows] == [("pump", 40), ("pump 2", 25)]


def test_labels_can_be_left(store: Store) -> None:
    app = press(open_upload(store, ("pump.csv", LABELLED)), "Store 1 series")
    press(app, "Leave the labels")
    assert _imports(store) == []
    assert not any(b.label == "Attach as imported labels" for b in app.button)


def _imports(store: Store) -> list[ImportedLabels]:
    return store.imports.list(store.projects.default().id)
