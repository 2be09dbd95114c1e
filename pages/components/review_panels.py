"""What was said of an item, as panels under the plot: answers, the label, phrases and checks."""

from core.answers import Answer, AnswerContent, FoundInterval
from core.change_words import pair_name
from core.phrases import as_judged
from core.questions.base import Question
from core.rationale import Check, check_answer
from core.series import SeriesData, WindowView, view_window
from pages.components.cached import answer_checks
from pages.components.chart import Finding, Panel
from pages.components.explore_answers import summary
from pages.components.marks import PEOPLE, author_colour, title_of
from pages.components.review_audit import agreement_note, blind_panel, failed_panels
from pages.components.review_phrase_view import phrases_of
from pages.components.words import count
from pages.components.workflows.keymap import DEFAULT_KEYS, Keymap
from pages.components.workflows.phrase_work import PhraseDesk
from pages.components.workflows.reviewing import Desk


def panels_of(
    desk: Desk,
    series: SeriesData,
    said_of_phrases: PhraseDesk | None = None,
    keymap: Keymap = DEFAULT_KEYS,
) -> list[Panel]:
    """Return the panels; phrases stand as people leave them, and are checked as they stand."""
    phrases = said_of_phrases or PhraseDesk()
    view = view_window(series, desk.item.start, desk.item.stop)
    panels = [
        Panel(
            title=title_of(answer.author),
            colour=author_colour(answer.author),
            headline=headline_of(desk.question, answer.content),
            note=_note(desk, answer),
            beside=agreement_note(desk, answer),
            badge="preferred" if answer.id == desk.preferred else "",
            findings=findings_of(desk, answer.content, answer.id),
            phrases=phrases_of(
                answer.content,
                answer.id,
                _checks(desk, series, answer, phrases),
                phrases,
            ),
        )
        for answer in desk.answers
    ]
    panels += failed_panels(desk)
    if desk.label is not None and desk.draft is None:
        decided = _label_panel(desk, desk.label.content, desk.label.event.id, view, phrases)
        # What the others are held against comes first.
        panels = [decided, *panels] if desk.second_look else [*panels, decided]
    if desk.blind:
        panels.append(blind_panel(desk, keymap))
    elif not panels:
        panels.append(Panel("Nobody has answered yet", PEOPLE, "", empty="Answer it yourself."))
    return panels


def _checks(
    desk: Desk, series: SeriesData, answer: Answer, phrases: PhraseDesk
) -> list[Check | None]:
    """Check an answer as people leave its phrases; as it was given that is known already."""
    judged = as_judged(answer.content, answer.id, phrases.states)
    if judged == answer.content:
        return answer_checks(answer, desk.series, series, desk.item)
    return check_answer(judged, view_window(series, desk.item.start, desk.item.stop), answer.render)


def _label_panel(
    desk: Desk, content: AnswerContent | None, owner: str, view: WindowView, phrases: PhraseDesk
) -> Panel:
    assert desk.label is not None  # the caller looked
    event = desk.label.event
    none = event.decision == "no_anomaly"
    said = desk.question.nothing if none else event.decision.replace("_", " ")
    blind = desk.audit is not None and desk.audit.decision == event
    return Panel(
        title=f"Decided by {event.person}",
        colour=PEOPLE,
        headline=said if content is None else headline_of(desk.question, content),
        note=f"{said}{', blind' * blind}, {event.created_at.astimezone():%d %b %H:%M}",
        findings=() if content is None else findings_of(desk, content, owner),
        phrases=()
        if content is None
        else phrases_of(content, owner, _of_changed(content, owner, view, phrases), phrases),
    )


def _of_changed(
    content: AnswerContent, owner: str, view: WindowView, phrases: PhraseDesk
) -> list[Check | None]:
    """Check what was changed of a person's own words; the rest is theirs to say."""
    checks = check_answer(as_judged(content, owner, phrases.states), view)
    states = [phrases.states.get((owner, place)) for place in range(len(checks))]
    return [
        check if state is not None and state.changed else None
        for check, state in zip(checks, states, strict=True)
    ]


def headline_of(question: Question, content: AnswerContent) -> str:
    """Say an answer in a few words; of a text, which stands below, how many places it points to."""
    if content.kind == "open":
        return f"text, {count(len(content.intervals), 'place')}"
    return summary(question, content)


def findings_of(desk: Desk, content: AnswerContent, owner: str) -> tuple[Finding, ...]:
    """Return an answer's intervals in words: type, place, channels, confidence."""
    open_text = content.kind == "open"
    return tuple(
        Finding(
            f"{owner}:{found.number}",
            found.number,
            desk.question.name_of(found) if found.sort or not open_text else "place",
            _where(desk, found),
            "" if found.confidence is None else f"{found.confidence:.2f}",
            "" if content.kind != "change_point" else found.cause or "open",
        )
        for found in content.intervals
    )


def _note(desk: Desk, answer: Answer) -> str:
    question, content = desk.question, answer.content
    parts = [] if content.confidence is None else [f"self-reported {content.confidence:.2f}"]
    ranked = sorted(content.scores.items(), key=lambda pair: -pair[1])[:2]
    if content.kind == "pattern" and len(ranked) == 2:
        key, score = ranked[1]
        parts.append(f"next {question.option(key).name} {score:.2f}")
    if desk.selection is not None and desk.selection.chosen_answer_id == answer.id:
        parts.append(f"chosen of {len(desk.selection.body['scored'])} answers")
    return ", ".join(parts)


def _where(desk: Desk, found: FoundInterval) -> str:
    start, stop = found.start, found.stop
    place = f"sample {start:,}" if stop - start == 1 else f"samples {start:,} to {stop - 1:,}"
    if desk.series.n_channels == 1:
        return place
    about = [*map(pair_name, found.pairs), *(f"ch{channel + 1}" for channel in found.channels)]
    return f"{place}, " + (", ".join(about) or "all channels")


def type_name(question: Question, type_id: str | None) -> str:
    return question.type_of(type_id).name if type_id else ""
