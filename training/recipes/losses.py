"""Losses that bear wrong labels."""

import torch
from torch import Tensor


def generalised_cross_entropy(log_p: Tensor, q: Tensor) -> Tensor:
    """Return (1 - p^q) / q for the probability p of the given label; q near 0 is cross-entropy.

    A wrong label that the rest of the data contradicts has p near 0, where this loss is almost
    flat, so it pulls little (Zhang and Sabuncu, 2018).
    """
    safe = q.clamp_min(1e-3)
    return torch.where(q < 1e-3, -log_p, (1 - (safe * log_p).exp()) / safe)


def soft_gce(log_p_B_K: Tensor, shares_B_K: Tensor, q_B: Tensor) -> Tensor:
    """Return (B,): the generalised cross-entropy of every option, weighted by its share.

    For shares of 0 and one 1 this is `generalised_cross_entropy` of the given label.
    """
    each = generalised_cross_entropy(log_p_B_K, q_B[:, None].expand_as(log_p_B_K))
    return torch.where(shares_B_K > 0, shares_B_K * each, 0.0).sum(dim=1)
