"""The part of planning that needs only the corpus, done for many rows at once by several processes.

Looking a question up and putting its prompt together is most of the work of planning. What is decided in the
order of the list, and written, stays with the planner; what was prepared in vain is thrown away.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from generator.errors import GeneratorError, QuestionListError
from generator.jobs.context import JobMaker
from generator.jobs.processes import SEVERAL_FROM, in_order
from generator.jobs.triage import Identity, Lookup, Triage, Verdict, look_up
from generator.questions import QuestionRow
from generator.store.index import CorpusIndex
from generator.store.packing import PackedJob, Packer

Rows = Iterable[QuestionRow | QuestionListError]
Preparer = Callable[[Sequence[QuestionRow | None]], "list[Prepared | None]"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the corpus says of a row, and the job it becomes if it turns out to be new."""

    looked_up: Lookup
    job: PackedJob


def preparer(index: CorpusIndex, maker: JobMaker, similarity: float) -> Preparer:
    """Prepares rows; one that cannot be prepared is left to the planner, which says why."""
    packer = Packer()

    def prepare(row: QuestionRow | None) -> Prepared | None:
        if row is None:
            return None
        try:
            known_by = Identity.of(row)
            found = look_up(index, row, similarity)
            verdict = Verdict(
                "new",
                row,
                question_key=known_by.question_key,
                identity=known_by.identity,
                key=known_by.key,
                hits=found.hits,
            )
            return Prepared(Lookup((), found.resembled), packer.pack(maker.make(verdict)))
        except GeneratorError:
            return None

    return lambda rows: [prepare(row) for row in rows]


def prepared_rows(
    rows: Rows, triage: Triage, make: Callable[[], Preparer] | None, *, limit: int | None
) -> Iterator[tuple[QuestionRow | QuestionListError, Prepared | None]]:
    """The rows in order, those of a long list with what several processes found out ahead.

    Args:
        make: gives each process its preparer; None to leave all to the planner.
    """
    waiting = iter(rows)
    first = list(islice(waiting, SEVERAL_FROM))
    waiting = chain(first, waiting)
    if make is None or len(first) < SEVERAL_FROM or (limit is not None and limit < SEVERAL_FROM):
        yield from ((row, None) for row in waiting)
        return
    ahead: deque[QuestionRow | QuestionListError] = deque()

    def unknown() -> Iterator[QuestionRow | None]:
        for row in waiting:
            ahead.append(row)
            yield row if isinstance(row, QuestionRow) and triage.needs_lookup(row) else None

    for prepared in in_order(make, unknown()):
        yield ahead.popleft(), prepared
