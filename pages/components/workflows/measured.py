"""What a reasoning run takes, measured by its first steps, beside what was estimated before them.

No Streamlit. The first real steps are the dry run: nothing is trained that is thrown away.
"""

from pages.components.words import byte_size
from pages.components.workflows.reasoning_ways import expected_of, facts_of_base
from pages.components.workflows.running import Run, config_of, settings_of
from pages.components.workflows.vlm_costs import Expected, Range
from training import devices
from training.recipes import RECIPES

FEWEST_STEPS = 3
"""Reports from which a pace is known: the first step also loads what it needs."""


def is_reasoning(run: Run) -> bool:
    """Tell whether a run trains a student that reads pictures."""
    key = str(config_of(run).get("recipe", ""))
    return key in RECIPES and RECIPES[key].family == "vlm"


def reads_labels(run: Run) -> bool:
    """Tell whether a run learns from what somebody answered, not from the windows alone."""
    key = str(config_of(run).get("recipe", ""))
    return key not in RECIPES or RECIPES[key].reads_labels


def measured_words(run: Run) -> str:
    """Say what the first steps took; before there are enough, that they will say so."""
    pace, steps = run.pace, len(run.student_metrics)
    if pace.step_s is None or steps < FEWEST_STEPS:
        said = "Being measured: the first steps say what a step takes."
    else:
        total = int(run.student_metrics[-1]["total"])
        memory = pace.device_mb or pace.memory_mb
        held = "" if memory is None else f" and {byte_size(int(memory * 1e6))} of memory"
        said = (
            f"Measured by its own steps: {seconds_words(pace.step_s)} a step{held}, so about "
            f"{seconds_words(pace.step_s * total)} for {total:,} steps."
        )
    expected = expected_by(run)
    return said if expected is None else f"{said} {expected_words(expected)}"


def expected_by(run: Run) -> Expected | None:
    """Return what was estimated for a run before it began; None where its model is not known."""
    settings = settings_of(run)
    facts = facts_of_base(str(settings.get("base", "")))
    device = next((one for one in devices.devices() if one.name == run.job.device), devices.cpu())
    return expected_of(str(config_of(run).get("recipe", "")), facts, settings, device)


def expected_words(expected: Expected) -> str:
    """Say the two ranges of an estimate."""
    memory, step = expected.memory, expected.step_s
    return (
        f"Estimated before: {byte_size(int(memory.low))} to {byte_size(int(memory.high))}, "
        f"{range_words(step)} a step."
    )


def range_words(found: Range) -> str:
    """Say a range of seconds."""
    return f"{seconds_words(found.low)} to {seconds_words(found.high)}"


def seconds_words(seconds: float) -> str:
    """Say seconds in the coarsest unit that still tells something."""
    if seconds < 0.095:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 90:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:,.0f} days"
