"""The case file: complete, linked, escaped, and able to load or run nothing of others."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import numpy as np

from core.answers import AnswerContent, Claim, FoundInterval, Span
from core.case_file import Case, Step, Voice, case_html
from core.case_file.plot import plot_svg
from core.questions.defaults import default_anomaly_question, default_pattern_question
from core.rationale import check_answer
from core.series import SeriesData, SeriesInfo, view_window

ANOMALY, PATTERN = default_anomaly_question(), default_pattern_question()
AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ATTACK = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def jump() -> SeriesData:
    """Two channels of minutes; ch2 jumps by 4 in [40, 60), ch1 misses [10, 20)."""
    values = np.random.default_rng(1).normal(scale=0.1, size=(100, 2))
    values[40:60, 1] += 4
    values[10:20, 0] = np.nan
    return SeriesData(values, np.arange(100) * 60 * 10**9 + 1_700_000_000 * 10**9)


def content() -> AnswerContent:
    return AnswerContent(
        kind="anomaly",
        intervals=(
            FoundInterval(
                number=1,
                start=40,
                stop=60,
                channels=(1,),
                type_id=ANOMALY.type_named("level_shift").id,
                confidence=0.9,
            ),
        ),
        rationale=(
            Span(
                text="ch2 is higher by 4",
                interval=1,
                claim=Claim(kind="level", start=40, stop=60, channel=1, value=4.0),
            ),
            Span(text=", and "),
            Span(
                text="ch1 has a spike of 9",
                claim=Claim(kind="spike", start=50, stop=51, channel=0, value=9.0),
            ),
        ),
    )


def case() -> Case:
    data = jump()
    said = content()
    checks = tuple(check_answer(said, view_window(data, 20, 80)))
    return Case(
        question=ANOMALY,
        info=SeriesInfo("pump", ("inlet", "flow"), ("bar", "")),
        data=data,
        start=20,
        stop=80,
        shown=(0, 100),
        rows=(0, 1),
        voices=(
            Voice("Teacher", "teacher", "#E69F00", "1: level shift", said, checks=checks),
            Voice("Decided by ann", "people", "#009E73", "1: level shift", said),
        ),
        history=(
            Step(AT, "ann", "accept", undone=True),
            Step(AT, "ann", "undo", decides=False),
            Step(AT, "ann", "fix"),
        ),
        written_at=AT,
        facts=(("series, SHA-256", "ab" * 32),),
    )


class Tags(HTMLParser):
    """Collects tags with their attributes, and complains about what is not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_a_phrase_its_event_and_its_marks_share_one_name() -> None:
    tags = Tags(case_html(case()))
    refs = [one.get("data-ref") for _, one in tags.found if "data-ref" in one]
    # Teacher: an area in the plot, a mark in its lane, an event, a phrase and its check.
    assert refs.count("v0-1") == 5
    # The decision has no words: area, mark and event.
    assert refs.count("v1-1") == 4
    assert set(refs) == {"v0-1", "v1-1"}


def test_checks_say_what_was_measured() -> None:
    page = case_html(case())
    assert re.search(r"<b>confirmed<sup>1</sup></b>: measured \+[34]\.\d+", page)
    assert "<b>contradicted</b>: " in page


def test_the_verdict_is_the_last_decision_that_stands() -> None:
    page = case_html(case())
    assert '<span class="verdict">fix by ann</span>' in page
    assert page.count('<tr class="undone">') == 1
    assert '<span class="verdict">not decided</span>' in case_html(replace(case(), history=()))


def test_every_text_of_others_is_escaped() -> None:
    one = case()
    names = SeriesInfo(ATTACK, (ATTACK, "flow"), (ATTACK, ""))
    question = ANOMALY.model_copy(
        update={
            "name": ATTACK,
            "text": ATTACK,
            "types": tuple(t.model_copy(update={"name": ATTACK}) for t in ANOMALY.types),
        }
    )
    said = one.voices[0].content.model_copy(
        update={"rationale": (Span(text=ATTACK, interval=1), Span(text=ATTACK))}
    )
    voice = Voice(
        ATTACK,
        ATTACK,
        "#E69F00",
        ATTACK,
        said,
        note=ATTACK,
        facts=((ATTACK, ATTACK),),
        texts=((ATTACK, ATTACK),),
    )
    page = case_html(
        replace(
            one,
            info=names,
            question=question,
            voices=(voice,),
            history=(Step(AT, ATTACK, ATTACK),),
            facts=((ATTACK, ATTACK),),
        )
    )
    tags = Tags(page)
    assert len(tags.named("script")) == 1
    assert tags.named("img") == []
    assert not any(name.startswith("on") for _, one in tags.found for name in one)
    assert "alert(1)" in page


def test_nothing_is_loaded_and_only_its_own_script_may_run() -> None:
    voice = replace(case().voices[0], picture=b"\x89PNG")
    page = case_html(replace(case(), voices=(voice,)))
    tags = Tags(page)
    policy = next(m["content"] for m in tags.named("meta") if m.get("http-equiv"))
    assert policy is not None
    assert "default-src 'none'" in policy
    assert re.search(r"script-src 'sha256-[\w+/=]{44}';", policy)
    assert tags.named("link") == []
    sources = [one["src"] for _, one in tags.found if "src" in one]
    assert sources == ["data:image/png;base64,iVBORw=="]
    assert re.findall(r"https?://", page) == []


def test_a_control_sign_in_a_name_is_shown_as_unknown() -> None:
    page = case_html(replace(case(), info=SeriesInfo("a\x00b\x1b[31m", ("x", "y"))))
    assert "a\ufffdb\ufffd[31m" in page
    assert "\x00" not in page


def test_a_missing_stretch_is_a_gap_and_a_lonely_value_a_dot() -> None:
    data = jump()
    data.values[14, 0] = 0.0
    first = re.findall(r'class="line" d="([^"]*)"', plot_svg(replace(case(), data=data)))[0]
    assert first.count("M") == 3
    assert first.count("h0") == 1


def test_a_spike_of_one_sample_in_a_long_window_is_drawn() -> None:
    values = np.zeros((200_000, 1))
    values[123_456] = 5.0
    long = replace(
        case(),
        data=SeriesData(values),
        info=SeriesInfo("long", ("x",)),
        start=0,
        stop=200_000,
        shown=(0, 200_000),
        rows=(0,),
        voices=(),
    )
    svg = plot_svg(long)
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", svg)]
    assert min(heights) < max(heights) - 100
    assert len(svg) < 60_000


def test_a_constant_or_empty_channel_is_drawn_without_a_warning() -> None:
    values = np.full((50, 2), np.nan)
    values[:, 1] = 3.0
    flat = replace(
        case(), data=SeriesData(values), start=0, stop=50, shown=(0, 50), voices=(), history=()
    )
    lines = re.findall(r'class="line" d="([^"]*)"', plot_svg(flat))
    assert lines[0] == ""
    assert lines[1].count("L") == 49


def test_channels_that_are_not_drawn_are_named() -> None:
    page = case_html(replace(case(), rows=(1,)))
    assert "Not drawn: ch1 inlet." in page


def test_a_pattern_shows_its_best_options_and_no_lane() -> None:
    said = AnswerContent(kind="pattern", label="convex", scores={"convex": 0.75, "concave": 0.25})
    one = replace(
        case(),
        question=PATTERN,
        voices=(Voice("Student", "student", "#0072B2", "convex", said),),
    )
    page = case_html(one)
    assert '<span>convex</span><i style="width:75%"></i><span>0.75</span>' in page
    assert 'class="lane"' not in page


def test_times_are_in_the_zone_and_name_their_day_where_there_are_several() -> None:
    page = case_html(replace(case(), zone="Europe/Berlin"))
    # 1,700,000,000 s is 22:13:20 UTC, so an hour later in Berlin, and over midnight.
    assert "samples 40–59 · 14 Nov 23:53:20 – 15 Nov 00:12:20 · ch2 flow" in page
    assert ">Europe/Berlin</text>" in page
