"""A version of the student as a zip that loads in three lines, with its card. No Streamlit.

The model's own files and README.md, nothing else: no samples, no names of series, files or people.
"""

import io
import zipfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from core.errors import JobError
from core.evaluation import Evaluation
from core.lineage import Learned
from core.model_card import CardFacts, model_card
from core.provenance import Source
from core.questions.base import Question
from pages.components.workflows.comparing import questions_of
from pages.components.workflows.version_lineage import day, origin_of
from storage import Store
from storage.rows import ModelVersion

PACKAGES = ("torch", "numpy", "safetensors", "pydantic", "tokenizers", "scipy", "scikit-learn")
KINDS = {"rules": "the built-in rules, which read the numbers", "unknown": "an author not known"}


def zip_name(number: int) -> str:
    """Return what the folder inside is called, and the file after it."""
    return f"student-v{number}"


def zip_version(
    store: Store, version_: ModelVersion, evaluation: Evaluation, learned: Mapping[str, Learned]
) -> bytes:
    """Return the zip of a version.

    Raises:
        JobError: when its model is not on this machine any more.
    """
    if not version_.folder.is_dir():
        raise JobError(
            f"the model of student v{version_.number} is not on this machine any more, so there is "
            "nothing to export; restore its run's folder from a backup"
        )
    name = zip_name(version_.number)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(one for one in version_.folder.rglob("*") if one.is_file()):
            archive.write(path, f"{name}/{path.relative_to(version_.folder).as_posix()}")
        archive.writestr(f"{name}/README.md", card_of(store, version_, evaluation, learned))
    return made.getvalue()


def card_of(
    store: Store, version_: ModelVersion, evaluation: Evaluation, learned: Mapping[str, Learned]
) -> str:
    """Return the card of a version."""
    origin = origin_of(store, version_, learned)
    zone = store.projects.get(version_.project_id).zone
    return model_card(
        CardFacts(
            number=version_.number,
            folder=zip_name(version_.number),
            student=version_.student,
            made_on=day(version_.created_at, zone),
            snapshot=version_.snapshot_hash,
            questions=[_question(one) for one in questions_of(store, version_)],
            learned=_learned(origin.sources),
            evaluation=evaluation.questions,
            packages=_packages(),
        )
    )


def _question(question: Question) -> tuple[str, str, list[str]]:
    return (
        question.name,
        question.text,
        [one.name for one in (*question.options, *question.types)],
    )


def _learned(found: tuple[Source, ...]) -> list[tuple[str, int]]:
    """Name models, and people only together."""
    counted: dict[str, int] = {}
    for one in found:
        words = _whose(one)
        counted[words] = counted.get(words, 0) + one.n
    return list(counted.items())


def _whose(one: Source) -> str:
    if one.kind == "person":
        return "a simulated reviewer" if "simulated" in one.name.lower() else "people"
    if one.kind in KINDS:
        return KINDS[one.kind]
    role = "an earlier student" if one.kind == "student" else f"the teacher {one.name}"
    return f"{role} (version {one.version[:12]})" if one.version else role


def _packages() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # a student of another kind may do without it
            continue
    return found
