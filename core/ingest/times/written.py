"""Written times as people and machines write them, turned into plain forms before they are parsed.

Knows cells only: month names of other languages, weekdays, zone abbreviations, brackets, quarters.
"""

import re
from datetime import date

_MONTHS = {
    "jan": "jan januar january janvier janv enero ene gennaio gen januari jän jänner",
    "feb": "feb februar february février févr fevr fevrier febrero febbraio februari",
    "mar": "mar mär märz maerz mrz march mars marzo maart mrt",
    "apr": "apr april avril avr abril abr aprile",
    "may": "may mai mayo maggio mag mei",
    "jun": "jun juni june juin junio giugno giu",
    "jul": "jul juli july juillet juil julio luglio lug",
    "aug": "aug august août aout agosto ago augustus",
    "sep": "sep sept september septembre septiembre settembre set",
    "oct": "oct okt october oktober octobre octubre ottobre ott",
    "nov": "nov november novembre noviembre",
    "dec": "dec dez december dezember décembre déc diciembre dic dicembre",
}  # fmt: skip
_MONTH = {word: month.title() for month, words in _MONTHS.items() for word in words.split()}
_WORD = re.compile(r"[^\W\d_]{3,}")
_WEEKDAYS = (
    "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday "
    "sunday mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag lun "
    "mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche"
)
_WEEKDAY = re.compile(
    rf"^({'|'.join(sorted(_WEEKDAYS.split(), key=len, reverse=True))})\b\.?,? *(?=\d|\w{{3}})",
    re.IGNORECASE,
)
# Offsets of zone names that stand behind times; each is what its users mean most often.
ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "MEZ": 60, "CEST": 120,
    "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180, "IST": 330, "SGT": 480, "JST": 540,
    "KST": 540, "AEST": 600, "AEDT": 660, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300,
    "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
}  # fmt: skip
_ZONE = re.compile(r" ?\b(" + "|".join(sorted(ZONES, key=len, reverse=True)) + r")$")
_PERIOD = re.compile(r"^(\d{4})[- ]?([QqMWw])(\d{1,2})$|^[Qq]([1-4])[-/ ](\d{4})$")
_HALF = re.compile(r"(\d) ?([AaPp])\. ?[Mm]\.?$|(\d)([AaPp][Mm])$")
_INTERVAL = re.compile(r"^(.*\d) ?(?:-|–|—|/|to|bis) ?(\d.*\d:\d{2}.*|\d{1,2}:\d{2}.*)$")
# What no plain time holds; only then is a cell worth the slow way.
ODD = r"[A-Za-z\p{L}\[\]]{2,}|\[|^\d{4}[- ]?[QMW]|^Q|\d[AaPp]|\d [AaPp]\.|[ T]24:00|:\d{2} ?[-/–—]"


def plain(cell: str) -> str:
    """Return a written time in a form that patterns and ISO 8601 know."""
    text = cell.strip().strip("[]'\"").strip()
    if not any(mark.isalpha() for mark in text) and " - " not in text and "–" not in text:
        return _start(text)
    if text.endswith("Uhr"):
        text = text.removesuffix("Uhr").rstrip()
    period = _PERIOD.match(text)
    if period:
        return _period(period)
    text = _HALF.sub(lambda m: f"{m[1] or m[3]} {(m[2] or m[4])[0].upper()}M", _start(text))
    text = _WEEKDAY.sub("", text)
    zone = _ZONE.search(text)
    if zone and any(map(str.isdigit, text)) and ":" in text:
        minutes = ZONES[zone[1]]
        sign = "-" if minutes < 0 else "+"
        offset = f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
        text = text[: zone.start()] + ("Z" if not minutes else offset)
    text = _WORD.sub(_month, text)
    return re.sub(r"(?<=\d)\. (?=[A-Z])", " ", text).replace("Sept ", "Sep ")


def has_zone_name(cell: str) -> bool:
    """Say whether a zone's name stands behind a written time."""
    return ":" in cell and _ZONE.search(cell.strip()) is not None


def _start(text: str) -> str:
    """Return where an interval begins; other texts as they are."""
    if text.count(":") < 2 or not any(mark in text for mark in ("-", "–", "—", "/", "to", "bis")):
        return text
    found = _INTERVAL.match(text)
    whole = found and re.search(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?$", found[1])
    # The offset of a single time (10:00-05:00) is no end of an interval.
    apart = found and re.search(r" [-–—/] | (to|bis) |\d{4}.*[-–—/].*\d{4}", text)
    return found[1].strip() if found and whole and apart else text


def _month(match: re.Match[str]) -> str:
    return _MONTH.get(match.group().lower().rstrip("."), match.group())


def _period(match: re.Match[str]) -> str:
    """Return the first day of a quarter, a month or a week."""
    if match[4]:
        return f"{match[5]}-{int(match[4]) * 3 - 2:02d}"
    year, kind, number = match[1], match[2].upper(), int(match[3])
    if kind == "Q" and 1 <= number <= 4:
        return f"{year}-{number * 3 - 2:02d}"
    if kind == "M" and 1 <= number <= 12:
        return f"{year}-{number:02d}"
    if kind == "W" and 1 <= number <= 52:
        return date.fromisocalendar(int(year), number, 1).isoformat()
    return match.group()
