"""For tests that look at answers: no item is decided blind because chance drew it."""

from storage import Store


def nothing_blind(store: Store, project_id: str) -> None:
    """Set the blind share of a project to 0; nothing happens where it is that."""
    policy = store.policies.current(project_id)
    if policy.blind_share:
        store.policies.save(project_id, "lead", policy.model_copy(update={"blind_share": 0.0}))
