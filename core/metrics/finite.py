"""The share of right answers in a batch, from a random sample of it.

Wilson's interval speaks of a source without end. Of a batch of N answers n were looked at, drawn
at random without replacement: the count of right ones is hypergeometric, its variance smaller by
(N - n) / (N - 1). So the interval is Wilson's with n (N - 1) / (N - n) in place of n, cut to what
the sample leaves possible, and its ends are moved outwards to the next share that N answers can
have: half an answer is never claimed. With all N looked at it is the share itself.

As every item is drawn for itself, errors that cluster by series do not make it too narrow: it is
about this batch. Answers to other series may fare differently.
"""

import math

from core.errors import DataError
from core.metrics.estimates import Estimate, wilson


def share_of_batch(right: int, n: int, population: int) -> Estimate:
    """Return the share of right ones with its 95 % interval; undefined for n = 0.

    Args:
        right: how many of the sample are right.
        n: size of the sample.
        population: size of the batch that it was drawn from.

    Raises:
        DataError: unless 0 <= right <= n <= population.
    """
    if not 0 <= right <= n <= population:
        raise DataError(
            f"{right} right ones of {n} looked at, of a batch of {population}, cannot be; "
            "give right <= looked at <= batch"
        )
    if n == 0:
        return Estimate()
    share = right / n
    if n == population:
        return Estimate(value=share, low=share, high=share)
    sized = n * (population - 1) / (population - n)
    low, high = wilson(share * sized, sized)
    fewest = max(right, math.floor(low * population))
    most = min(population - (n - right), math.ceil(high * population))
    return Estimate(value=share, low=fewest / population, high=most / population)
