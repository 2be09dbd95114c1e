"""Grounding: what the data say of a rationale's claims, and of phrases without any.

A phrase is cut into clauses (`clauses`), whose places and channels (`places`, `axis`) and sizes
(`sizes`) are read from the English (`lexicon`); what a clause says becomes readings (`parts`) that
are measured (`readings`).
"""

from core.grounding.ground import Grounded, ground, grounding_share
from core.grounding.seen import UNKNOWN, Seen, seen_by, seen_on

__all__ = ["UNKNOWN", "Grounded", "Seen", "ground", "grounding_share", "seen_by", "seen_on"]
