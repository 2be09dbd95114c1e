"""Promotion: the project's gate, and a promotion held to it. Reads the store; no Streamlit."""

from core.errors import ConfigError
from core.evaluate_marks import NO_ANOMALY
from core.evaluation import Evaluation
from core.promotion import Gate, PromotionPolicy, gate
from pages.components.workflows.comparing import evaluation_of, questions_of
from storage import Store
from storage.rows import ModelVersion

POLICY = "promotion_policy"


def policy_of(store: Store, project_id: str) -> PromotionPolicy:
    """Return what a version must show before it serves; the default before a lead changed it."""
    return PromotionPolicy.model_validate(store.settings.get(project_id, POLICY, {}))


def set_policy(store: Store, project_id: str, policy: PromotionPolicy) -> None:
    """Store another gate; it holds from the next promotion on."""
    store.settings.set(project_id, POLICY, policy.model_dump())


def policy_words(policy: PromotionPolicy) -> str:
    """Say the gate in a few words, for the log of actions."""
    return (
        f"gate: at most {policy.worse_points:g} points worse, "
        f"no class down by more than {policy.class_points:g}"
    )


def class_names(store: Store, version: ModelVersion) -> dict[str, str]:
    """Return what people call the classes of a version's questions, by key."""
    names = {NO_ANOMALY: "no anomaly"}
    for question in questions_of(store, version):
        names |= question.classes
    return names


def gate_of(store: Store, version: ModelVersion, evaluation: Evaluation) -> Gate:
    """Hold a version's comparison against the project's gate."""
    policy = policy_of(store, version.project_id)
    return gate(evaluation, policy, class_names(store, version))


def promote(store: Store, version: ModelVersion, person: str, reason: str = "") -> ModelVersion:
    """Let a version serve when the gate passes it, or when somebody says why all the same.

    Raises:
        ConfigError: when the gate speaks against it and no reason is given.
    """
    found = gate_of(store, version, evaluation_of(store, version))
    reason = "" if found.passed else " ".join(reason.split())
    if not found.passed and not reason:
        raise ConfigError(
            f"student v{version.number} does not pass the gate ({'; '.join(found.failed)}), so it "
            "was not promoted; say why it should serve all the same, or train another one"
        )
    return store.versions.promote(version.id, person, reason)
