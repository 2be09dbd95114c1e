"""Teachers by name. Each entry imports its own file and SDK: importing the package loads none.

`TEACHERS` read numbers: a class that provides `core.teachers.base.Teacher`. `MODELS` look at
pictures: a `core.teachers.exchange.ModelClient` for an endpoint, of which
`core.teachers.visual` makes answers. To add one: a file here, and a line below.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.teachers.base import Teacher
    from core.teachers.endpoint import Endpoint
    from core.teachers.exchange import ClientSetup, ModelClient


def _rules() -> "Teacher":
    from core.teachers.rules import RulesTeacher

    return RulesTeacher()


def _openai_vlm(endpoint: "Endpoint", setup: "ClientSetup") -> "ModelClient":
    from core.teachers.keys import key_of
    from core.teachers.openai_vlm import OpenAiClient

    return OpenAiClient(
        endpoint,
        key=key_of(endpoint.key_name) if endpoint.key_name else None,
        local_only=setup.local_only,
        form=setup.form,
        on_retry=setup.on_retry,
    )


def _recorded(endpoint: "Endpoint", setup: "ClientSetup") -> "ModelClient":
    from core.teachers.exchanges import Exchanges
    from core.teachers.recorded import RecordedClient

    return RecordedClient(Exchanges(setup.exchanges), endpoint.signature)


TEACHERS: dict[str, "Callable[[], Teacher]"] = {"rules": _rules}
MODELS: dict[str, "Callable[[Endpoint, ClientSetup], ModelClient]"] = {
    "openai_vlm": _openai_vlm,
    "recorded": _recorded,
}
