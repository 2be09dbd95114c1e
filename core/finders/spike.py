"""Spikes: one or a few samples far from the running median, beyond the noise around them."""

import numpy as np

from core.finders.base import Candidate
from core.finders.baseline import Baseline
from core.finders.robust import Array, local_scale, running_maximum, running_median

MAX_LENGTH = 7
_THRESHOLD = 5.0  # standard deviations; 2,048 samples of Gaussian noise reach 3.6
_TAIL_FACTOR = 2.3  # times the 97th percentile: 5.0 for Gaussian noise, more for heavy tails
_MAX_PER_SAMPLE = 0.003  # above this rate spikes are how the channel is, not events


class SpikeFinder:
    """`size` is the signed largest excursion from the running median, in data units."""

    key = "spike"
    meaning = "1: an excursion of 5 robust standard deviations, or 2.3 times the usual tail"

    def scores(self, baseline: Baseline) -> Array:
        """Return each sample's excursion in units of the threshold."""
        usable = baseline.usable
        if baseline.sigma == 0 or np.sum(usable) < 8:
            return self._noiseless(baseline)
        # Inside a noisy stretch only what stands out of that noise is a spike.
        sharp = baseline.sharp / baseline.spread
        nearby = local_scale(np.where(usable, sharp, 0.0), 31)
        nearby = running_maximum(nearby, 41)
        scaled = np.abs(sharp) / np.maximum(baseline.sigma, nearby)
        tail = float(np.quantile(scaled[usable], 0.97))
        return np.where(usable, scaled / max(_THRESHOLD, _TAIL_FACTOR * tail), 0.0)

    def find(self, baseline: Baseline) -> list[Candidate]:
        """Return spikes of at most 7 samples; the strongest alone where there are very many."""
        scores = self.scores(baseline)
        found = _grown(scores, baseline)
        allowed = max(4.0, _MAX_PER_SAMPLE * len(scores))
        if len(found) > allowed:
            usual = float(np.median([candidate.strength for candidate in found]))
            found = [candidate for candidate in found if candidate.strength > 2 * usual]
        return found if len(found) <= allowed else []

    def _noiseless(self, baseline: Baseline) -> Array:
        """Without noise a spike is a short departure from a value that holds on both sides."""
        median = running_median(baseline.flat, 15)
        apart = np.abs(baseline.flat - median)
        reach = float(np.max(apart[~baseline.missing], initial=0.0))
        rare = reach > 0 and np.sum(apart > 0.2 * reach) <= max(1, 0.02 * len(apart))
        if not rare or len(apart) < 16:
            return np.zeros(len(apart))
        return np.where((apart > 0.2 * reach) & ~baseline.missing, 2 * apart / reach, 0.0)


def _grown(scores: Array, baseline: Baseline) -> list[Candidate]:
    """Join samples above the threshold with neighbours above half of it, on the same side."""
    side = np.sign(baseline.sharp)
    found: list[Candidate] = []
    for peak in np.flatnonzero(scores >= 1):
        start, stop = int(peak), int(peak) + 1
        if found and start < found[-1].stop:
            continue
        floor = max(0.5, 0.35 * float(scores[peak]))
        while start > 0 and scores[start - 1] >= floor and side[start - 1] == side[peak]:
            start -= 1
        while stop < len(scores) and scores[stop] >= floor and side[stop] == side[peak]:
            stop += 1
        if stop - start <= MAX_LENGTH:
            best = start + int(np.argmax(scores[start:stop]))
            size = float(baseline.sharp[best])
            found.append(Candidate(start, stop, size, float(scores[best])))
    return found
