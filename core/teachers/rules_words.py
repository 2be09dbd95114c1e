"""How the built-in rules say what they measured: numbers, samples, spans with checked claims."""

from core.answers import Claim, Span
from core.measure import WindowFacts
from core.rationale import check_with


def number(value: float) -> str:
    """Return a value with three significant digits."""
    text = f"{value:,.0f}" if 1_000 <= abs(value) < 1e9 else f"{value:.3g}"
    return text.replace("-", "−")


def signed(value: float) -> str:
    """Return a value with its sign and three significant digits."""
    return f"{'+' if value >= 0 else '−'}{number(abs(value))}"


def sample(place: int) -> str:
    """Return a sample's number as people read it."""
    return f"sample {place:,}"


def where(channel: int, n_channels: int) -> str:
    """Return ` on ch2`, or nothing when there is only one channel."""
    return f" on ch{channel + 1}" if n_channels > 1 else ""


def holds(claim: Claim, facts: WindowFacts) -> bool:
    """Say whether the data confirm a claim: the rules state no other."""
    return check_with(claim, facts).status == "confirmed"


def stated(text: str, claim: Claim, facts: WindowFacts, interval: int | None = None) -> Span | None:
    """Return a span with this claim, or None when the data do not confirm it."""
    return Span(text=text, interval=interval, claim=claim) if holds(claim, facts) else None
