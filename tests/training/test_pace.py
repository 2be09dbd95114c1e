"""Pace, memory and what a training will cost, from metrics and from earlier runs."""

from training.pace import Cost, Pace, PastRun, expected_cost, pace_of


def line(step: int, at: float, stage: str = "student", **more: object) -> dict[str, object]:
    return {"stage": stage, "step": step, "at": at, "windows": 72, **more}


def test_the_pace_is_that_of_the_student_and_a_rest_does_not_count() -> None:
    metrics = [
        line(1, 10.0, rss_mb=500.0),
        line(2, 10.5, rss_mb=640.0),
        line(3, 11.0, rss_mb=600.0),
        line(4, 900.0, rss_mb=610.0),  # it was stopped for a while
        line(5, 900.5),
        line(1, 901.0, "another stage", rss_mb=700.0),
        line(2, 990.0, "another stage", device_mb=1200.0),
    ]
    assert pace_of(metrics) == Pace(
        step_s=0.5, windows_per_s=144.0, memory_mb=700.0, device_mb=1200.0
    )


def test_metrics_of_before_these_were_kept_say_nothing() -> None:
    old = [{"stage": "student", "step": i, "loss": 1.0} for i in range(3)]
    assert pace_of(old) == Pace()
    assert pace_of([]) == Pace()


def test_a_training_costs_what_earlier_ones_took_per_step_and_the_most_memory() -> None:
    past = [PastRun(100, 100, 640.0), PastRun(300, 100, None), PastRun(400, 200, 700.0)]
    assert expected_cost(past, 50) == Cost(seconds=100.0, memory_mb=700.0, n=3)
    assert expected_cost([PastRun(80, 400, None)], 400) == Cost(80.0, None, 1)
    assert expected_cost([PastRun(0, 400, None)], 400) is None
