"""Train the student of a prepared run on several cards at once; what comes after is done as usual.

    accelerate launch --config_file training/accelerate/ddp.yaml --num_processes 4 \\
        -m training.several_cards --run-dir <home>/runs/<job id>
    python -m training --run-dir <home>/runs/<job id>

The first command trains and leaves the model in the run's folder; the second one finds it there,
answers the gold windows and ends the run. Of the processes of the first, one speaks: it holds the
run's lock, writes metrics, checkpoints and the model. Started again, it goes on from the last
checkpoint. A step learns from batch_size * accumulate examples on every card.
"""

import argparse
import dataclasses
import sys
from pathlib import Path

from core.errors import JobError
from training import __main__ as training
from training import door
from training.door import Paused, StopFlag
from training.examples import Progress, TrainingStopped
from training.ranks import speaks
from training.recipes import RECIPES
from training.run_folder import RunFolder, open_run


def work(folder: RunFolder, stop: StopFlag) -> str:
    """Train the student of a run and keep it.

    Raises:
        Paused: it is trained, and the rest of the run is still to come; or it was asked to.
        JobError: for a recipe whose students one processor is enough for.
    """
    from training.recipes.trl_run import take_own_card

    _refuse_series(folder)
    take_own_card()
    try:
        training.train_student(training.material_of(folder, stop))
    except TrainingStopped as stopped:
        raise stop.halted(f"{stopped.where}; start it again to go on from there") from stopped
    raise Paused("the student is trained; go on with the run, and it answers the gold windows")


def help_work(folder: RunFolder) -> None:
    """Take part in the training that process 0 speaks for; writes nothing."""
    from training.recipes.trl_run import take_own_card

    if training.is_trained(folder):
        return  # process 0 finds it as well, and would be waited for in vain
    take_own_card()
    material = training.material_of(folder, StopFlag(folder))
    silent = dataclasses.replace(material, report=_say_nothing)
    try:
        training.fit(silent, training.STUDENT_NAME, material.examples)
    except TrainingStopped:
        return  # process 0 says so


def _say_nothing(_progress: Progress) -> None:
    return None


def _refuse_series(folder: RunFolder) -> None:
    recipe = folder.config().get("recipe", "")
    if recipe in RECIPES and RECIPES[recipe].family != "vlm":
        raise JobError(
            f"the recipe {recipe!r} trains a student that one processor is enough for; start it "
            "with python -m training"
        )


def main(arguments: list[str] | None = None) -> int:
    """Run as process 0 or as one of its helpers; returns the exit code."""
    if speaks():
        return door.run(arguments, __doc__ or "", work)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run-dir", type=Path, required=True, help="the folder of the run")
    help_work(open_run(parser.parse_args(arguments).run_dir))
    return 0


if __name__ == "__main__":
    sys.exit(main())
