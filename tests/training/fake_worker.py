"""A worker whose labelling door is the fake one, as a process that a test can kill."""

import sys

from training import worker

worker.DOORS["label"] = "tests.training.fake_answer_door"

if __name__ == "__main__":
    sys.exit(worker.main())
