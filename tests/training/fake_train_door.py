"""A training that learns nothing, for tests: `python -m tests.training.fake_train_door`.

Its model is the majority's folder; the setting "breaks" makes it fail before it has one.
"""

import sys

from core.errors import ConfigError
from core.students.majority import MajorityStudent
from training import door, snapshot
from training.door import StopFlag
from training.run_folder import RunFolder


def work(folder: RunFolder, stop: StopFlag) -> str:
    """Leave a model, or break."""
    config = folder.config()
    if config["settings"].get("breaks"):
        raise ConfigError("the setting 'breaks' is on; switch it off")
    _, questions, examples, _ = snapshot.load((folder.path / config["snapshot"]).resolve())
    MajorityStudent.fit(examples, questions).save(folder.model)
    return "trained at once"


if __name__ == "__main__":
    sys.exit(door.run(None, __doc__ or "", work))
