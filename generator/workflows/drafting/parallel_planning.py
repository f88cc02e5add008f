"""The part of planning that needs only the corpus, done for many rows at once by several processes.

Searching the corpus for a question and putting its prompt together is most of the work of planning. What is decided
in the order of the list, and written, stays with the planner; what was prepared in vain is thrown away.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice

from generator.config import Settings
from generator.errors import GeneratorError, QuestionListError
from generator.processes.ordered_map import SEVERAL_FROM, ordered_map
from generator.questions.rows import Question
from generator.services import Endpoint, Services
from generator.store.ledger.new_jobs import JobPacker
from generator.workflows.drafting.candidate import Candidate, candidate_of, look_up
from generator.workflows.drafting.job_maker import JobMaker
from generator.workflows.drafting.triage import Triage

Rows = Iterable[Question | QuestionListError]
Preparer = Callable[[Sequence[Candidate | None]], "list[Candidate | None]"]
"""Looks candidates up and makes their jobs; None for None, and for one that could not be prepared."""


def preparer_factory(settings: Settings, endpoint: Endpoint, date: str) -> Callable[[], Preparer]:
    """What makes a preparer in another process; it can be pickled, and holds no key."""
    return partial(make_preparer, settings, replace(endpoint, api_key=None), date)


def make_preparer(settings: Settings, endpoint: Endpoint, date: str) -> Preparer:
    """What prepares candidates in a process of its own, as the planner would.

    One that cannot be prepared is left to the planner, which says why. All are left to it while somebody rebuilds
    the index: this process opened the new one, the planner's is still whole.
    """
    services = Services(settings, environment={})
    index = services.index
    maker = JobMaker(services, endpoint, date)
    packer = JobPacker()

    def prepare(candidate: Candidate | None) -> Candidate | None:
        if candidate is None:
            return None
        try:
            found = look_up(index, candidate, settings.duplicates.similarity)
            if found.published is not None:
                return found
            return replace(found, hits=(), job=packer.pack(maker.make(found)))
        except GeneratorError:
            return None

    def prepare_all(candidates: Sequence[Candidate | None]) -> list[Candidate | None]:
        if not index.is_filled():
            return [None] * len(candidates)
        return [prepare(candidate) for candidate in candidates]

    return prepare_all


def candidates_of(
    rows: Rows, triage: Triage, make: Callable[[], Preparer], *, limit: int | None
) -> Iterator[Candidate | QuestionListError]:
    """The rows in order as candidates, those of a long list prepared by several processes.

    Args:
        make: gives each process its preparer.
        limit: how many questions are to be asked at most; a small one starts no process.
    """
    waiting = iter(rows)
    first = list(islice(waiting, SEVERAL_FROM))
    waiting = chain(first, waiting)
    if len(first) < SEVERAL_FROM or (limit is not None and limit < SEVERAL_FROM):
        yield from map(candidate_of, waiting)
        return
    ahead: deque[Candidate | QuestionListError] = deque()

    def unknown() -> Iterator[Candidate | None]:
        for row in waiting:
            candidate = candidate_of(row)
            ahead.append(candidate)
            yield candidate if isinstance(candidate, Candidate) and triage.needs_lookup(candidate) else None

    for prepared in ordered_map(make, unknown()):
        candidate = ahead.popleft()
        yield candidate if prepared is None else prepared
