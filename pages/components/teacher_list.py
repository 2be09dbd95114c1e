"""The teachers of a project: a line each with its state, test, edit, remove; and the form."""

from typing import Any, get_args

import streamlit as st

from core.render_presets import PRESETS
from core.teachers.connection import ConnectionReport
from core.teachers.endpoint import Endpoint, Structured
from core.teachers.keys import key_is_there
from pages.components import session
from pages.components.guard import guarded, require
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.permitting import may
from pages.components.workflows.teaching import (
    ADDRESSES,
    FORM_WORDS,
    KEYS,
    TeacherLine,
    endpoint_of,
    local_only,
    remove_endpoint,
    save_endpoint,
    set_local_only,
    teacher_lines,
    try_endpoint,
)

_ICONS = {"green": ":green[●]", "red": ":red[●]", "gray": ":gray[●]", "orange": ":orange[●]"}
_STRUCTURED = {"auto": "find out", **FORM_WORDS}


def show_teachers(page: Page) -> list[TeacherLine]:
    """Show the built-in rules and every endpoint; return the endpoints' lines."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(":green[●] **Built-in rules**")
        st.caption("Measure the numbers on this machine. No language model, no cost.")
    lines = teacher_lines(page.store, page.project.id)
    for line in lines:
        _show_line(page, line)
    if not lines:
        st.caption(
            "A vision-language model looks at the plots as a person would. Any server that speaks "
            "the OpenAI protocol will do, on this machine or elsewhere."
        )
    if st.button("Add a teacher", icon=":material/add:", key="teacher_add"):
        _form(page, None)
    _show_rule(page)
    return lines


def _show_line(page: Page, line: TeacherLine) -> None:
    one = line.endpoint
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"{_ICONS[line.dot]} **{plain(one.name)}**")
        st.caption(f"{plain(one.model)} at {plain(one.host)} · {plain(line.state)}")
        if line.known.ok is False:
            st.caption(plain(line.known.message.removeprefix(f"{one.model} at {one.host} ")))
        with st.container(horizontal=True, gap="small"):
            if st.button("Test", key=f"teacher_test_{one.id}", disabled=line.barred):
                with errors_shown(), st.spinner(f"Sending one tiny picture to {one.host} ..."):
                    session.put(
                        session.TEACHER_REPORT, try_endpoint(page.store, page.project.id, one)
                    )
                    st.rerun()
            if st.button("Edit", key=f"teacher_edit_{one.id}", type="tertiary"):
                _form(page, one)
            if st.button("Remove", key=f"teacher_remove_{one.id}", type="tertiary"):
                with errors_shown():
                    guarded(page, "endpoints", lambda by: _remove(by, one), f"removed: {one.name}")


def _remove(page: Page, one: Endpoint) -> None:
    paused = remove_endpoint(page.store, page.project.id, one.id, page.person)
    said = f"{plain(one.name)} is removed; its answers stay."
    st.toast(said + (" What asks it is being paused." if paused else ""))


def _show_rule(page: Page) -> None:
    """The project's rule on where pictures may go."""
    store, project_id = page.store, page.project.id
    on = local_only(store, project_id)
    now = st.toggle(
        "Only endpoints on this machine",
        value=on,
        key="teachers_local_only",
        disabled=not may(store.people.current(project_id), page.actor, "endpoints"),
        help="No picture of this project is sent to another machine: batches that would are "
        "refused, and paused when they are at work.",
    )
    if now != on:
        with errors_shown():
            require(page, "endpoints", "only endpoints on this machine")
            paused = set_local_only(store, project_id, now)
            if paused:
                st.toast(f"{paused} batches that ask other machines are being paused.")
            st.rerun()


@st.dialog("A teacher behind an endpoint", width="medium")
def _form(page: Page, before: Endpoint | None) -> None:
    """Ask for everything an endpoint needs; the first four fields are enough."""
    fields = _first_fields(before)
    with st.expander("More: limits, prices, pictures"):
        fields |= _more_fields(before)
    test, save = st.columns(2)
    if test.button("Test connection", key="teacher_form_test", width="stretch"):
        with errors_shown():
            endpoint = endpoint_of(fields, before)
            with st.spinner(f"Sending one tiny picture to {endpoint.host} ..."):
                show_report(try_endpoint(page.store, page.project.id, endpoint))
    if save.button("Save", key="teacher_form_save", type="primary", width="stretch"):
        with errors_shown():
            saved = endpoint_of(fields, before)
            guarded(
                page,
                "endpoints",
                lambda by: save_endpoint(by.store, by.project.id, saved, by.person),
                f"saved: {saved.name}",
            )


def _first_fields(before: Endpoint | None) -> dict[str, Any]:
    preset = "Another address"
    if before is None:
        preset = st.selectbox("Server", list(ADDRESSES), index=1, key="teacher_form_preset")
    known = before.base_url if before is not None else ADDRESSES[preset]
    fields: dict[str, Any] = {
        "base_url": st.text_input(
            "Address",
            value=known,
            key=f"teacher_form_url_{preset}",
            help="Up to and with /v1. It is where the pictures go.",
        ),
        "model": st.text_input(
            "Model",
            value=before.model if before else "",
            key="teacher_form_model",
            placeholder="qwen2.5vl:7b",
            help="As the server calls it. It must take pictures.",
        ),
    }
    fields["name"] = st.text_input(
        "Name",
        value=before.name if before else "",
        key="teacher_form_name",
        placeholder="what people here call it",
    )
    key_name = st.text_input(
        "Environment variable or secret that holds the key (empty for none)",
        value=before.key_name if before else KEYS.get(preset, ""),
        key=f"teacher_form_key_{preset}",
        help="The key itself is never stored. Set the variable before the start, or write it "
        "into .streamlit/secrets.toml.",
    )
    if key_name.strip():
        with errors_shown():
            there = key_is_there(key_name.strip())
            st.caption(":green[A key is there.]" if there else ":orange[No key is there yet.]")
    return {**fields, "name": fields["name"] or fields["model"], "key_name": key_name}


def _more_fields(before: Endpoint | None) -> dict[str, Any]:
    start = before or Endpoint(id="", name="new", base_url="http://localhost/v1", model="new")
    left, right = st.columns(2)
    fields: dict[str, Any] = {
        "temperature": left.number_input(
            "Temperature",
            0.0,
            2.0,
            value=start.temperature,
            step=0.1,
            key="teacher_form_temperature",
            help="Empty leaves it to the server.",
        ),
        "max_tokens": right.number_input(
            "Longest answer (tokens)", 16, value=start.max_tokens, key="teacher_form_max_tokens"
        ),
        "concurrency": left.number_input(
            "Requests at once", 1, 256, value=start.concurrency, key="teacher_form_concurrency"
        ),
        "timeout_s": right.number_input(
            "Patience with one request (s)",
            1.0,
            value=start.timeout_s,
            format="%.0f",
            key="teacher_form_timeout",
        ),
        "price_in": left.number_input(
            "USD per million tokens in",
            0.0,
            value=start.price_in,
            key="teacher_form_price_in",
            help="Empty when unknown; 0 for a server of your own.",
        ),
        "price_out": right.number_input(
            "USD per million tokens out", 0.0, value=start.price_out, key="teacher_form_price_out"
        ),
        "structured": left.selectbox(
            "Structured output",
            get_args(Structured),
            index=get_args(Structured).index(start.structured),
            format_func=_STRUCTURED.__getitem__,
            key="teacher_form_structured",
        ),
        "picture": right.selectbox(
            "Pictures",
            list(PRESETS),
            index=list(PRESETS).index(start.picture) if start.picture in PRESETS else 0,
            format_func=_picture_words,
            key="teacher_form_picture",
        ),
    }
    return fields


def _picture_words(name: str) -> str:
    one = PRESETS[name]
    return f"{name}, {one.width_in * one.dpi:.0f} × {one.height_in * one.dpi:.0f}"


def show_report(report: ConnectionReport) -> None:
    """Show what came of a connection test."""
    if not report.ok:
        st.error(plain(report.message), icon=":material/error:")
        return
    facts = [f"answered by {report.model}" if report.model else ""]
    facts += [FORM_WORDS.get(report.form, "")]
    if report.tokens_in is not None and report.tokens_out is not None:
        facts.append(f"{report.tokens_in:,} tokens in, {report.tokens_out:,} out")
    if report.cost_usd is not None:
        facts.append(f"${report.cost_usd:,.6f}")
    said = plain(report.message) + "\n\n" + plain(" · ".join(fact for fact in facts if fact))
    (st.success if report.right else st.warning)(said, icon=":material/radar:")
