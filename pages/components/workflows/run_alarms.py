"""The alarms that a training by reward has given, read from its folder. No Streamlit, no torch."""

from pages.components.workflows.running import Run
from training import files
from training.alarms import Alarm
from training.run_folder import RunFolder

FILE = "alarms.jsonl"
"""Beside the checkpoints; `training.recipes.grpo_watch` writes it and cannot be loaded here."""
NAMES = {
    "kl": "It has moved far from its beginning",
    "length": "Answers change in length",
    "format": "Form without answers",
    "variance": "Nothing to learn from",
}


def alarms_of_run(run: Run) -> list[Alarm]:
    """Return the alarms of a run, the latest of each kind, the latest first."""
    path = RunFolder(run.job.folder).checkpoints / "student" / FILE
    lines, _ = files.read_lines(path)
    latest: dict[str, Alarm] = {}
    for line in lines:
        alarm = Alarm.model_validate_json(line)
        latest.pop(alarm.kind, None)
        latest[alarm.kind] = alarm
    return list(latest.values())[::-1]
