"""Kill a batch again and again at seeded random moments: is anything lost, or asked again?"""

from typing import Any


def killed(items: int, concurrency: int, latency_s: float, kills: int, seed: int) -> dict[str, Any]:
    return {}
