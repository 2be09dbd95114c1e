"""An answer's text over the credit of its tokens: warm and cold grounds. Pure; HTML is escaped.

Ground, not ink: the text stays readable in both themes, and the shade is the number.
"""

from html import escape

from core.verifier import Credit

WARM, COLD = (191, 87, 0), (30, 100, 160)
DEEPEST = 0.55
"""Opacity of the largest shade: the text must be readable on it."""
FAINTEST = 0.03
"""Shades below this opacity are not drawn: they would be dirt."""
_STYLE = "white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.9; font-size: 0.95rem;"


def credit_html(credit: Credit) -> str:
    """Return the text with a ground behind every token, and its number in nats as a title."""
    parts = [
        _token(text, value, shade)
        for text, value, shade in zip(credit.tokens, credit.values, credit.shades, strict=True)
    ]
    return f'<div style="{_STYLE}">{"".join(parts)}</div>'


def scale_html(largest: float) -> str:
    """Return the legend's bar: from the coldest over nothing to the warmest shade, with numbers."""
    ground = f"linear-gradient(90deg, {_ink(-1)}, rgba(0, 0, 0, 0), {_ink(1)})"
    bar = f'<span style="flex: 1; height: 0.6rem; background: {ground}"></span>'
    row = "display: flex; gap: 0.5rem; align-items: center; max-width: 22rem; font-size: 0.8rem"
    return f'<div style="{row}">{-largest:+.2f}{bar}{largest:+.2f}</div>'


def _token(text: str, value: float, shade: float) -> str:
    style = ""
    if abs(shade) * DEEPEST >= FAINTEST:
        style = f' style="background: {_ink(shade)}; border-radius: 2px"'
    return f'<span title="{value:+.3f}"{style}>{escape(text)}</span>'


def _ink(shade: float) -> str:
    red, green, blue = WARM if shade > 0 else COLD
    return f"rgba({red}, {green}, {blue}, {abs(shade) * DEEPEST:.3f})"
