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


def past(seconds: float, steps: int, step_s: float | None, memory_mb: float | None) -> PastRun:
    return PastRun(seconds, steps, Pace(step_s=step_s, memory_mb=memory_mb))


def test_a_training_costs_its_steps_and_what_all_else_took_before() -> None:
    # 100 s beside the steps in the first, 50 in the second, 60 in the third
    runs = [
        past(150, 100, 0.5, 640.0),
        past(350, 300, 1.0, 700.0),
        past(110, 100, 0.5, None),
    ]
    assert expected_cost(runs, 400) == Cost(seconds=60 + 400 * 0.5, memory_mb=700.0, n=3)


def test_a_run_that_kept_no_times_tells_nothing_of_the_cost() -> None:
    assert expected_cost([past(90, 10, None, 500.0)], 400) is None
    assert expected_cost([], 400) is None
