"""Prepares many rows at once in several processes: the part of planning that needs only the corpus.

Most of the work of planning is to search the corpus for a question and to make its prompt; an estimate needs only the
search. The planner decides and writes, in the order of the list; what was prepared for a question that is not new is
not used.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice

from generator.config import Settings
from generator.errors import GeneratorError, QuestionListError
from generator.processes.ordered_map import PARALLEL_FROM, ordered_map
from generator.questions.rows import Question
from generator.services import Endpoint, Services
from generator.store.corpus.index import CorpusIndex
from generator.store.ledger.runs.new_jobs import JobPacker
from generator.workflows.drafting.candidate import Candidate, Thresholds, candidate_of, look_up
from generator.workflows.drafting.job_maker import JobMaker
from generator.workflows.drafting.triage import Triage

Rows = Iterable[Question | QuestionListError]
Preparer = Callable[[Sequence[Candidate | None]], "list[Candidate | None]"]
"""Looks candidates up and makes their jobs. The result has None for each None, and for each that failed."""


def looker_factory(settings: Settings, thresholds: Thresholds) -> Callable[[], Preparer]:
    """A function that makes a preparer in another process, one that only looks candidates up. It can be pickled."""
    return partial(make_looker, settings, thresholds)


def make_looker(settings: Settings, thresholds: Thresholds) -> Preparer:
    """A preparer that only looks candidates up; see :func:`make_preparer`."""
    index = Services(settings, environment={}).index

    def prepare(candidate: Candidate) -> Candidate:
        return replace(look_up(index, candidate, thresholds), hits=())

    return _preparer_of(index, prepare)


def preparer_factory(
    settings: Settings, thresholds: Thresholds, endpoint: Endpoint, date: str
) -> Callable[[], Preparer]:
    """A function that makes a preparer in another process. It can be pickled and does not contain the API key."""
    return partial(make_preparer, settings, thresholds, replace(endpoint, api_key=None), date)


def make_preparer(settings: Settings, thresholds: Thresholds, endpoint: Endpoint, date: str) -> Preparer:
    """A preparer that gives the same results as the planner. The planner prepares again, and reports, what fails here.

    While the index is rebuilt, nothing is prepared: this process opened the incomplete new index, and the planner still
    has the complete one.
    """
    services = Services(settings, environment={})
    index = services.index
    maker = JobMaker(services, endpoint, date)
    packer = JobPacker()

    def prepare(candidate: Candidate) -> Candidate:
        candidate = look_up(index, candidate, thresholds)
        if candidate.published is not None:
            return candidate
        return replace(candidate, hits=(), job=packer.pack(maker.make(candidate)))

    return _preparer_of(index, prepare)


def _preparer_of(index: CorpusIndex, prepare: Callable[[Candidate], Candidate]) -> Preparer:
    def prepare_one(candidate: Candidate | None) -> Candidate | None:
        try:
            return None if candidate is None else prepare(candidate)
        except GeneratorError:
            return None

    def prepare_all(candidates: Sequence[Candidate | None]) -> list[Candidate | None]:
        if not index.is_filled():
            return [None] * len(candidates)
        return [prepare_one(candidate) for candidate in candidates]

    return prepare_all


def candidates_of(
    rows: Rows, triage: Triage, make: Callable[[], Preparer], *, limit: int | None
) -> Iterator[Candidate | QuestionListError]:
    """The candidates of the rows, in order. Several processes prepare those of a long list.

    Args:
        make: makes the preparer of a process.
        limit: how many questions are asked at most; with a small limit no process starts. None for no limit.
    """
    remaining = iter(rows)
    first: list[Question | QuestionListError] = []
    if limit is None or limit >= PARALLEL_FROM:
        first = list(islice(remaining, PARALLEL_FROM))
    remaining = chain(first, remaining)
    if len(first) < PARALLEL_FROM:
        yield from map(candidate_of, remaining)
        return
    in_work: deque[Candidate | QuestionListError] = deque()

    def candidates_to_prepare() -> Iterator[Candidate | None]:
        for row in remaining:
            candidate = candidate_of(row)
            in_work.append(candidate)
            yield candidate if isinstance(candidate, Candidate) and triage.needs_lookup(candidate) else None

    for prepared in ordered_map(make, candidates_to_prepare()):
        candidate = in_work.popleft()
        yield candidate if prepared is None else prepared
