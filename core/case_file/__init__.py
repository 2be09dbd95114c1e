"""The case file of an item: one HTML page that opens offline and can be handed to an auditor.

It holds the plot with everybody's numbered events, the answers side by side with their rationale
linked to the events, the check of each phrase with what was measured, the history of decisions, and
by which hashes, prompts and versions all of it can be found again. One file: style, script and
pictures are inside, and its own policy forbids it to load or run anything else. Every text is
escaped. It knows no store and no page: whoever makes it hands in the values.
"""

from core.case_file.model import Case, Step, Voice
from core.case_file.page import case_html

__all__ = ["Case", "Step", "Voice", "case_html"]
