"""The frozen base of every value that is written as JSON."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable value with strict fields: an unknown field is an error, never dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")
