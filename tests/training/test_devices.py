"""Devices, as a program called `nvidia-smi` on the path tells of them."""

from pathlib import Path

import pytest

from training import devices
from training.devices import Device, Holder, choose, variables

MIB = 1024 * 1024
CARDS = """0, GPU-aaa, NVIDIA H200, 1000, 143771
1, GPU-bbb, NVIDIA H200, 9000, 143771"""
APPS = """GPU-aaa, 4321, /usr/bin/python3, 120000
GPU-bbb, 77, python, [N/A]"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where a fake nvidia-smi goes; it is the only one on the path."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path / "nvidia-smi"


def write(program: Path, cards: str, apps: str = "", code: int = 0) -> None:
    program.write_text(
        "#!/bin/sh\n"
        f'case "$1" in *compute-apps*) printf "%s" "{apps}";; *) printf "%s" "{cards}";; esac\n'
        f"exit {code}\n"
    )
    program.chmod(0o755)


def card(name: str, free: int) -> Device:
    return Device(name=name, kind="cuda", free=free, total=100, uuid=f"GPU-{name}")


CPU = Device(name="cpu", kind="cpu", free=500, total=1000)


def test_cards_come_with_their_memory_and_who_holds_it(program: Path) -> None:
    write(program, CARDS, APPS)

    cpu, first, second = devices.devices()

    assert (cpu.name, cpu.kind) == ("cpu", "cpu")
    assert 0 < cpu.free <= cpu.total
    assert first == Device(
        name="cuda:0",
        kind="cuda",
        free=1000 * MIB,
        total=143771 * MIB,
        title="NVIDIA H200",
        uuid="GPU-aaa",
        holders=(Holder(pid=4321, name="python3", used=120000 * MIB),),
    )
    assert (second.name, second.holders) == ("cuda:1", (Holder(pid=77, name="python", used=0),))


@pytest.mark.parametrize(
    ("cards", "code"),
    [
        (CARDS, 9),  # "has failed because it couldn't communicate with the driver"
        ("No devices were found", 0),
        ("", 0),
    ],
)
def test_a_driver_that_does_not_answer_leaves_the_cpu(program: Path, cards: str, code: int) -> None:
    write(program, cards, code=code)

    assert [one.name for one in devices.devices()] == ["cpu"]


def test_without_the_program_there_is_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    assert [one.name for one in devices.devices()] == ["cpu"]


@pytest.mark.parametrize(
    ("usable", "busy", "chosen"),
    [
        ({"cpu", "cuda"}, set(), "b"),  # the freest card
        ({"cpu", "cuda"}, {"b"}, "a"),  # no run is on it
        ({"cpu", "cuda"}, {"a", "b"}, "cpu"),
        ({"cpu"}, set(), "cpu"),  # its code computes on no card
        ({"cuda"}, {"a", "b"}, None),
    ],
)
def test_a_run_goes_to_the_freest_device_that_it_can_use(
    usable: set[devices.DeviceKind], busy: set[str], chosen: str | None
) -> None:
    found = choose([CPU, card("a", 10), card("b", 60)], usable, busy)

    assert (found and found.name) == chosen


def test_a_run_sees_its_own_card_alone() -> None:
    assert variables(CPU) == {"UNDERSTUDY_DEVICE": "cpu", "CUDA_VISIBLE_DEVICES": ""}
    assert variables(card("b", 1)) == {
        "UNDERSTUDY_DEVICE": "cuda",
        "CUDA_VISIBLE_DEVICES": "GPU-b",
    }
