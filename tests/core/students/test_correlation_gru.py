"""The fast recurrence against torch's own: the same states and the same gradients."""

import pytest
import torch
from torch import Tensor, nn

from core.students.correlation_gru import BidirectionalGRU

N_IN, HIDDEN = 7, 5


def twin(own: BidirectionalGRU) -> nn.GRU:
    """Return torch's layer with the same weights."""
    other = nn.GRU(N_IN, HIDDEN, bidirectional=True)
    with torch.no_grad():
        for direction, suffix in enumerate(("", "_reverse")):
            getattr(other, f"weight_ih_l0{suffix}").copy_(own.weight_x[direction].T)
            getattr(other, f"bias_ih_l0{suffix}").copy_(own.bias_x[direction, 0])
            getattr(other, f"weight_hh_l0{suffix}").copy_(own.weight_h[direction].T)
            getattr(other, f"bias_hh_l0{suffix}").copy_(own.bias_h[direction, 0])
    return other


@pytest.fixture
def inputs() -> Tensor:
    torch.manual_seed(3)
    return torch.randn(11, 3, N_IN)


def test_states_are_those_of_torch(inputs: Tensor) -> None:
    own = BidirectionalGRU(N_IN, HIDDEN)
    torch.testing.assert_close(own(inputs), twin(own)(inputs)[0])


def test_gradients_are_those_of_torch(inputs: Tensor) -> None:
    own = BidirectionalGRU(N_IN, HIDDEN)
    other = twin(own)
    weight = torch.randn(11, 3, 2 * HIDDEN)
    mine, theirs = inputs.clone().requires_grad_(), inputs.clone().requires_grad_()
    (own(mine) * weight).sum().backward()
    (other(theirs)[0] * weight).sum().backward()
    torch.testing.assert_close(mine.grad, theirs.grad)
    for direction, suffix in enumerate(("", "_reverse")):
        pairs = [
            (own.weight_x.grad[direction].T, f"weight_ih_l0{suffix}"),  # type: ignore[index]  # there
            (own.bias_x.grad[direction, 0], f"bias_ih_l0{suffix}"),  # type: ignore[index]  # there
            (own.weight_h.grad[direction].T, f"weight_hh_l0{suffix}"),  # type: ignore[index]  # there
            (own.bias_h.grad[direction, 0], f"bias_hh_l0{suffix}"),  # type: ignore[index]  # there
        ]
        for gradient, name in pairs:
            torch.testing.assert_close(gradient, getattr(other, name).grad, rtol=1e-4, atol=1e-5)


def test_a_sequence_of_one_sample_is_read_too() -> None:
    own = BidirectionalGRU(N_IN, HIDDEN)
    one = torch.randn(1, 2, N_IN)
    torch.testing.assert_close(own(one), twin(own)(one)[0])
