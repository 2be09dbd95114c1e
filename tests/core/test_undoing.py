"""Undo over decisions and desk events: one list of steps, groups as one, redo until news."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from core.desk_events import DeskEvent, Preference
from core.review import Correction
from core.undoing import Step, redo_step, undo_step

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Log:
    """Two lists of events, and a clock that goes on by a second an event."""

    corrections: list[Correction] = field(default_factory=list)
    desk_events: list[DeskEvent] = field(default_factory=list)
    n: int = 0

    def decide(
        self, person: str = "ana", item: str = "i", undoes: str | None = None, group: str = ""
    ) -> str:
        """Append a decision, or an undo of one."""
        self.n += 1
        event = Correction(
            id=f"{self.n:04}",
            project_id="p",
            item_id=item,
            person=person,
            decision="undo" if undoes else "reject",
            sequence=1 + sum(one.item_id == item for one in self.corrections),
            created_at=START + timedelta(seconds=self.n),
            undoes=undoes,
            group=group,
        )
        self.corrections.append(event)
        return event.id

    def prefer(self, person: str = "ana", undoes: str | None = None, back_s: int = 0) -> str:
        """Append a preference, or an undo of one; a clock may go back in between."""
        self.n += 1
        event = DeskEvent(
            id=f"{self.n:04}",
            project_id="p",
            item_id="i",
            person=person,
            created_at=START + timedelta(seconds=self.n - back_s),
            body=None if undoes else Preference(better_id="a", worse_id="b"),
            undoes=undoes,
        )
        self.desk_events.append(event)
        return event.id

    def undo(self, person: str = "ana") -> list[str]:
        """Take back the next step; ids of what it took back, none when there is nothing."""
        return self._take(undo_step(self.corrections, self.desk_events, person))

    def redo(self, person: str = "ana") -> list[str]:
        """Take back the next undo; ids of what it brought back."""
        return self._take(redo_step(self.corrections, self.desk_events, person))

    def _take(self, step: Step | None) -> list[str]:
        if step is None:
            return []
        group = "g" + str(self.n) if len(step.events) > 1 else ""
        for event in reversed(step.events):
            if isinstance(event, Correction):
                self.decide(event.person, event.item_id, event.id, group)
            else:
                self.prefer(event.person, event.id)
        return [one.id for one in step.said]


def test_steps_of_both_kinds_are_undone_the_newest_first_and_come_back_in_order() -> None:
    log = Log()
    first, second, third = log.decide(), log.prefer(), log.decide(item="j")
    assert [log.undo() for _ in range(4)] == [[third], [second], [first], []]
    assert [log.redo() for _ in range(4)] == [[first], [second], [third], []]
    assert log.undo() == [third]


def test_a_bulk_is_one_step_both_ways() -> None:
    log = Log()
    alone = log.decide()
    bulk = [log.decide(item=f"b{k}", group="bulk") for k in range(3)]
    assert log.undo() == bulk
    assert log.redo() == bulk
    assert log.undo() == bulk
    assert log.undo() == [alone]
    assert log.redo() == [alone]
    assert log.redo() == bulk


def test_only_ones_own_steps_are_undone() -> None:
    log = Log()
    own = log.decide("ana")
    log.decide("bo")
    log.prefer("bo")
    assert log.undo("ana") == [own]
    assert log.undo("ana") == []


def test_anything_new_ends_redo_whichever_list_it_is_in() -> None:
    log = Log()
    log.decide()
    log.undo()
    log.prefer()
    assert log.redo() == []


def test_what_somebody_else_does_ends_nobodys_redo() -> None:
    log = Log()
    one = log.decide("ana")
    log.undo("ana")
    log.decide("bo")
    assert log.redo("ana") == [one]


def test_a_clock_that_went_back_confuses_no_list() -> None:
    log = Log()
    one = log.prefer()
    log.prefer(undoes=one, back_s=60)
    assert log.undo() == []
    assert log.redo() == [one]


def test_a_hundred_and_fifty_steps_go_back_to_the_start_and_forth_again() -> None:
    log = Log()
    steps = [log.decide(item=str(k)) if k % 3 else log.prefer() for k in range(150)]
    assert [log.undo()[0] for _ in steps] == steps[::-1]
    assert log.undo() == []
    assert [log.redo()[0] for _ in steps] == steps
