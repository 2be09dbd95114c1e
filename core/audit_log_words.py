"""What an entry of the audit log says in words: one function per table that it comes from. Pure.

The words name no file, series or person beyond what was recorded; whoever shows them treats them as
text that people gave.
"""

from collections.abc import Callable
from typing import Any

Body = dict[str, Any]
"""What was recorded, as JSON."""

DECISIONS = {
    "accept": "accepted an answer",
    "fix": "gave a label",
    "no_anomaly": "said that there is no anomaly",
    "reject": "said that no answer is right",
    "not_sure": "was not sure",
    "skip": "skipped it",
    "undo": "took a decision back",
}
MADE = {"bulk": ", with others in bulk", "adjudication": ", to settle a dispute"}
PHRASES = {
    "right": "called a phrase right",
    "wrong": "called a phrase wrong",
    "reworded": "reworded a phrase",
    "moved": "moved the interval of a phrase",
    "linked": "linked a phrase to an interval",
    "unlinked": "unlinked a phrase from its interval",
}
CHANGES = {
    "registered": "was registered",
    "promoted": "was promoted",
    "rolled_back": "was rolled back to",
    "retired": "was retired",
}
GOLD = {
    "construction": "its truth is known",
    "drawn": "drawn at random",
    "time_block": "a block of time",
}


def what(table: str, kind: str, body: Body) -> str:
    """Say what an entry is about. `body` is its details; a table without words is a bug of ours."""
    return _WORDS[table](kind, body)


def _decision(_kind: str, body: Body) -> str:
    content = body.get("content")
    changes = content is not None and content["kind"] == "change_point"
    none = changes and body["decision"] == "no_anomaly"
    said = "said that nothing changes" if none else DECISIONS[body["decision"]]
    parts = [said + MADE.get(body.get("how", ""), "")]
    if content is not None and body["decision"] != "no_anomaly":
        parts.append(_label(content))
    return ": ".join([*parts, *([body["reason"]] if body.get("reason") else [])])


def _label(content: Body) -> str:
    if content["kind"] == "pattern":
        return str(content["label"])
    if content["kind"] == "open":
        return "".join(span["text"] for span in content["rationale"])
    n = len(content["intervals"])
    if content["kind"] == "change_point":
        return f"{n} change point" + "s" * (n != 1)
    return f"{n} event" + "s" * (n != 1)


def _desk(kind: str, event: Body) -> str:
    body = event.get("body") or {}
    match kind:
        case "comment":
            verb = "asked the lead" if body["asks_lead"] else "commented"
            verb = "answered" if body["replies_to"] else verb
            closed = " and closed it" if body["closes"] else ""
            return f"{verb}{closed}: {body['text']}"
        case "review":
            said = "approved a label" if body["verdict"] == "approved" else "sent a label back"
            return ": ".join([said, body["note"]]) if body["note"] else said
        case "phrase":
            return f"{PHRASES[body['verdict']]}: {body['text']}"
        case "preference":
            return "preferred one answer to another"
        case _:
            return "took something said back"


def _mark(_kind: str, event: Body) -> str:
    mark, undoes = event.get("mark"), event.get("undoes")
    done = "removed a mark" if mark is None else f"marked [{mark['start']}, {mark['stop']})"
    return f"{done}, by undo or redo" if undoes else done


def _person(_kind: str, body: Body) -> str:
    if not body["standing"]:
        return f"removed {body['name']}"
    return f"set {body['name']} as {body['role']}"


def _teacher(_kind: str, body: Body) -> str:
    if not body["standing"]:
        return f"removed the teacher {body['name']}"
    return f"saved the teacher {body['name']}, version {body['version']}"


def _version(_kind: str, body: Body) -> str:
    done = f"version {body['number']} {CHANGES[body['change']]}"
    return f"{done} against the gate: {body['reason']}" if body.get("reason") else done


def _mute(_kind: str, body: Body) -> str:
    verb = "muted findings" if body["standing"] else "lifted a mute"
    return f"{verb}: {body['reason']}" if body["reason"] else verb


def _imported(_kind: str, body: Body) -> str:
    by = f" by {body['annotator']}" if body["annotator"] else ""
    return f"labels{by} came with {body['source']}"


def _samples(_kind: str, body: Body) -> str:
    verb = "was stored" if body["number"] == 1 else "was continued"
    return f"{verb}, from {body['source']}" if body["source"] else verb


def _drawn(_kind: str, body: Body) -> str:
    return f"{body['n']} windows were drawn to be reviewed, {body['n_gold']} of them to become gold"


_WORDS: dict[str, Callable[[str, Body], str]] = {
    "corrections": _decision,
    "desk_events": _desk,
    "annotations": _mark,
    "person_versions": _person,
    "policy_versions": lambda _, b: f"saved version {b['version']} of the label policy",
    "version_events": _version,
    "teacher_versions": _teacher,
    "mute_events": _mute,
    "gold_ranges": lambda _, b: f"[{b['start']}, {b['stop']}) became gold: {GOLD[b['reason']]}",
    "gold_locks": lambda _, _b: "gold was locked",
    "gold_draws": _drawn,
    "imported_labels": _imported,
    "log_entries": lambda _, b: f"noted in the event log: {b['text']}",
    "audit_draws": lambda _, b: f"drew {len(b['item_ids'])} of {b['population']} for an audit",
    "jobs": lambda _, b: f"asked for a run: {b['title']}",
    "snapshots": lambda _, b: f"a snapshot of {b.get('n_examples', 0)} examples was made",
    "series_revisions": _samples,
    "questions": lambda _, b: f"question {b['name']}, version {b['version']}",
    "probes": lambda _, _b: "asked about a changed window",
    "calibrations": lambda _, _b: "answered a window of a calibration round",
    "actions": lambda _, b: f"{b['action']} {b['about']}".strip().replace("_", " "),
}

TABLES = frozenset(_WORDS)
