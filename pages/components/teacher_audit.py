"""How far a batch's answers can be trusted: the audit card below it."""

from pages.components.page import Page
from storage.rows import Job


def show_audit(page: Page, job: Job) -> None:
    """Offer an audit, show how far it is, and what it found."""
