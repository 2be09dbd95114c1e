"""Every key of `st.session_state` in one place; pages never write a literal key."""

from typing import Any

import streamlit as st

SERVICES = "services"
NAVIGATION_DECLARED = "navigation_declared"
WHO = "who"
SIGNED_IN = "signed_in"
GUARDED = "guarded"
PEOPLE_PART = "part"
PEOPLE_CHANGING = "people_changing"
EXPLORE_LOOKING = "explore_looking"
EXPLORE_PICKER = "explore_picker"
EXPLORE_LINKED = "explore_linked"
EXPLORE_CHART = "explore_chart"
EXPLORE_LOG_ROUND = "explore_log_round"
EXPLORE_SHOWN = "explore_shown"
EXPLORE_STALE = "explore_stale"
EXPLORE_LISTED = "explore_listed"
DETECTOR = "detector"
TEACHER_REPORT = "teacher_report"
DROPPED_FILES = "dropped_files"
UPLOAD_DESK = "upload_desk"
UPLOAD_OFFERS = "upload_offers"
UPLOAD_LABELS = "upload_labels"
UPLOAD_ATTACHED = "upload_attached"
UPLOAD_ROUND = "upload_round"
UPLOAD_STORED = "upload_stored"
VIEWS_FOUND = "views_found"
KEPT = "kept"
MODELS_QUESTION = "question"
MODELS_VIEW = "view"
MODELS_REPLAY = "models_replay"
REPLAYED = "replayed"
FINDINGS_LABELS = "findings_labels"
FINDINGS_FILLED = "findings_filled"
FINDINGS_CHOSEN = "findings_chosen"
FINDINGS_NOTICE = "findings_notice"
FINDINGS_PAGE = "findings_page"
FINDINGS_OPEN = "findings_open"
FINDINGS_LIFT = "findings_lift"
FINDINGS_SET_AGAIN = "findings_set_again"
TRAIN_UNDISPUTED = "train_only_undisputed"
REVIEW_CHART = "review_chart"
REVIEW_HANDLED = "review_handled"
REVIEW_MESSAGE = "review_message"
REVIEW_MOVES = "review_moves"
REVIEW_ORDER = "order"
REVIEW_FILTER = "filter"
REVIEW_VIEW = "desk"
REVIEW_LIKE = "like"
REVIEW_QUEUE_PANEL = "review_queue_panel"
REVIEW_SPOT = "review_spot"
REVIEW_BULK_GROUP = "bulk"
REVIEW_BULK_SAID = "review_bulk_said"
REVIEW_NOTE = "review_note"
REVIEW_REFUSED = "review_refused"
REVIEW_TURNS = "review_turns"
REVIEW_WARM = "review_warm"
REVIEW_PHRASE = "review_phrase"
REVIEW_EXAMINE = "review_examine"
REVIEW_LOOKED_AT = "review_looked_at"
REVIEW_GUIDELINE = "review_guideline"
CALIBRATION_CHART = "calibration_chart"
CALIBRATION_HANDLED = "calibration_handled"
CALIBRATION_MESSAGE = "calibration_message"
CALIBRATION_SHOWN = "calibration_shown"
REVIEW_QUESTION = "review_question"
REVIEW_EXPORT = "review_exported"
REVIEW_ASKED = "review_asked"
REVIEW_WORDS = "review_words"
COMMENT_TEXT = "comment_text"
COMMENT_ABOUT = "comment_about"
COMMENT_ASKS = "comment_asks"
COMMENT_PROBLEM = "comment_problem"
COMMENT_REPLY = "comment_reply_"
LOG_PERSON = "log_person"
LOG_KINDS = "log_kinds"
LOG_SERIES = "log_series"
LOG_DAYS = "log_days"
LOG_TEXT = "log_text"
LOG_PAGE = "log_page"
SETTLE_CHART = "settle_chart"
SETTLE_LATER = "settle_later"
APPROVE_CHART = "approve_chart"
APPROVE_LATER = "approve_later"
APPROVE_BACK = "approve_back"
REVIEW_LEASED = "review_leased"
APPROVE_NOTE = "approve_note"
APPROVE_MESSAGE = "approve_message"
BENCH_PAGE = "bench"
BENCH_RUN = "run"
BENCH_STARTED = "bench_started"
BENCH_OTHER = "other"
BENCH_VIEW = "bench_view"
BENCH_FIGURE = "figure"
BENCH_MORE = "more"
BENCH_SOURCE = "source"
BENCH_SERIES = "bench_series"
BENCH_A = "bench_a"
BENCH_B = "bench_b"
BENCH_CHART = "bench_chart"


def mark_navigation_declared() -> None:
    """Remember that this session went through `st.navigation`."""
    st.session_state[NAVIGATION_DECLARED] = True


def navigation_declared() -> bool:
    """Tell whether this session went through `st.navigation`."""
    return bool(st.session_state.get(NAVIGATION_DECLARED))


def get(key: str, default: Any = None) -> Any:
    """Read a value of this browser session."""
    return st.session_state.get(key, default)


def put(key: str, value: Any) -> None:
    """Keep a value for this browser session."""
    st.session_state[key] = value


def drop(key: str) -> None:
    """Forget a value of this browser session."""
    st.session_state.pop(key, None)
