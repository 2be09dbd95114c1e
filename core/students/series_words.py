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

from core.answers import AnswerContent, Claim, FoundInterval, Span
from core.errors import AnswerError

PAD, END, WHY, PLAIN, POINT = "<pad>", "<end>", "<why>", "<plain>", "<point>"
SLOTS = ("<start>", "<stop>", "<last>", "<middle>", "<length>", "<value>", "<size>", "<channel>")
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
    spans: Sequence[Span], interval_of: Callable[[Span], FoundInterval | None]
) -> Text:
    """Turn spans into tokens with slots; `interval_of` gives the interval that a span speaks of."""
    tokens: list[str] = []
    positions: dict[str, int] = {}
    seen: dict[str, int] = {}
    for span in spans:
        found = interval_of(span)
        body = _open_numbers(span, found)
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


def _open_numbers(span: Span, found: FoundInterval | None) -> list[str]:
    """Return the span's words with slots for numbers; empty when a number has no source."""
    words = words_of(span.text)
    opened: list[str] = []
    for place, word in enumerate(words):
        bare = word.strip()
        if not _NUMBER.fullmatch(bare):
            opened.append(word)
            continue
        before = words[place - 1].strip().lower() if place else ""
        slot = _slot(bare, before, span.claim, found)
        if slot is None:
            return []
        opened.append(" " + slot if word != bare else slot)
    return opened


def _slot(number: str, before: str, claim: Claim | None, found: FoundInterval | None) -> str | None:
    value = float(number.replace(",", "").replace("−", "-"))
    source = claim or found
    if source is None:
        return None
    if before in ("ch", "channel"):
        channel = claim.channel if claim else (found.channels or (0,))[0] if found else 0
        return "<channel>" if value == channel + 1 else None
    start, stop = source.start, source.stop
    if "." not in number:
        places = {
            "<start>": start,
            "<stop>": stop,
            "<last>": stop - 1,
            "<middle>": (start + stop) // 2,
            "<length>": stop - start,
        }
        for slot, place in places.items():
            if value == place:
                return slot
    if claim is not None and claim.value is not None and claim.value != 0:
        if abs(value - claim.value) <= 0.05 * abs(claim.value):
            return "<value>" if claim.value < 0 or number[0] == "+" else "<size>"
        if abs(value - abs(claim.value)) <= 0.05 * abs(claim.value):
            return "<size>"
    return None


def spans_from(
    tokens: Sequence[str],
    claim_of: Callable[[str, int], Claim | None],
    number: int | None = None,
    around: Claim | None = None,
) -> tuple[Span, ...]:
    """Turn written tokens back into spans with numbers.

    Args:
        tokens: words and slots, as the student wrote them.
        claim_of: makes the claim of the n-th span of a claim name; None drops what the span says.
        number: the interval that pointing spans point to.
        around: what fills the slots of a span without a claim (the interval's range).
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
        text = "".join(_filled(token, claim or around) for token in body)
        points = opening == POINT or opening.endswith(":point>")
        if text:
            spans.append(Span(text=text, interval=number if points else None, claim=claim))
    return tuple(spans)


def _parts(tokens: Sequence[str]) -> list[list[str]]:
    parts: list[list[str]] = []
    for token in tokens:
        if is_opening(token):
            parts.append([token])
        elif parts:
            parts[-1].append(token)
    return parts


def _filled(token: str, claim: Claim | None) -> str:
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
            text = f"{claim.value or 0.0:+.3g}".replace("-", "−")
        case _:
            text = f"{abs(claim.value or 0.0):.3g}"
    return blank + text


def pattern_text(content: AnswerContent) -> Text:
    """Return the rationale of a pattern answer as a text to learn; empty when it has none."""
    return tokens_of_spans(content.rationale, lambda span: None)


def event_texts(content: AnswerContent) -> dict[int, Text]:
    """Return what is said of each interval, by number; 0 is said when there is no interval.

    A span that points nowhere belongs to the interval named before it; what stands before the
    first one is an opening that counts events, which the student's own answer makes wrong.
    """
    by_number = {found.number: found for found in content.intervals}
    if not by_number:
        return {0: tokens_of_spans(content.rationale, lambda span: None)}
    groups: dict[int, list[Span]] = {}
    current: int | None = None
    for span in content.rationale:
        current = span.interval if span.interval is not None else current
        if current is not None:
            groups.setdefault(current, []).append(span)
    return {
        number: tokens_of_spans(spans, lambda span, n=number: by_number[n])
        for number, spans in groups.items()
    }
