"""What comes out of asking: answers and failures, written and counted, an exchange always first."""

from core.answers import Answer, Call, FailedAnswer, Problem
from core.ids import new_id, utc_now
from core.teachers.visual import Said
from training.label_clients import Clients
from training.label_drawing import Todo
from training.label_folder import LabelWriter
from training.label_rows import OF_ENDPOINT, Failed, Row
from training.label_status import Tally


class Outcomes:
    """Writes what comes back of a batch; failures of an endpoint wait for `label_rows` to tell."""

    def __init__(self, writer: LabelWriter, tally: Tally, clients: Clients, job_id: str) -> None:
        self._writer, self._tally, self._clients, self._job_id = writer, tally, clients, job_id
        self._rows: dict[str, Row] = {}

    def said(self, one: Todo, said: Said, seconds: float) -> str:
        """Take what a model said; returns why to ask its endpoint nothing more, mostly empty."""
        if said.content is None:
            return self._failed(one, said.problem, said.message, said.calls, said.digests, seconds)
        first, last = said.calls[0], said.calls[-1]
        answer = Answer(
            id=new_id(),
            item_id=one.ask.item_id,
            author=one.signed.author,
            content=said.content,
            created_at=utc_now(),
            raw_text=last.raw_text,
            prompt=first.prompt,
            option_order=one.ask.option_order,
            render_hash=first.render_hashes[0],
            job_id=self._job_id,
            seconds=round(seconds, 4),
            cost_usd=said.cost_usd,
            sample=one.sample,
            prompt_version=one.signed.prompt_version,
            render=one.signed.render,
            calls=said.calls,
        )
        cached = all(call.cached for call in said.calls)
        if not cached:
            self._end_row(one)
        self._writer.answer(answer)
        self._tally.answered(cached=cached)
        return ""

    def broken(self, one: Todo, why: str) -> None:
        """Take a window on which this program failed."""
        self._failed(one, "broken", why, (), (), 0.0)

    def settle(self) -> None:
        """Write the failures that still wait, when everything was asked."""
        for endpoint_id, row in self._rows.items():
            if endpoint_id not in self._clients.gone:
                self._write(row.broken())

    def _failed(
        self,
        one: Todo,
        problem: Problem,
        message: str,
        calls: tuple[Call, ...],
        digests: tuple[str, ...],
        seconds: float,
    ) -> str:
        failed = FailedAnswer(
            id=new_id(),
            item_id=one.ask.item_id,
            author=one.signed.author,
            problem=problem,
            message=message,
            created_at=utc_now(),
            sample=one.sample,
            option_order=one.ask.option_order,
            job_id=self._job_id,
            seconds=round(seconds, 4),
            cost_usd=Said(calls).cost_usd,
            calls=calls,
        )
        row_member = Failed(failed, one.teacher.endpoint, digests)
        if problem in OF_ENDPOINT:
            return self._row(one).hold(row_member)
        if problem != "broken":
            self._end_row(one)
        self._write([row_member])
        return ""

    def _row(self, one: Todo) -> Row:
        return self._rows.setdefault(one.teacher.endpoint.id, Row())

    def _end_row(self, one: Todo) -> None:
        """The endpoint works: what failed before did so for itself."""
        self._write(self._row(one).broken())

    def _write(self, failures: list[Failed]) -> None:
        for one in failures:
            self._writer.failure(one.answer)
            self._tally.failed(one.answer.problem)
            self._clients.forget(one.endpoint, one.digests)
