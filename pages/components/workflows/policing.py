"""The label policy as the page Settings works with it: what a change means before it is made.

No Streamlit.
"""

from collections import Counter
from dataclasses import dataclass

from core.errors import ConfigError
from core.policy import LabelPolicy, hold
from storage import Store
from training.material import GoldBook


@dataclass(frozen=True)
class TypeUse:
    """What there is of a type.

    Attributes:
        n_labels: standing labels of people that have it.
        n_answers: answers of models that have it.
    """

    n_labels: int = 0
    n_answers: int = 0


def type_uses(store: Store, project_id: str) -> dict[str, TypeUse]:
    """Count labels and answers by type id."""
    labels: Counter[str] = Counter()
    for label in store.corrections.current(project_id).values():
        found = () if label.content is None else label.content.intervals
        labels.update({one.type_id for one in found if one.type_id is not None})
    said = {
        (event.answer_id, event.type_id)
        for event in store.answers.events(project_id)
        if event.author.kind != "import"
    }
    answers = Counter(type_id for _, type_id in said if type_id is not None)
    return {one: TypeUse(labels[one], answers[one]) for one in {*labels, *answers}}


def n_decided(store: Store, project_id: str) -> int:
    """Return how many windows outside gold have a label of the anomaly question."""
    gold = GoldBook(store.gold.ranges(project_id))
    labels = store.corrections.current(project_id)
    return sum(
        item.id in labels
        and (content := labels[item.id].content) is not None
        and content.kind == "anomaly"
        and gold.may_learn(item)
        for item in store.items.list(project_id)
    )


def n_broken(store: Store, project_id: str, policy: LabelPolicy) -> tuple[int, int]:
    """Return how many standing labels a policy would not take as they are, and how many there are.

    They stay as they are, whatever the policy says.
    """
    known = {one.type.id: one for one in store.types.list(project_id)}
    channels = {one.id: one.n_channels for one in store.series.list(project_id)}
    labels = store.corrections.current(project_id)
    held = [
        hold(
            label.content,
            policy,
            known,
            channels.get(item.series_id, 1),
            own_words=label.event.decision == "fix" and label.event.how == "desk",
        )
        for item in store.items.list(project_id)
        if (label := labels.get(item.id)) is not None and label.content is not None
    ]
    return sum(bool(one.problems or one.changes) for one in held), len(held)


def checked_policy(policy: LabelPolicy) -> LabelPolicy:
    """Return a policy that can hold; points have no least length.

    Raises:
        ConfigError: when the shares leave nothing of the queue.
    """
    if policy.form == "points":
        policy = policy.model_copy(update={"min_length": 1})
    if policy.random_share + policy.blind_share + policy.second_share > 1:
        raise ConfigError(
            f"{policy.random_share:.0%} at random, {policy.blind_share:.0%} blind and "
            f"{policy.second_share:.0%} by a second person are more than the whole queue; "
            "lower one of them"
        )
    return policy
