"""A phrase cut into clauses, each with the places and channels it speaks of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.grounding import lexicon as words
from core.grounding.lexicon import has, plain_text
from core.grounding.places import Channels, Place, take_channels, take_places
from core.grounding.sizes import with_bounds

_SENTENCE = re.compile(r"(?<=[\w%)>\]])[.!?](?=\s|$)|\n+")
_JOINT = re.compile(
    r"[,;:](?!\d)| - | "
    r"(?:and|but|then|before it|after which|followed by|where|when)(?= )"
)
_BESIDE = re.compile(r"\b(?:while|whereas)\b")
_MARK = re.compile(r"<([pc])(\d+)>")
# What is compared with is no place of its own: "12 higher than before sample 150".
_COMPARISON = re.compile(
    r"\b(?:than|compared (?:to|with)|instead of|rather than|unlike|versus|vs\.?|relative to)"
    r"(?! the trend)\s*(?:(?:it was |is |was |usual )?<p\d+>|(?:(?!<)[\w'.-]+ ?){0,4})"
)
_GAP = re.compile(r"\b(?:after|before|until|following|since|around) the (?:gap|hole|dropout)\b")
_FOR_GOOD = re.compile(r"\b(?:never|does not|doesn't|without) (?:return|recover|com)\w*(?: back)?")
_REFERS = re.compile(r"\s*(?:it|its|this|that|there|here|the value)\b")
_SAYS = "|".join(
    (
        words.MISSING, words.STUCK, words.PERIOD, words.VARIANCE, words.SPIKE, words.FLAT, words.UP,
        words.DOWN, words.HIGHEST, words.LOWEST, words.HOLDS, words.SUDDEN, words.COMPARED,
        words.RELATION,
        r"\b(?:value|values|readings?|only|first|last|largest|biggest)\b",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Clause:
    """A piece of a phrase that says one thing.

    Attributes:
        text: plain text with marks for its places and channels.
        places: as written in it, or in an earlier clause of the sentence where it names none.
        named: it names its places itself.
        channels: named in it or earlier in the phrase; None where no channel is named.
        spoken: every naming of channels in it, in order.
    """

    text: str
    places: tuple[Place, ...]
    named: bool
    channels: Channels | None
    spoken: tuple[Channels, ...] = ()


def clauses_of(text: str, n_channels: int) -> tuple[Clause, ...]:
    """Cut a phrase into clauses, in reading order."""
    found: list[Clause] = []
    channels: Channels | None = None
    carried: tuple[Place, ...] = ()
    for sentence in _SENTENCE.split(plain_text(text)):
        if has(words.INSIGNIFICANT, sentence):
            continue
        places: list[Place] = []
        named: list[Channels] = []
        marked = take_places(take_channels(sentence, named, n_channels), places)
        marked = _COMPARISON.sub(" ", with_bounds(_FOR_GOOD.sub(" ", _GAP.sub(" ", marked))))
        carried = carried if _REFERS.match(sentence) else ()
        for piece in _pieces(marked):
            own = tuple(places[int(n)] for kind, n in _MARK.findall(piece) if kind == "p")
            spoken = [named[int(n)] for kind, n in _MARK.findall(piece) if kind == "c"]
            channels = spoken[0] if spoken else channels
            carried = own or carried
            text = " ".join(piece.split())
            found.append(Clause(text, carried, bool(own), channels, tuple(spoken)))
    return tuple(found)


def _pieces(sentence: str) -> list[str]:
    """Cut a sentence where one statement ends; a piece that states nothing joins a neighbour."""
    beside = _BESIDE.split(sentence)
    return [piece for side in beside for piece in _joined(_JOINT.split(side))]


def _joined(fragments: Sequence[str]) -> list[str]:
    pieces: list[str] = []
    for fragment in fragments:
        if not fragment.strip():
            continue
        if pieces and not _starts_anew(pieces[-1], fragment):
            pieces[-1] += " , " + fragment
        else:
            pieces.append(fragment)
    return pieces


def _starts_anew(before: str, fragment: str) -> bool:
    if not _states(before):
        return False
    placed = "<p" in before
    if not placed and has(f"{words.HOLDS}|{words.RETURNS}", fragment):
        return False
    return _states(fragment) if not ("<p" in fragment and placed) else True


def _states(text: str) -> bool:
    return has(_SAYS, _MARK.sub(" ", text))


def places_of(clauses: Sequence[Clause]) -> tuple[Place, ...]:
    """Return the places that clauses name themselves."""
    return tuple(place for clause in clauses if clause.named for place in clause.places)
