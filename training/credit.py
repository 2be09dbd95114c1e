"""Hold a version that learned from preferences beside the one it began with, on one window.

    python -m training.credit --run-dir FOLDER

config.json: {"kind": "credit", "tuned": <its folder>, "before": <folder of the version, or what a
model is called, that it began with>, "beta": ..., "text": <a text on the window>, "n": <texts to
draw>, "temperature": ..., "seed": ...}; the window and its question are the folder's one ask.
Writes credit.json, what the training made of each token of the text, and with n above 0
verified.json: the texts drawn, their scores, and which one each way of choosing takes.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.blobs import read_parquet
from core.errors import ConfigError
from core.model import Frozen
from core.questions import kind_of
from core.series import view_window
from core.students import CONFIG_FILE
from core.verifier import Credit, Sample, Verified, verify
from training import door, files
from training.door import StopFlag
from training.run_folder import RunFolder

if TYPE_CHECKING:
    from core.students.vlm import VlmStudent

CREDIT, VERIFIED = "credit.json", "verified.json"


class SideBySide(Frozen):
    """The same samples and what each way of choosing makes of them: majority, weighted, best."""

    samples: tuple[Sample, ...]
    chosen: tuple[Verified, ...]


def work(folder: RunFolder, stop: StopFlag) -> str:
    """Compare the two versions as the config says; returns the closing sentence."""
    from core.students.vlm_credit import Ranker, ranked_answer

    config = folder.config()
    (ask,) = folder.asks()
    question = folder.questions()[ask.question_id]
    view = view_window(read_parquet(folder.path / ask.series_path), ask.start, ask.stop)
    tuned = _tuned(Path(config["tuned"]))
    ranker = Ranker(tuned, _before(config["before"], tuned), float(config["beta"]))
    if config["text"]:
        found = ranker.credit(question, view, config["text"])
        files.write_json(folder.path / CREDIT, found.model_dump(mode="json"))
    n = int(config["n"])
    if n:
        weighted, samples = ranked_answer(
            ranker,
            question,
            view,
            n=n,
            how="weighted",
            temperature=float(config["temperature"]),
            seed=int(config["seed"]),
        )
        kind = kind_of(question)
        majority, best = (
            verify(kind, samples, how, weighted.cost) for how in ("majority", "best_of_n")
        )
        side = SideBySide(samples=samples, chosen=(majority, weighted, best))
        files.write_json(folder.path / VERIFIED, side.model_dump(mode="json"))
    return "compared"


def read_credit(folder: RunFolder) -> Credit:
    """Return the credit that a run wrote."""
    return Credit.model_validate(files.read_json(folder.path / CREDIT))


def read_verified(folder: RunFolder) -> SideBySide:
    """Return the samples and choices that a run wrote."""
    return SideBySide.model_validate(files.read_json(folder.path / VERIFIED))


def _tuned(folder: Path) -> "VlmStudent":
    from core.students.vlm import VlmStudent

    return VlmStudent.load(folder)


def _before(source: str, tuned: "VlmStudent") -> "VlmStudent":
    """Load what a version began with: a version before it, or a model that was no student yet."""
    from core.students.vlm import VlmStudent, untrained

    path = Path(source).expanduser()
    if path.is_absolute() and not path.is_dir():
        raise ConfigError(
            f"the model {source} that this version began with is gone, so nothing can be said of "
            "what its training changed; bring it back, or train again"
        )
    if path.is_dir() and files.read_json(path / CONFIG_FILE).get("student") == "vlm":
        return VlmStudent.load(path)
    return untrained(source, tuned.config.questions, tuned.config)


if __name__ == "__main__":
    sys.exit(door.run(None, __doc__ or "", work))
