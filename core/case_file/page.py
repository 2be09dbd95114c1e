"""The page of a case file: every value that comes from outside goes through `text`."""

import base64
import hashlib
from importlib.resources import files

from core.answers import AnswerContent
from core.case_file.model import Case, Facts, Step, Voice
from core.case_file.plot import plot_svg
from core.case_file.words import channel, moment_of, one_day, place_of, text, type_of
from core.rationale import segments
from core.verdicts import CheckStatus

_CHECKS: dict[CheckStatus, str] = {
    "confirmed": "confirmed",
    "contradicted": "contradicted",
    "not_checkable": "not checkable",
}
_ICONS = """<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>
<symbol id="confirmed" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/>
<path d="M4.8 8.3l2.2 2.2 4.2-4.6"/></symbol>
<symbol id="contradicted" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/>
<path d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2"/></symbol>
<symbol id="not_checkable" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/>
<path d="M6 6.4c.2-2.4 4.2-2.2 4 .2-.1 1.2-2 1.4-2 2.8M8 11.8v.1"/></symbol>
</defs></svg>"""


def case_html(case: Case) -> str:
    """Return the case file as HTML.

    Raises:
        AnswerError: when a voice names a type or an option that the question has not.
    """
    style, script = (_file(name) for name in ("page.css", "page.js"))
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{allowed}'; form-action 'none'; base-uri 'none'"
    )
    title = f"{case.question.name}, {case.info.name}"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{text(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{text(title)} · case file</title>
<style>{style}</style></head>
<body>{_ICONS}
{_head(case)}
<figure>{plot_svg(case)}{_left_out(case)}</figure>
<h2>Answers</h2><div class="answers">{"".join(_voices(case))}</div>
<h2>Decisions</h2>{_history(case.history)}
<h2>Provenance</h2>{_facts(case.facts)}
<p class="soft">Written {case.written_at:%Y-%m-%d %H:%M:%S} UTC. This file is complete: it loads
nothing and sends nothing.</p>
<script>{script}</script></body></html>
"""


def _file(name: str) -> str:
    return files("core.case_file").joinpath(name).read_text(encoding="utf-8")


def _head(case: Case) -> str:
    first = moment_of(case, case.start)
    day = f" · {first:%d %B %Y}" if first is not None and one_day(case) else ""
    whole = (case.start, case.stop) == (0, case.data.n_samples)
    window = "all" if whole else f"samples {case.start:,}–{case.stop - 1:,} of"
    standing = [step for step in case.history if not step.undone and step.decides]
    verdict = f"{standing[-1].said} by {standing[-1].person}" if standing else "not decided"
    gold = '<span class="verdict">gold</span>' if case.gold else ""
    return (
        f"<h1>{text(case.question.text)}</h1>"
        f'<p><span class="verdict">{text(verdict)}</span>{gold}'
        f'<span class="soft">{text(case.info.name)} · {window} {case.data.n_samples:,} samples'
        f"{day}</span></p>"
    )


def _left_out(case: Case) -> str:
    missing = [n for n in range(case.data.n_channels) if n not in case.rows]
    if not missing:
        return ""
    names = ", ".join(text(channel(case, n)) for n in missing[:12])
    more = f" and {len(missing) - 12:,} more" if len(missing) > 12 else ""
    return f'<figcaption class="soft">Not drawn: {names}{more}.</figcaption>'


def _voices(case: Case) -> list[str]:
    return [_voice(case, k, voice) for k, voice in enumerate(case.voices)] or [
        '<p class="soft">Nobody has answered.</p>'
    ]


def _voice(case: Case, k: int, voice: Voice) -> str:
    events = "".join(
        f'<li data-ref="v{k}-{found.number}" tabindex="0"><span class="chip">{found.number}</span>'
        f"<span>{text(type_of(case, found))} "
        f'<span class="soft">{text(place_of(case, found))}{_share(found.confidence)}</span>'
        "</span></li>"
        for found in voice.content.intervals
    )
    note = f'<p class="soft">{text(voice.note)}</p>' if voice.note else ""
    listed = f'<ul class="events">{events}</ul>' if events else ""
    return (
        f'<section class="voice" style="--hue:{text(voice.colour)}"><h3>{text(voice.title)}</h3>'
        f'<p class="headline">{text(voice.headline)}</p>{note}'
        f"{listed}{_scores(case, voice.content)}{_rationale(k, voice)}{_origin(voice)}</section>"
    )


def _share(confidence: float | None) -> str:
    return "" if confidence is None else f" · {confidence:.2f}"


def _scores(case: Case, content: AnswerContent) -> str:
    """Show the scores of the best options of a pattern."""
    best = sorted(content.scores.items(), key=lambda pair: -pair[1])[:3]
    rows = "".join(
        f"<span>{text(case.question.option(key).name)}</span>"
        f'<i style="width:{max(0.0, min(score, 1.0)):.0%}"></i><span>{score:.2f}</span>'
        for key, score in best
    )
    return f'<div class="scores">{rows}</div>' if rows else ""


def _rationale(k: int, voice: Voice) -> str:
    """Return the words, each phrase tied to its event, and below them what the data say."""
    content = voice.content
    checks = voice.checks or (None,) * len(content.rationale)
    words: list[str] = []
    found: list[str] = []
    for piece in segments(content, checks):
        icon = "" if piece.status is None else f" {_icon(piece.status)}"
        if piece.number is None:
            words.append(text(piece.text) + icon)
        else:
            said = piece.text.strip()
            before, after = piece.text.split(said, 1) if said else (piece.text, "")
            words.append(
                f"{before}"
                f'<span class="phrase" data-ref="v{k}-{piece.number}" tabindex="0" role="button">'
                f"{text(said)}<sup>{piece.number}</sup></span>{icon}{after}"
            )
        if piece.status is not None:
            tie = "" if piece.number is None else f' data-ref="v{k}-{piece.number}" tabindex="0"'
            of = "" if piece.number is None else f"<sup>{piece.number}</sup>"
            found.append(
                f"<li{tie}>{_icon(piece.status)}<span><b>{_CHECKS[piece.status]}{of}</b>: "
                f"{text(piece.measured)}</span></li>"
            )
    line = f"<p>{''.join(words)}</p>" if words else ""
    return line + (f'<ul class="checks">{"".join(found)}</ul>' if found else "")


def _icon(status: CheckStatus) -> str:
    return (
        f'<svg class="icon" role="img" aria-label="{_CHECKS[status]}"><use href="#{status}"/></svg>'
    )


def _origin(voice: Voice) -> str:
    """Return where an answer comes from, folded."""
    parts = [_facts(voice.facts)] if voice.facts else []
    if voice.picture:
        png = base64.b64encode(voice.picture).decode()
        parts.append(
            f'<p class="soft">What was shown:</p><img alt="" src="data:image/png;base64,{png}">'
        )
    parts += [
        f'<p class="soft">{text(title)}:</p><pre>{text(words)}</pre>'
        for title, words in voice.texts
    ]
    if not parts:
        return ""
    return f"<details><summary>Where it comes from</summary>{''.join(parts)}</details>"


def _history(history: tuple[Step, ...]) -> str:
    if not history:
        return '<p class="soft">Nobody has decided.</p>'
    marks = {False: "", True: ' class="undone"'}
    rows = "".join(
        f"<tr{marks[step.undone]}><th>{step.at:%Y-%m-%d %H:%M:%S} UTC</th>"
        f"<td>{text(step.person)}</td><td>{text(step.said)}</td></tr>"
        for step in history
    )
    return f'<table class="history">{rows}</table>'


def _facts(facts: Facts) -> str:
    rows = "".join(
        f'<tr><th>{text(name)}</th><td class="fact">{text(value)}</td></tr>'
        for name, value in facts
    )
    return f"<table>{rows}</table>"
