"""The part of planning that needs only the corpus, done for many rows at once by several processes.

Looking a question up and putting its prompt together is most of the work of planning. What is decided in the
order of the list, and written, stays with the planner; what was prepared in vain is thrown away.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import NamedTuple

from generator.config import Settings
from generator.errors import GeneratorError, QuestionListError, SlugError
from generator.processes.ordered_map import SEVERAL_FROM, ordered_map
from generator.questions.rows import QuestionRow
from generator.services import Endpoint, Services
from generator.store.corpus.index import CorpusIndex
from generator.store.ledger.new_jobs import PackedJob, Packer
from generator.workflows.drafting.job_maker import JobMaker
from generator.workflows.drafting.triage import Identity, Lookup, Triage, Verdict, look_up

Rows = Iterable[QuestionRow | QuestionListError]


class IdentifiedRow(NamedTuple):
    """A row and what it is known by."""

    row: QuestionRow
    known_by: Identity


class Prepared(NamedTuple):
    """What the corpus says of a row, and the job it becomes if it turns out to be new; none if it is published."""

    looked_up: Lookup
    job: PackedJob | None


class RowToPlan(NamedTuple):
    """A row on its way to the planner, with what was found out ahead."""

    row: QuestionRow | QuestionListError
    known_by: Identity | None = None
    prepared: Prepared | None = None


Preparer = Callable[[Sequence[IdentifiedRow | None]], "list[Prepared | None]"]


def preparer_factory(settings: Settings, endpoint: Endpoint, date: str) -> Callable[[], Preparer]:
    """What makes, in another process, the same jobs as this one would; it can be pickled, and holds no key."""
    return partial(_preparer, settings, replace(endpoint, api_key=None), date)


def _preparer(settings: Settings, endpoint: Endpoint, date: str) -> Preparer:
    services = Services(settings, environment={})
    maker = JobMaker(
        settings,
        services.index,
        services.prompts,
        services.subjects,
        realm=endpoint.realm,
        model=endpoint.model,
        date=date,
    )
    return preparer(services.index, maker, settings.duplicates.similarity)


def preparer(index: CorpusIndex, maker: JobMaker, similarity: float) -> Preparer:
    """Prepares rows; one that cannot be prepared is left to the planner, which says why.

    All are left to the planner while somebody rebuilds the index: this process opened the new one, the planner's
    is still whole.
    """
    packer = Packer()

    def prepare(known: IdentifiedRow | None) -> Prepared | None:
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

    def prepare_all(rows: Sequence[IdentifiedRow | None]) -> list[Prepared | None]:
        return [prepare(row) for row in rows] if index.is_filled() else [None] * len(rows)

    return prepare_all


def prepared_rows(
    rows: Rows, triage: Triage, make: Callable[[], Preparer] | None, *, limit: int | None
) -> Iterator[RowToPlan]:
    """The rows in order, those of a long list with what several processes found out ahead.

    Args:
        make: gives each process its preparer; None to leave all to the planner.
    """
    waiting = iter(rows)
    first = list(islice(waiting, SEVERAL_FROM))
    waiting = chain(first, waiting)
    if make is None or len(first) < SEVERAL_FROM or (limit is not None and limit < SEVERAL_FROM):
        yield from (RowToPlan(row) for row in waiting)
        return
    ahead: deque[RowToPlan] = deque()

    def unknown() -> Iterator[IdentifiedRow | None]:
        for row in waiting:
            known = _known(row)
            ahead.append(RowToPlan(row, known.known_by if known else None))
            yield known if known and triage.needs_lookup(known.row, known.known_by) else None

    for prepared in ordered_map(make, unknown()):
        yield ahead.popleft()._replace(prepared=prepared)


def _known(row: QuestionRow | QuestionListError) -> IdentifiedRow | None:
    if isinstance(row, QuestionListError):
        return None
    try:
        return IdentifiedRow(row, Identity.of(row))
    except SlugError:
        return None
