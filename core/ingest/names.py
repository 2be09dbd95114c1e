"""What a column's name gives away: words in it, a unit, an answer, an id, a row number."""

import re
import unicodedata
from itertools import pairwise

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_UNIT = re.compile(r"[\[(]\s*([^\])]{1,15}?)\s*[\])]\s*$")
# These words alone mark a column as an answer, whatever it holds (a detector's score included).
_ANSWER = frozenset({
    "anomaly", "anomalies", "anomalous", "anomalie", "anomalia", "abnormal", "outlier",
    "outliers", "ausreisser", "label", "labels", "labeled", "labelled", "changepoint",
    "changepoints", "groundtruth", "annotation", "annotations", "annotator", "klasse",
})  # fmt: skip
_ANSWER_PAIRS = frozenset(
    {("change", "point"), ("change", "points"), ("ground", "truth"), ("y", "true"), ("y", "pred"),
     ("is", "fault"), ("is", "failure"), ("is", "attack"), ("is", "event"), ("is", "fraud"),
     ("att", "flag"), ("attack", "flag"), ("fault", "flag"), ("anomaly", "flag")}
)  # fmt: skip
# These may also be measurements, so the column must hold few different values as well.
_PERHAPS = frozenset({
    "class", "classes", "category", "target", "fault", "faults", "failure", "attack", "fraud",
    "truth", "event", "events", "annotated", "normal", "defect", "novelty", "drift",
    "regime", "segment", "storung", "stoerung", "storungen", "ausfall", "fehler", "defekt",
    "stoerungen", "panne", "defaut",
})  # fmt: skip
_ID = frozenset({
    "id", "ids", "uid", "unique_id", "series", "item", "sensor", "channel", "tag", "metric",
    "variable", "signal", "machine", "device", "station", "name", "parameter", "measurement",
    "kanal", "messstelle", "unit", "asset", "node", "host", "feature", "item_id", "key", "code",
    "quantity", "field", "varname", "kpi", "messgroesse", "groesse",
})  # fmt: skip
_CHANNEL = frozenset({
    "channel", "tag", "metric", "variable", "signal", "parameter", "measurement", "kanal",
    "feature", "quantity", "name", "key", "sensor", "field", "varname",
})  # fmt: skip
# Columns that few rows fill, so that rows may end before them.
COMMENTS = frozenset({"comment", "comments", "remark", "note", "kommentar", "bemerkung"})
_ROW = frozenset({
    "index", "idx", "row", "rownum", "rowid", "no", "nr", "number", "n", "i", "id", "sample",
    "samples", "step", "obs", "scan", "rec", "recno", "recnum", "seq", "lfd", "zeile",
})  # fmt: skip


def tokens(name: str) -> list[str]:
    """Return the lower-case words of a name: `isAnomaly_2` gives is, anomaly, 2."""
    if not name.isascii():
        # Störung is one word, and so is année.
        marks = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
        name = "".join(sign for sign in marks if not unicodedata.combining(sign))
    return [word.lower() for word in _WORD.findall(name)]


def unit_of(name: str) -> str:
    """Return the unit in brackets at a name's end, or nothing."""
    match = _UNIT.search(name)
    return match.group(1) if match else ""


def is_answer_name(name: str) -> bool:
    """Say whether the name alone marks an answer (label, anomaly, change point, ...)."""
    words = tokens(name)
    return not _ANSWER.isdisjoint(words) or not _ANSWER_PAIRS.isdisjoint(pairwise(words))


def may_be_answer_name(name: str) -> bool:
    """Say whether the name marks an answer if the column holds few different values."""
    words = tokens(name)
    # is_faulty, isLeaking: a question that is answered with yes or no.
    return not _PERHAPS.isdisjoint(words) or (
        words == ["gt"] or (len(words) > 1 and words[0] == "is")
    )


def is_id_name(name: str) -> bool:
    """Say whether the name speaks of which series or channel a row belongs to."""
    return not _ID.isdisjoint(tokens(name))


def is_channel_name(name: str) -> bool:
    """Say whether the name speaks of channels of one thing rather than of separate series."""
    words = tokens(name)
    return not _CHANNEL.isdisjoint(words) and "id" not in words


def is_row_name(name: str) -> bool:
    """Say whether the name speaks of a row number; an unnamed first column does too."""
    words = tokens(name)
    return (
        not words
        or name in ("__index_level_0__", "row names")
        or words[:1] == ["unnamed"]
        or (words[0] == "column" and len(words) == 2)
        or (not _ROW.isdisjoint(words) and len(words) <= 2)
    )
