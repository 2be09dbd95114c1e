"""The form of a new bench: what is true, and which methods are measured."""

import os
from typing import cast

import streamlit as st

from core.whole_series import LONGEST as WINDOW
from core.whole_series import OVERLAP
from pages.components import session
from pages.components.kept import keep
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import count, plain, shorten
from pages.components.workflows.benching import (
    TRUTHS,
    annotators,
    choices,
    known,
    labelled_folders,
    meaning_of,
    start_bench,
    usual,
)
from pages.components.workflows.server_files import FILES_VARIABLE, server_folder
from training.bench_records import BenchMethod, TruthKind
from training.requests import BenchRequest

SHORTEST, LONGEST = 32, 65_536
EXAMPLE = '{"pump.csv": [["2024-03-01T10:00", "2024-03-01T10:40"], [1200, 1310]], "clean.csv": []}'


def bench_form(page: Page) -> None:
    """Show the form; a start queues the bench and goes to the results."""
    with st.container(border=True):
        truth = st.segmented_control(
            "What is true",
            list(TRUTHS),
            format_func=TRUTHS.__getitem__,
            default="folder" if os.environ.get(FILES_VARIABLE) else "reviewed",
            required=True,
            key="bench_truth",
        )
        with errors_shown():
            request = _dataset(page, cast(TruthKind, truth or "folder"))
            if request is None:
                return
            methods = choices(page.store, page.project.id, request.truth)
            keys = _methods(methods)
            row = st.container(horizontal=True, vertical_alignment="bottom")
            with row:
                windows = _windows([one for one in methods if one.key in keys])
            about = f"{TRUTHS[request.truth].lower()}"
            if request.truth == "folder":
                about = f"folder {request.folder.rstrip('/').rpartition('/')[2]}"
            declared = request.truth != "imported" or bool(request.declared_by)
            ready = bool(keys) and declared and windows is not None
            if row.button(
                "Start",
                type="primary",
                icon=":material/play_arrow:",
                key="bench_start",
                disabled=not ready,
                help="A job measures; pages stay quick, and what is measured is kept.",
            ):
                asked = request.model_copy(update={"methods": tuple(keys), **(windows or {})})
                job = start_bench(page.store, page.project.id, asked, about)
                session.put(session.BENCH_STARTED, True)
                keep(session.BENCH_RUN, job.id)
                session.drop(session.BENCH_RUN)
                st.toast(f"Queued: {job.title}", icon=":material/check:")
                st.rerun()
            if windows is None:
                st.error(
                    "An overlap as long as the window leaves nothing new in the next one; choose a "
                    "shorter overlap."
                )
            with st.expander("What each method does"):
                for method in methods:
                    st.markdown(f"**{plain(method.name)}**: {plain(meaning_of(method))}")


def _dataset(page: Page, truth: TruthKind) -> BenchRequest | None:
    """Return the request without methods; None when there is nothing to measure on."""
    if truth == "folder":
        return _folder()
    if truth == "imported":
        return _imported(page)
    there = known(page.store, page.project.id, truth)
    if not there.n_series:
        if truth == "reviewed":
            _nothing(
                "Nobody has decided on a window of an anomaly question yet. Decide on some in "
                "Review, or mark and check stretches in Explore; then they can be measured on.",
                ("review", "Review", ":material/rate_review:"),
            )
        else:
            _nothing(
                "There are no generated series here. Home's example brings some with their events.",
                ("home", "Home", ":material/home:"),
            )
        return None
    st.markdown(f"**{there.words}**")
    if truth == "reviewed":
        st.caption(
            "Only the windows that people decided on count, with what they decided. Where they saw "
            "a method's answer first, that method's figures lean its way; the table says so."
        )
    else:
        st.caption("Their events were put in by the generator, so the truth is exact.")
    return BenchRequest(truth=truth, methods=("none",))


def _folder() -> BenchRequest | None:
    root = server_folder()
    if root is None:
        st.info(
            f"Labelled series are read from a folder on this server's disk. Set {FILES_VARIABLE} "
            "to one that holds `labels.json` beside the series and start the app again:",
            icon=":material/folder_open:",
        )
        st.code(f"{FILES_VARIABLE}=/data/labelled make run", language="bash")
        st.caption("`labels.json` says which stretches of which file are anomalies:")
        st.code(EXAMPLE, language="json")
        return None
    folders = labelled_folders(root)
    if not folders:
        st.info(
            f"No labels.json lies in {plain(str(root))} or a folder below it. Write one beside the "
            "series:",
            icon=":material/folder_open:",
        )
        st.code(EXAMPLE, language="json")
        return None
    chosen = st.selectbox(
        "Folder",
        list(folders),
        format_func=lambda name: (
            f"{root.name if name == '.' else name} ({count(folders[name], 'label file')})"
        ),
        key="bench_folder",
        help="Read with all folders below it. Each folder in it is one source.",
    )
    return BenchRequest(
        truth="folder",
        folder=str((root / chosen).resolve()),
        inside=str(root),
        methods=("none",),
    )


def _imported(page: Page) -> BenchRequest | None:
    found = annotators(page.store, page.project.id)
    if not found:
        _nothing(
            "No label file that speaks for whole series was attached to a series of this project. "
            "Drop one beside its data file on Upload.",
            ("upload", "Upload", ":material/upload_file:"),
        )
        return None
    annotator = next(iter(found))
    if len(found) > 1:
        annotator = st.selectbox(
            "Whose labels",
            list(found),
            format_func=lambda name: f"{name or 'not named'} ({count(found[name], 'label set')})",
            key="bench_annotator",
        )
    there = known(page.store, page.project.id, "imported", annotator)
    st.markdown(f"**{there.words}**")
    declared = st.checkbox(
        "For this bench I declare these imported labels to be true",
        key="bench_declared",
        help="They are what somebody else said. Here they are measured against; elsewhere they "
        "stay evidence: nothing is learned from them, and gold does not change.",
    )
    return BenchRequest(
        truth="imported",
        annotator=annotator,
        declared_by=page.person if declared else "",
        methods=("none",),
    )


def _methods(methods: list[BenchMethod]) -> list[str]:
    detectors = {one.key: one for one in methods if one.kind in ("detector", "chooser")}
    others = {one.key: one for one in methods if one.key not in detectors}
    chosen = usual(methods)
    keys: list[str] = []
    for label, group in (("Detectors", detectors), ("Models and answers", others)):
        if group:
            keys += st.pills(
                label,
                list(group),
                selection_mode="multi",
                format_func=lambda key: plain(
                    shorten(next(m.name for m in methods if m.key == key), 40)
                ),
                default=[key for key in chosen if key in group],
                key=f"bench_methods_{label}_{len(group)}",
            )
    if not keys:
        st.caption("Choose at least one method.")
    return keys


def _windows(methods: list[BenchMethod]) -> dict[str, int] | None:
    """Return how a series is cut for methods that see windows; None when that cannot be done."""
    if not any(one.kind in ("rules", "student") for one in methods):
        return {}
    window = st.number_input(
        "Window, samples",
        min_value=SHORTEST,
        max_value=LONGEST,
        value=WINDOW,
        key="bench_window",
        help="What the rules and a student see at once; detectors see whole series. A student "
        "answers best at about the length that it learned from.",
        width=190,
    )
    overlap = st.number_input(
        "Overlap, samples",
        min_value=0,
        max_value=LONGEST,
        value=OVERLAP,
        key="bench_overlap",
        help="What a window shares with the next one. What both find is one event; a student's "
        "scores are averaged there.",
        width=190,
    )
    if overlap >= window:
        return None
    return {"window": window, "overlap": overlap}


def _nothing(text: str, link: tuple[str, str, str]) -> None:
    st.info(text, icon=":material/info:")
    name, label, icon = link
    st.page_link(f"pages/{name}.py", label=label, icon=icon)
