"""The JSON schema of the wire format, in the strict form that structured output needs.

Every property is required and nothing else is allowed; what may be left out is nullable.
"""

from typing import Any

from core.answers import Cause, ClaimKind, Direction, Feature
from core.axis import Axis
from core.questions.base import Question

Schema = dict[str, Any]

NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}
SHARE_OR_NULL: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
CHANNEL: Schema = {"type": "string", "pattern": "^ch[1-9][0-9]*$"}
CHANNEL_OR_NULL: Schema = {**CHANNEL, "type": ["string", "null"]}


def strict_object(properties: Schema, *, nullable: bool = False) -> Schema:
    """Return the schema of an object with exactly these properties."""
    return {
        "type": ["object", "null"] if nullable else "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def choice(values: tuple[str, ...], *, nullable: bool = False) -> Schema:
    """Return the schema of one string out of `values`."""
    if nullable:
        return {"type": ["string", "null"], "enum": [*values, None]}
    return {"type": "string", "enum": list(values)}


def rationale_schema(axis: Axis | None = None, *, of_changes: bool = False) -> Schema:
    """Return the schema of a rationale: spans with the interval they point to and a claim.

    Args:
        axis: of the picture; None for samples from the window's first.
        of_changes: claims may be about the correlation of `channel` with `other`.
    """
    kinds = tuple(kind for kind in _names(ClaimKind) if of_changes or kind != "correlation")
    claim = strict_object(
        {
            "kind": choice(kinds),
            **_range(axis),
            "channel": CHANNEL,
            **({"other": CHANNEL_OR_NULL} if of_changes else {}),
            "value": NUMBER_OR_NULL,
            "direction": choice(_names(Direction), nullable=True),
            "feature": choice(_names(Feature), nullable=True),
            "unit": {"type": ["string", "null"]},
        },
        nullable=True,
    )
    span = strict_object(
        {
            "text": {"type": "string"},
            "interval": {"type": ["integer", "null"], "minimum": 1},
            "claim": claim,
        }
    )
    return {"type": "array", "items": span}


def intervals_schema(question: Question, axis: Axis | None = None) -> Schema:
    """Return the schema of the list of events; types are the question's keys."""
    keys = tuple(event_type.key for event_type in question.types)
    found = strict_object(
        {
            **_range(axis),
            "channels": {"type": "array", "items": CHANNEL},
            "type": choice(keys, nullable=True) if keys else {"type": "null"},
            "confidence": SHARE_OR_NULL,
        }
    )
    return {"type": "array", "items": found}


def changes_schema(axis: Axis | None = None) -> Schema:
    """Return the schema of the list of change points."""
    pair: Schema = {"type": "array", "items": CHANNEL, "minItems": 2, "maxItems": 2}
    found = strict_object(
        {
            "at": _range(axis)["start"],
            "cause": choice(_names(Cause), nullable=True),
            "channels": {"type": "array", "items": CHANNEL},
            "pairs": {"type": "array", "items": pair},
            "confidence": SHARE_OR_NULL,
        }
    )
    return {"type": "array", "items": found}


def _range(axis: Axis | None) -> Schema:
    """Return the schema of `start` and `stop`: whole numbers, or text on an axis of times."""
    if axis is not None and axis.kind == "time":
        return {"start": {"type": "string"}, "stop": {"type": "string"}}
    return {
        "start": {"type": "integer", "minimum": 0},
        "stop": {"type": "integer", "minimum": 1},
    }


def _names(literal: Any) -> tuple[str, ...]:
    """Return the words of a `Literal`, so that the schema cannot drift from the answer model."""
    return tuple(literal.__args__)
