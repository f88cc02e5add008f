"""The part of planning that needs only the corpus, done for many rows at once by several processes.

Looking a question up and putting its prompt together is most of the work of planning. What is decided in the
order of the list, and written, stays with the planner; what was prepared in vain is thrown away.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from generator.errors import GeneratorError, QuestionListError, SlugError
from generator.jobs.context import JobMaker
from generator.jobs.processes import SEVERAL_FROM, in_order
from generator.jobs.triage import Identity, Lookup, Triage, Verdict, look_up
from generator.questions import QuestionRow
from generator.store.index import CorpusIndex
from generator.store.packing import PackedJob, Packer

Rows = Iterable[QuestionRow | QuestionListError]


class Known(NamedTuple):
    """A row and what it is known by."""

    row: QuestionRow
    known_by: Identity


class Prepared(NamedTuple):
    """What the corpus says of a row, and the job it becomes if it turns out to be new."""

    looked_up: Lookup
    job: PackedJob | None


class Waiting(NamedTuple):
    """A row on its way to the planner, with what was found out ahead."""

    row: QuestionRow | QuestionListError
    known_by: Identity | None = None
    prepared: Prepared | None = None


Preparer = Callable[[Sequence[Known | None]], "list[Prepared | None]"]


def preparer(index: CorpusIndex, maker: JobMaker, similarity: float) -> Preparer:
    """Prepares rows; one that cannot be prepared is left to the planner, which says why."""
    packer = Packer()

    def prepare(known: Known | None) -> Prepared | None:
        if known is None:
            return None
        row, known_by = known
        try:
            found = look_up(index, row, known_by.key, similarity)
            if found.published is not None:
                return Prepared(found, None)
            verdict = Verdict("new", row, **known_by._asdict(), hits=found.hits)
            return Prepared(found._replace(hits=()), packer.pack(maker.make(verdict)))
        except GeneratorError:
            return None

    return lambda rows: [prepare(row) for row in rows]


def prepared_rows(
    rows: Rows, triage: Triage, make: Callable[[], Preparer] | None, *, limit: int | None
) -> Iterator[Waiting]:
    """The rows in order, those of a long list with what several processes found out ahead.

    Args:
        make: gives each process its preparer; None to leave all to the planner.
    """
    waiting = iter(rows)
    first = list(islice(waiting, SEVERAL_FROM))
    waiting = chain(first, waiting)
    if make is None or len(first) < SEVERAL_FROM or (limit is not None and limit < SEVERAL_FROM):
        yield from (Waiting(row) for row in waiting)
        return
    ahead: deque[Waiting] = deque()

    def unknown() -> Iterator[Known | None]:
        for row in waiting:
            known = _known(row)
            ahead.append(Waiting(row, known.known_by if known else None))
            yield known if known and triage.needs_lookup(known.known_by) else None

    for prepared in in_order(make, unknown()):
        yield ahead.popleft()._replace(prepared=prepared)


def _known(row: QuestionRow | QuestionListError) -> Known | None:
    if isinstance(row, QuestionListError):
        return None
    try:
        return Known(row, Identity.of(row))
    except SlugError:
        return None
