"""Teachers behind endpoints: what their form holds, whether they answer, who may be asked.

No Streamlit. A key never comes through here: a form names the variable or secret that holds it.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from core.errors import ConfigError
from core.ids import new_id, utc_now
from core.teachers.connection import ConnectionReport, test_connection
from core.teachers.endpoint import Endpoint
from core.teachers.keys import key_is_there, key_of
from storage import Store
from storage.settings import LOCAL_ENDPOINTS_ONLY
from storage.teachers import TeacherState
from training.label_records import ModelBatch
from training.requests import LabelRequest
from training.run_folder import RunFolder

ADDRESSES: dict[str, str] = {
    "Another address": "",
    "Ollama (this machine)": "http://localhost:11434/v1",
    "LM Studio (this machine)": "http://localhost:1234/v1",
    "vLLM (this machine)": "http://localhost:8000/v1",
    "llama.cpp server (this machine)": "http://localhost:8080/v1",
    "OpenAI": "https://api.openai.com/v1",
    "Azure OpenAI": "https://RESOURCE.openai.azure.com/openai/v1",
}
"""Where the usual servers answer, to begin with."""

KEYS: dict[str, str] = {"OpenAI": "OPENAI_API_KEY", "Azure OpenAI": "AZURE_OPENAI_API_KEY"}
"""The variable in which each usually finds its key."""

Dot = Literal["green", "red", "gray", "orange"]


@dataclass(frozen=True)
class TeacherLine:
    """One endpoint as the list shows it.

    Attributes:
        state: what is known of it, in a few words.
        barred: the project asks endpoints on this machine only, and this is another.
    """

    endpoint: Endpoint
    known: TeacherState
    dot: Dot
    state: str
    barred: bool


def teacher_lines(store: Store, project_id: str) -> list[TeacherLine]:
    """Return the project's endpoints with what is known of each."""
    only = local_only(store, project_id)
    return [
        _line(one, store.teachers.state(project_id, one.id), only and not one.is_local)
        for one in store.teachers.list(project_id)
    ]


def _line(endpoint: Endpoint, known: TeacherState, barred: bool) -> TeacherLine:
    if known.endpoint_version != endpoint.version:
        known = TeacherState()
    dot: Dot = "gray"
    if barred:
        return TeacherLine(endpoint, known, "gray", "not on this machine: not asked", True)
    if endpoint.key_name and not key_is_there(endpoint.key_name):
        return TeacherLine(endpoint, known, "orange", f"no key in {endpoint.key_name}", False)
    parts = ["not tested yet"]
    if known.ok is not None:
        dot = "green" if known.ok else "red"
        parts = ["answers" if known.ok else "does not answer"]
        if known.ok and known.latency_s is not None:
            parts.append(f"{known.latency_s:.1f} s")
        if known.ok and known.form:
            parts.append(FORM_WORDS[known.form])
    elif known.latency_s is not None:
        dot, parts = "green", ["answered in a batch", f"{known.latency_s:.1f} s"]
    return TeacherLine(endpoint, known, dot, " · ".join(parts), False)


FORM_WORDS = {"schema": "structured output", "json": "JSON without a schema", "tags": "tags"}
"""What people read for a form of structured output."""


def local_only(store: Store, project_id: str) -> bool:
    """Tell whether the project asks endpoints on this machine only."""
    return bool(store.settings.get(project_id, LOCAL_ENDPOINTS_ONLY, False))


def set_local_only(store: Store, project_id: str, on: bool) -> int:
    """Set it, and pause the batches that ask somebody else; returns how many."""
    store.settings.set(project_id, LOCAL_ENDPOINTS_ONLY, on)
    return _pause(store, project_id, lambda batch: bool(batch.away)) if on else 0


def remove_endpoint(store: Store, project_id: str, endpoint_id: str, person: str) -> int:
    """Take an endpoint off the list, and pause the batches that ask it; returns how many.

    Raises:
        ConflictError: when somebody removed it in between.
    """
    store.teachers.remove(project_id, endpoint_id, person)
    return _pause(store, project_id, lambda batch: endpoint_id in {e.id for e in _asked(batch)})


def _asked(batch: ModelBatch) -> list[Endpoint]:
    judge = [] if batch.judge is None else [batch.judge]
    return [one.endpoint for one in batch.teachers] + judge


def _pause(store: Store, project_id: str, which: Callable[[ModelBatch], bool]) -> int:
    """Ask the live batches of models that are meant to pause; returns how many."""
    paused = 0
    for job in store.jobs.list(project_id, "label"):
        batch = LabelRequest.read(job.params).models if job.live else None
        if batch is not None and which(batch):
            store.jobs.request_pause(job.id)
            if job.folder.is_dir():
                RunFolder(job.folder).ask_to_pause()  # at once: nothing more is to be sent
            paused += 1
    return paused


def endpoint_of(fields: Mapping[str, Any], before: Endpoint | None = None) -> Endpoint:
    """Make an endpoint of what a form holds; raises ConfigError that says what does not fit.

    Args:
        before: the endpoint that is being edited; None for a new one.
    """
    identity = {"id": new_id()} if before is None else {"id": before.id, "version": before.version}
    clean = {key: one.strip() if isinstance(one, str) else one for key, one in fields.items()}
    try:
        return Endpoint.model_validate({**clean, **identity})
    except ValidationError as error:
        raise ConfigError("; ".join(_wrong(one) for one in error.errors())) from error


_LABELS = {
    "name": "the name",
    "base_url": "the address",
    "model": "the model",
    "key_name": "the key's variable",
    "price_in": "the price of tokens in",
    "price_out": "the price of tokens out",
}


def _wrong(error: Any) -> str:
    field = str(error["loc"][0]) if error["loc"] else ""
    label = _LABELS.get(field, field.replace("_", " "))
    if error["type"] == "string_too_short":
        return f"{label} is empty, so the teacher cannot be stored; fill it in"
    if error["type"] == "value_error":
        return f"{label}: {error['msg'].removeprefix('Value error, ')}"
    return f"{label} is {error['input']!r}: {error['msg'].lower()}; change it"


def save_endpoint(store: Store, project_id: str, endpoint: Endpoint, person: str) -> Endpoint:
    """Store a new endpoint, or the next version of one that is there."""
    if any(one.id == endpoint.id for one in store.teachers.list(project_id)):
        return store.teachers.edit(project_id, endpoint, endpoint.version, person)
    return store.teachers.add(project_id, endpoint, person)


def try_endpoint(store: Store, project_id: str, endpoint: Endpoint) -> ConnectionReport:
    """Send one tiny generated picture; remember what came back when the endpoint is stored.

    Raises:
        ConfigError: when its key is nowhere.
    """
    key = key_of(endpoint.key_name) if endpoint.key_name else None
    only = local_only(store, project_id)
    report = asyncio.run(test_connection(endpoint, key, local_only=only))
    if endpoint in store.teachers.list(project_id):
        store.teachers.remember(
            project_id,
            endpoint.id,
            ok=report.ok,
            message=report.message,
            latency_s=report.latency_s,
            tested_at=utc_now(),
            **({"form": report.form} if report.ok else {}),
        )
    return report
