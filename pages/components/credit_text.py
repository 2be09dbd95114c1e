"""An answer's text over the credit of its tokens: warm and cold grounds. Pure; HTML is escaped.

Ground, not ink: the text stays readable in both themes, and the shade is the number.
"""

from html import escape
from math import exp, log

from core.verifier import Credit

WARM, COLD = (191, 87, 0), (30, 100, 160)
DEEPEST = 0.55
"""Opacity of the largest shade: the text must be readable on it."""
FAINTEST = 0.03
"""Shades below this opacity are not drawn: they would be dirt."""
_MOST = log(1e6)
SAME = 0.005
"""Differences of log-probabilities below this are none."""
_STYLE = "white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.9; font-size: 0.95rem;"


def times_words(nats: float) -> str:
    """Say a difference of log-probabilities as a factor: "1.5 times likelier"."""
    way = "likelier" if nats >= 0 else "less likely"
    if abs(nats) > _MOST:
        return f"over a million times {way}"
    return f"{exp(abs(nats)):,.3g} times {way}" if abs(nats) >= SAME else "as likely"


def credit_html(credit: Credit) -> str:
    """Return the text with a ground behind every token, and its factor as a title."""
    parts = [
        _token(text, value, shade)
        for text, value, shade in zip(credit.tokens, credit.values, credit.shades, strict=True)
    ]
    return f'<div style="{_STYLE}">{"".join(parts)}</div>'


def scale_html(largest: float) -> str:
    """Return the legend's bar: from the coldest over nothing to the warmest shade, with factors."""
    ground = f"linear-gradient(90deg, {_ink(-1)}, rgba(0, 0, 0, 0), {_ink(1)})"
    bar = f'<span style="flex: 1; height: 0.6rem; background: {ground}"></span>'
    row = "display: flex; gap: 0.5rem; align-items: center; max-width: 34rem; font-size: 0.8rem"
    return f'<div style="{row}">{times_words(-largest)}{bar}{times_words(largest)}</div>'


def _token(text: str, value: float, shade: float) -> str:
    style = ""
    if abs(shade) * DEEPEST >= FAINTEST:
        style = f' style="background: {_ink(shade)}; border-radius: 2px"'
    return f'<span title="{times_words(value)}"{style}>{escape(text)}</span>'


def _ink(shade: float) -> str:
    red, green, blue = WARM if shade > 0 else COLD
    return f"rgba({red}, {green}, {blue}, {abs(shade) * DEEPEST:.3f})"
