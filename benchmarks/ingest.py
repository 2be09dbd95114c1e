"""How long it takes to read a CSV file of 1,000,000 rows and 3 channels, beside pandas alone.

    python -m benchmarks.ingest [--rows 1000000]

Prints JSON. CPU seconds count the parser's threads, so they hold on a busy machine too.
"""

import argparse
import io
import json
import resource
import time

import numpy as np
import pandas as pd

from core.ingest import build, propose


def main() -> None:
    """Time pandas' Arrow reader, then the proposal and the whole reading, best of three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    values = np.random.default_rng(0).normal(size=(rows, 3))
    frame = pd.DataFrame(values, columns=["a", "b", "c"])
    frame.insert(0, "time", pd.date_range("2024-01-01", periods=rows, freq="s"))
    raw = frame.to_csv(index=False).encode()
    best: dict[str, tuple[float, float]] = {}
    for _ in range(3):
        for name, work in (
            ("pandas", lambda: pd.read_csv(io.BytesIO(raw), engine="pyarrow")),
            ("propose", lambda: propose("big.csv", raw)),
            ("propose_and_build", lambda: build(raw, propose("big.csv", raw).settings)),
        ):
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            took = time.process_time() - cpu, time.perf_counter() - wall
            best[name] = min(best.get(name, took), took)
    print(
        json.dumps(
            {
                "rows": rows,
                "megabytes": round(len(raw) / 1e6, 1),
                **{f"{name}_cpu_seconds": round(cpu, 3) for name, (cpu, _) in best.items()},
                **{f"{name}_wall_seconds": round(wall, 3) for name, (_, wall) in best.items()},
                "cpu_ratio": round(best["propose_and_build"][0] / best["pandas"][0], 2),
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        )
    )


if __name__ == "__main__":
    main()
