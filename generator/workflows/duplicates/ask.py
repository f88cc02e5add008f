"""The use case of ``duplicates --ask``: a model says of open pairs whether one page would serve both questions.

It is asked as while drafting, with the same prompt, and its verdicts are kept in the same place: a pair is paid for once,
whoever asked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.content.duplicates.close_questions import MOST_CLOSE
from generator.store.ledger.storage.hashes import question_key
from generator.workflows.engine.estimate import RequestSample
from generator.workflows.near_questions.job_maker import KIND, TYPICAL_VERDICT_TOKENS, PairJobMaker
from generator.workflows.near_questions.judge import LiveJudgeServices, LivePairJudge
from generator.workflows.near_questions.requests import NearQuestion, OpenPair
from generator.workflows.ports import HasCorpus, HasEndpoints, HasRuns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.content.duplicates.pairs import DuplicatePair
    from generator.errors import GeneratorError
    from generator.services import Endpoint
    from generator.store.ledger.runs.calls import Spend
    from generator.workflows.engine.estimate import Estimate
    from generator.workflows.engine.progress import Progress


@dataclass(frozen=True, slots=True)
class AskRequest:
    """Which open pairs a model decides.

    Args:
        limit: at most so many questions, each with up to five pairs; None for all.
        model: the model; None for that of the settings.
        concurrency: the most calls at the same time; None for that of the settings.
        max_cost: the most US dollars that the run may cost; None for no cap.
        argv: the arguments of the command, as the ledger records them.
    """

    limit: int | None = None
    model: str | None = None
    concurrency: int | None = None
    max_cost: float | None = None
    argv: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskPlan:
    """What asking would take; ``pairs`` counts the open pairs of the ``estimate.calls`` questions."""

    endpoint: Endpoint
    pairs: int
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking.

    Args:
        questions: how many questions the model was asked about.
        same: how many pairs one page would serve.
        undecided: how many questions got no verdict.
        interrupted: whether Ctrl-C ended it early.
        error: what ended it early; None where nothing did.
    """

    endpoint: Endpoint
    questions: int
    same: int
    undecided: int
    spend: Spend
    interrupted: bool
    error: GeneratorError | None


class AskServices(LiveJudgeServices, HasRuns, HasEndpoints, HasCorpus, Protocol):
    """What asking about open pairs takes."""


def plan_asking(services: AskServices, pairs: Sequence[DuplicatePair], request: AskRequest) -> AskPlan:
    """Estimate what asking about pairs would cost. No call is made, and nothing is written.

    Raises:
        UsageError: no model can be asked.
    """
    endpoint = services.endpoint(model=request.model, needed_by="--ask")
    settings, recorded = services.settings.model, services.ledger.calls
    sample = RequestSample(
        services.settings.price_of(endpoint.model),
        longer_cap=settings.longer_cap,
        rounds=settings.repairs,
        most_tokens=services.most_tokens(endpoint),
    )
    maker = PairJobMaker(services, endpoint)
    questions = near_questions(services, pairs)[: request.limit]
    for near in questions:
        if sample.is_full:
            break
        sample.add(maker.make(near))
    estimate = sample.estimate(
        len(questions),
        seen=recorded.tokens_seen(endpoint.model, KIND),
        typical_completion=TYPICAL_VERDICT_TOKENS,
        history=recorded.tokens_by_job(endpoint.model, KIND),
    )
    return AskPlan(endpoint, sum(len(near.pairs) for near in questions), estimate)


def ask_about(
    services: AskServices, pairs: Sequence[DuplicatePair], request: AskRequest, progress: Progress
) -> Asked:
    """Have a model decide pairs. Verdicts are recorded one by one: an interrupted run continues without paying again.

    Raises:
        UsageError: no model can be asked, or a cap is set and the model has no known price.
    """
    endpoint = services.endpoint(model=request.model, needed_by="--ask")
    waiting = near_questions(services, pairs)[: request.limit]
    with services.run("duplicates", list(request.argv)) as run:
        judge = LivePairJudge(
            services,
            endpoint,
            run,
            concurrency=request.concurrency,
            max_cost=request.max_cost,
            may_stop=True,
            progress=progress,
        )
        undecided = 0
        for questions in _rounds(waiting):
            asked = judge.ask(questions)
            undecided += len(asked.undecided | asked.elsewhere)
            if asked.stopped:
                break
        spend = services.ledger.calls.spend(run=run.id, backend=endpoint.backend)
        return Asked(
            endpoint,
            judge.report.questions,
            judge.report.same,
            undecided,
            spend,
            judge.interrupted,
            judge.error,
        )


def near_questions(services: HasCorpus, pairs: Iterable[DuplicatePair]) -> list[NearQuestion]:
    """The pairs in groups of up to five, each group with the question that they share; each pair once.

    The questions with the strongest pairs are first.
    """
    left = list(pairs)
    frequency = Counter(key for pair in left for key in (pair.one, pair.other))
    grouped: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for pair in left:
        asked, other = sorted((pair.one, pair.other), key=lambda key: (-frequency[key], key))
        grouped[asked].append((other, pair.similarity))
    found: list[NearQuestion] = []
    for key, others in grouped.items():
        row = services.index.get(key)
        if row is None:
            continue
        candidates = [(services.index.get(other), similarity) for other, similarity in others]
        open_pairs = [
            OpenPair(candidate.key, candidate.question, similarity)
            for candidate, similarity in candidates
            if candidate is not None
        ]
        for start in range(0, len(open_pairs), MOST_CLOSE):
            group = tuple(open_pairs[start : start + MOST_CLOSE])
            own = question_key(row.question)
            found.append(NearQuestion(row.question, own, row.subject, key, group))
    return found


def _rounds(questions: Sequence[NearQuestion]) -> Iterable[list[NearQuestion]]:
    """The groups such that no round asks about one question twice: its job is that of one group at a time."""
    left = list(questions)
    while left:
        now: dict[str, NearQuestion] = {}
        later: list[NearQuestion] = []
        for near in left:
            if near.question_key in now:
                later.append(near)
            else:
                now[near.question_key] = near
        yield list(now.values())
        left = later
