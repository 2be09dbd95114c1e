"""The student's words: option wordings and rationales as tokens, every number left open. No torch.

A rationale becomes spans of words. Each span opens with a token that says what it carries
(`<plain>`, `<point>` for "points to the interval", `<say:KIND:DETAIL>` for a claim, `...:point>`
for both), and each number in it becomes a slot such as `<start>`. The student writes words and
slots; code fills the slots with measured numbers. A span with a number that is neither a position
nor a value of its claim is left out: the student could only make it up.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.answers import AnswerContent, Claim, FoundInterval, Span
from core.errors import AnswerError
from core.measure import WindowFacts
from core.series import WindowView

PAD, END, WHY, PLAIN, POINT = "<pad>", "<end>", "<why>", "<plain>", "<point>"
SLOTS = (
    "<start>",
    "<stop>",
    "<last>",
    "<middle>",
    "<length>",
    "<value>",
    "<size>",
    "<typical>",
    "<channel>",
)
SIGNS = ("<up>", "<down>")
NONE = "<none>"
SPECIAL = (PAD, END, WHY, PLAIN, POINT, NONE, *SLOTS, *SIGNS)
MAX_TOKENS = 96

_TOKEN = re.compile(r"\s*(?:[-+−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?|[^\W\d_]+|[^\s])", re.IGNORECASE)
_NUMBER = re.compile(r"[-+−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)


def words_of(text: str) -> list[str]:
    """Split text into words, digits and signs; each keeps whether a blank stood before it."""
    return [_one_blank(piece) for piece in _TOKEN.findall(text)]


def option_words(wording: str) -> list[str]:
    """Return a wording as it stands after other words, so that it shares them with rationales."""
    return words_of(" " + wording.strip())


def _one_blank(piece: str) -> str:
    bare = piece.strip()
    return " " + bare if piece != bare else bare


@dataclass(frozen=True)
class Vocabulary:
    """All tokens of one student, by place; the words it was trained on and no others."""

    tokens: tuple[str, ...]

    @classmethod
    def over(cls, texts: Iterable[Sequence[str]], special: Sequence[str]) -> "Vocabulary":
        """Collect the tokens of `texts` after the special ones, in a stable order."""
        known = (*SPECIAL, *special)
        words = sorted({token for text in texts for token in text} - set(known))
        return cls((*known, *words))

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", {token: i for i, token in enumerate(self.tokens)})

    def __len__(self) -> int:
        return len(self.tokens)

    def id(self, token: str) -> int:
        """Return the place of a token; AnswerError for one that was never trained."""
        places: dict[str, int] = self.__dict__["_places"]
        if token not in places:
            raise AnswerError(
                f"the word {token.strip()!r} is not among the {len(self.tokens)} this student was "
                "trained on; use a registered wording, or train again"
            )
        return places[token]

    def ids(self, tokens: Iterable[str]) -> list[int]:
        """Return the places of tokens."""
        return [self.id(token) for token in tokens]


@dataclass(frozen=True)
class Text:
    """A rationale to learn: its tokens, and where its claims start and stop.

    `positions` maps a slot key such as `direction:up#0.stop` to an absolute sample.
    """

    tokens: tuple[str, ...]
    positions: dict[str, int]


def claim_name(claim: Claim) -> str:
    """Return `kind:detail` of a claim, the part of it that words depend on."""
    return f"{claim.kind}:{claim.feature or claim.direction or ''}"


def tokens_of_spans(
    spans: Sequence[Span], facts: WindowFacts, found: FoundInterval | None = None
) -> Text:
    """Turn spans into tokens with slots; `found` is the interval that the spans speak of."""
    tokens: list[str] = []
    positions: dict[str, int] = {}
    seen: dict[str, int] = {}
    for span in spans:
        body = _open_numbers(span, facts, found)
        if not body or len(tokens) + len(body) + 1 > MAX_TOKENS:
            continue
        tokens += [_opening(span), *body]
        if span.claim is not None:
            name = claim_name(span.claim)
            count = seen.get(name, 0)
            seen[name] = count + 1
            positions[f"{name}#{count}.start"] = span.claim.start
            positions[f"{name}#{count}.stop"] = span.claim.stop
    return Text(tuple(tokens), positions)


def _opening(span: Span) -> str:
    point = span.interval is not None
    if span.claim is None:
        return POINT if point else PLAIN
    return f"<say:{claim_name(span.claim)}{':point' if point else ''}>"


def is_opening(token: str) -> bool:
    """Whether a token opens a span."""
    return token in (PLAIN, POINT) or token.startswith("<say:")


def _open_numbers(span: Span, facts: WindowFacts, found: FoundInterval | None) -> list[str]:
    """Return the span's words with slots for numbers; empty when a number has no source."""
    words = words_of(span.text)
    opened: list[str] = []
    for place, word in enumerate(words):
        bare = word.strip()
        if not _NUMBER.fullmatch(bare):
            opened.append(word)
            continue
        before = words[place - 1].strip().lower() if place else ""
        slot = _slot(bare, before, span.claim or around(found), facts)
        if slot is None:
            return []
        opened.append(" " + slot if word != bare else slot)
    return opened


def around(found: FoundInterval | None) -> Claim | None:
    """Return an interval as the source of a span's numbers; only its range and channel count."""
    if found is None:
        return None
    channel = (found.channels or (0,))[0]
    return Claim(kind="level", start=found.start, stop=found.stop, channel=channel)


def typical(source: Claim, facts: WindowFacts) -> float | None:
    """Return the median of the source's range, None when no value is there."""
    if not 0 <= source.channel < facts.view.values.shape[1]:
        return None
    inside = facts.channel(source.channel).inside(source.start, source.stop)
    return float(np.median(inside)) if len(inside) else None


def _slot(number: str, before: str, source: Claim | None, facts: WindowFacts) -> str | None:
    """Return the slot whose content a number is; None when it is none of them."""
    if source is None:
        return None
    value = float(number.replace(",", "").replace("−", "-"))
    if before in ("ch", "channel"):
        return "<channel>" if value == source.channel + 1 else None
    if "." not in number:
        places = {
            "<start>": source.start,
            "<stop>": source.stop,
            "<last>": source.stop - 1,
            "<middle>": (source.start + source.stop) // 2,
            "<length>": source.stop - source.start,
        }
        for slot, place in places.items():
            if value == place:
                return slot
    if source.value:
        if abs(value - source.value) <= 0.02 * abs(source.value):
            return "<value>" if source.value < 0 or number[0] == "+" else "<size>"
        if abs(value - abs(source.value)) <= 0.02 * abs(source.value):
            return "<size>"
    level = typical(source, facts)
    if level is not None and abs(value - level) <= 0.01 * abs(level):
        return "<typical>"
    return None


def spans_from(
    tokens: Sequence[str],
    claim_of: Callable[[str, int], Claim | None],
    facts: WindowFacts,
    found: FoundInterval | None = None,
) -> tuple[Span, ...]:
    """Turn written tokens back into spans with numbers.

    Args:
        tokens: words and slots, as the student wrote them.
        claim_of: makes the claim of the n-th span of a claim name; None drops what the span says.
        facts: measures the numbers that stand in slots.
        found: the interval that pointing spans point to, and whose range fills the slots of a
            span without a claim.
    """
    spans: list[Span] = []
    seen: dict[str, int] = {}
    for part in _parts(tokens):
        opening, body = part[0], part[1:]
        claim: Claim | None = None
        if opening.startswith("<say:"):
            name = opening[5:-1].removesuffix(":point")
            claim = claim_of(name, seen.get(name, 0))
            seen[name] = seen.get(name, 0) + 1
            if claim is None:
                continue
        text = "".join(_filled(token, claim or around(found), facts) for token in body)
        points = opening == POINT or opening.endswith(":point>")
        if text:
            spans.append(
                Span(text=text, interval=found.number if points and found else None, claim=claim)
            )
    return tuple(spans)


def _parts(tokens: Sequence[str]) -> list[list[str]]:
    parts: list[list[str]] = []
    for token in tokens:
        if is_opening(token):
            parts.append([token])
        elif parts:
            parts[-1].append(token)
    return parts


def _filled(token: str, claim: Claim | None, facts: WindowFacts) -> str:
    bare = token.strip()
    if bare not in SLOTS:
        return token
    blank = " " if token != bare else ""
    if claim is None:
        return blank + "there"
    match bare:
        case "<start>":
            text = f"{claim.start:,}"
        case "<stop>":
            text = f"{claim.stop:,}"
        case "<last>":
            text = f"{claim.stop - 1:,}"
        case "<middle>":
            text = f"{(claim.start + claim.stop) // 2:,}"
        case "<length>":
            text = f"{claim.stop - claim.start:,}"
        case "<channel>":
            text = str(claim.channel + 1)
        case "<value>":
            text = _number(claim.value or 0.0, "+")
        case "<typical>":
            text = _number(typical(claim, facts) or 0.0)
        case _:
            text = _number(abs(claim.value or 0.0))
    return blank + text


def _number(value: float, sign: str = "") -> str:
    """Return a value with three significant digits, whole when it is large."""
    size = f"{value:{sign},.0f}" if 1_000 <= abs(value) < 1e9 else f"{value:{sign}.3g}"
    return size.replace("-", "−")


def pattern_text(content: AnswerContent, view: WindowView) -> Text:
    """Return the rationale of a pattern answer as a text to learn; empty when it has none."""
    return tokens_of_spans(content.rationale, WindowFacts(view))


def event_texts(content: AnswerContent, view: WindowView) -> dict[int, Text]:
    """Return what is said of each interval, by number; 0 is said when there is no interval.

    A span that points nowhere belongs to the interval named before it; what stands before the
    first one is an opening that counts events, which the student's own answer makes wrong.
    """
    facts = WindowFacts(view)
    by_number = {found.number: found for found in content.intervals}
    if not by_number:
        return {0: tokens_of_spans(content.rationale, facts)}
    groups: dict[int, list[Span]] = {}
    current: int | None = None
    for span in content.rationale:
        current = span.interval if span.interval is not None else current
        if current is not None:
            groups.setdefault(current, []).append(span)
    return {
        number: tokens_of_spans(spans, facts, by_number[number]) for number, spans in groups.items()
    }
