"""The advisor's sentence: what more corrections would bring, and where nobody can tell."""

from collections.abc import Mapping

from core.advisor.forecast import FEWEST, FEWEST_GROUPS, Gain

NAMED = 3


def gain_words(gain: Gain) -> str:
    """Say an interval in points: `+1.2 to +4.0 points`."""
    return f"{gain.low * 100:+.1f} to {gain.high * 100:+.1f} points".replace("-", "−")


def forecast_words(name: str, n: int, overall: Gain, types: Mapping[str, Gain]) -> str:
    """Say in one sentence what is to be expected on a question.

    Args:
        n: corrections there are of it.
    """
    if overall.why == "few corrections":
        return (
            f"{name}: cannot tell yet what more corrections would bring; {n} of {FEWEST} are there."
        )
    if overall.why == "few series":
        return (
            f"{name}: cannot tell what more corrections would bring; they lie in fewer than "
            f"{FEWEST_GROUPS} series."
        )
    if overall.tells:
        start = f"{name}: {overall.more} more corrections would bring {gain_words(overall)}"
    else:
        start = (
            f"{name}: cannot tell whether {overall.more} more corrections would bring anything "
            f"({gain_words(overall)})"
        )
    told = sorted((gain for gain in types.items() if gain[1].tells), key=lambda one: -one[1].low)
    parts = [f"{gain_words(gain)} on {kind}" for kind, gain in told[:NAMED]]
    unknown = sorted(kind for kind, gain in types.items() if not gain.tells)
    if parts:
        start += f", {' and '.join(parts)}"
    if unknown and len(types) > 1:
        named = ", ".join(unknown[:NAMED])
        more = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
        start += f"; cannot tell for {named}{more}" if parts else "; by type nobody can tell yet"
    return f"{start}."
