"""Seasonal residual: what trend and cycle leave over."""

# pyright: basic
# (statsmodels ships no types)

import numpy as np

from core.detectors.base import Array
from core.detectors.robust import deviation

_SEASONS = 13


class SeasonalResidual:
    """s = |r| / robust deviation of r, where r = x - trend - season by STL, Cleveland et al. 1990.

    One inner and two robustness passes; each loess is computed at every tenth of its length and
    joined by straight lines, as that paper proposes (section 3.5), which makes it linear in time.
    """

    key = "stl"
    name = "Seasonal residual"
    meaning = "How far a value lies off its trend and cycle, in deviations usual for this series."
    source = "Cleveland et al. 1990, STL; statsmodels STL"
    linear = True
    limit: int | None = None
    beyond = ""
    least = 8
    together = False

    def scores(self, values: Array, period: int) -> Array:
        """Return the residuals in robust deviations; `period` is one season."""
        from statsmodels.tsa.seasonal import STL

        jump = max(1, period // 10)
        model = STL(
            values[:, 0],
            period=period,
            seasonal=_SEASONS,
            robust=True,
            seasonal_jump=2,
            trend_jump=jump,
            low_pass_jump=jump,
        )
        residual = np.abs(np.asarray(model.fit(inner_iter=1, outer_iter=2).resid))
        return residual / deviation(residual)
