"""What the test server answers: what it reads in the picture, in the form that was asked for.

The prompt is read for two things alone, as a model would: the range of the x axis and the options.
"""

import base64
import json
import re
from typing import Any

from tests.picture_reader import Excursion, best_shape, largest_excursion, read_panels


def pictures_of(body: dict[str, Any]) -> list[bytes]:
    """Return the pictures of a request, decoded from their data URLs."""
    parts = [p for m in body["messages"] if isinstance(m["content"], list) for p in m["content"]]
    urls = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
    return [base64.b64decode(url.removeprefix("data:image/png;base64,")) for url in urls]


def prompt_of(body: dict[str, Any]) -> str:
    """Return the text of the first message."""
    content = body["messages"][0]["content"]
    return content if isinstance(content, str) else content[0]["text"]


def axis_range(prompt: str) -> tuple[int, int]:
    """Return the first and the last sample of the x axis, as the prompt states them."""
    found = re.search(r"x axis counts samples\D*? from (\d+) to (\d+)", prompt)
    if found is None:
        raise ValueError(f"the prompt states no samples of its x axis: {prompt[:200]!r}")
    return int(found[1]), int(found[2])


def answer_to(body: dict[str, Any], *, outside: bool = False, looks: bool = True) -> str:
    """Return the answer to a request; `outside` puts its interval beyond the axis.

    Without a look the picture is not read: a schema gets the smallest answer that it allows.
    """
    prompt, schema, pictures = prompt_of(body), _schema_of(body), pictures_of(body)
    in_tags = "response_format" not in body
    if not looks and schema is not None:
        return json.dumps(_least(schema))
    if not pictures and schema is not None and "score" in schema["properties"]:
        return json.dumps(_beside_description(prompt))
    if not pictures and schema is not None and "specificity" in schema["properties"]:
        return json.dumps({**_least(schema), "explanation": "So so.", "specificity": 5})
    if not pictures:
        return "There is no picture." if schema is None else json.dumps(_least(schema))
    panels = read_panels(pictures[0])
    if options := _options(schema, prompt):
        label = best_shape(panels, options)
        rationale = [_span(f"The line is closest to {label}.", None)]
        if in_tags:
            return f"<class>{label}</class>"
        return _json(schema, {"label": label, "rationale": rationale})
    first, last = axis_range(prompt)
    found = largest_excursion(panels)
    if found is None and not outside:
        rationale = [_span("Nothing stands out.", None)]
        if in_tags:
            return "<anomaly>False</anomaly>"
        return _json(schema, {"intervals": [], "rationale": rationale})
    start, stop = last + 10, last + 20
    if found is not None and not outside:
        start, stop = samples_of(found, first, last)
    if in_tags:
        return f"<anomaly>True</anomaly><index>({start}, {stop - 1})</index>"
    event = _event(schema, start, stop, 0 if found is None else found.channel)
    rationale = [_span("The line leaves its usual height.", 1)]
    return _json(schema, {"intervals": [event], "rationale": rationale})


def _beside_description(prompt: str) -> dict[str, Any]:
    """Score a text by the share of a description's words that it has: 1 for none, 5 for all."""
    described, written = (
        set(re.findall(r"\w+", found.group(1).casefold()))
        for found in (
            re.search(r"===\n(.*?)\n===", prompt, re.DOTALL),
            re.search(r"---\n(.*?)\n---", prompt, re.DOTALL),
        )
        if found is not None
    )
    share = len(described & written) / len(described)
    return {"explanation": f"It has {share:.0%} of the words.", "score": 1 + round(4 * share)}


def samples_of(found: Excursion, first: int, last: int) -> tuple[int, int]:
    """Return an excursion as half-open samples of an axis that shows `first` to `last`.

    The axis reaches half a sample beyond both; a drawn peak is a sample wide at most on each side.
    """
    n_samples = last - first + 1
    middle = (found.start + found.stop) / 2 * n_samples - 0.5
    half = max(0.0, (found.stop - found.start) / 2 * n_samples - 0.5)
    start = min(max(0, round(middle - half)), n_samples - 1)
    stop = max(start + 1, min(n_samples, round(middle + half) + 1))
    return first + start, first + stop


def _event(schema: dict[str, Any] | None, start: int, stop: int, channel: int) -> dict[str, Any]:
    item = {} if schema is None else schema["properties"]["intervals"]["items"]
    types = item.get("properties", {}).get("type", {}).get("enum", ())
    return {
        **(_least(item) if item else {}),
        "start": start,
        "stop": stop,
        "channels": [f"ch{channel + 1}"],
        "type": "spike" if "spike" in types else None,
        "confidence": 0.8,
    }


def _json(schema: dict[str, Any] | None, said: dict[str, Any]) -> str:
    """Return what was said as JSON; what the schema wants besides is left as empty as it may be."""
    return json.dumps({**({} if schema is None else _least(schema)), "confidence": 0.8, **said})


def _span(text: str, interval: int | None) -> dict[str, Any]:
    return {"text": text, "interval": interval, "claim": None}


def _least(schema: dict[str, Any]) -> Any:
    """Return the smallest value that a schema allows."""
    kinds = schema.get("type", "null")
    if "null" in kinds:
        return None
    if "enum" in schema:
        return schema["enum"][0]
    if kinds == "object":
        return {name: _least(one) for name, one in schema["properties"].items()}
    return {"array": [], "string": "", "integer": 0, "number": 0, "boolean": False}[kinds]


def _schema_of(body: dict[str, Any]) -> dict[str, Any] | None:
    wanted = body.get("response_format", {}).get("json_schema")
    return None if wanted is None else wanted["schema"]


def _options(schema: dict[str, Any] | None, prompt: str) -> list[str]:
    """Return the keys of a multiple choice, out of the schema or the prompt's numbered list."""
    if schema is not None:
        return schema["properties"].get("label", {}).get("enum", [])
    return re.findall(r"^\d+\. `([^`]+)`", prompt, re.MULTILINE)
