"""What a reasoning training will take by estimate, before its first steps say what is so."""

import streamlit as st

from pages.components.train_stages import StageForms
from pages.components.train_way import Way
from pages.components.words import byte_size, plain
from pages.components.workflows.measured import seconds_words
from pages.components.workflows.preflight_machine import Finding
from pages.components.workflows.reasoning_ways import expected_of
from pages.components.workflows.vlm_costs import chosen_device
from training import devices
from training.recipes import RECIPES

HOW = (
    "By arithmetic; a run may leave the range. Memory: the weights (2 bytes a parameter on a "
    "card, 0.6 in 4 bits, 4 on the CPU) and from a quarter of a byte to two bytes more for "
    "adapters, activations and answers being written. Time: 6 operations per parameter and token "
    "that is learned from, on a card that does 20 to 200 million million a second, or a CPU at "
    "what a product of matrices reaches here now and a third of it; a token that is written costs "
    "5 to 20 times as much."
)


def findings_of(way: Way, forms: StageForms) -> list[Finding]:
    """Say what of its model speaks against a reasoning training here, now."""
    if way.base is None:
        return []
    found: list[Finding] = []
    if way.base.fetch and not way.may_fetch:
        found.append(
            Finding(
                "The model to begin with is not on this machine.",
                blocks=True,
                fix="Tick the box beside it to have it fetched when the run starts.",
            )
        )
    device = chosen_device(devices.devices())
    stages = [expected_of(key, way.base, values, device) for key, (_, values) in forms.items()]
    least = max((one.memory.low for one in stages if one is not None), default=0.0)
    if device.free < least <= device.total:
        found.append(
            Finding(
                f"A stage takes {byte_size(int(least))} of memory at least, by estimate; "
                f"{byte_size(device.free)} of {byte_size(device.total)} are free.",
                fix="Close other programs, or wait until they have ended.",
            )
        )
    return found


def show_expected(way: Way, forms: StageForms) -> None:
    """Say memory and time as ranges, stage by stage; nothing for a series student."""
    if way.base is None:
        return
    device = chosen_device(devices.devices())
    said: list[str] = []
    memory: list[tuple[float, float]] = []
    for recipe, (_, values) in forms.items():
        found = expected_of(recipe, way.base, values, device)
        if found is None:
            continue
        steps = int(values["steps"])
        low, high = found.step_s.low * steps, found.step_s.high * steps
        said.append(f"{RECIPES[recipe].short} {seconds_words(low)} to {seconds_words(high)}")
        memory.append((found.memory.low, found.memory.high))
    if not said:
        st.caption(
            ":material/timer: The model's size is not known before it is fetched; the first steps "
            "say what a step takes."
        )
        return
    low, high = max(one for one, _ in memory), max(one for _, one in memory)
    held = f"{byte_size(int(low))} to {byte_size(int(high))} of memory"
    where = device.title or ("the CPU" if device.kind == "cpu" else device.name)
    st.caption(
        f":material/timer: Estimated on {plain(where)}: {held}; {', '.join(said)}. The first steps "
        "of the run measure it.",
        help=HOW,
    )
