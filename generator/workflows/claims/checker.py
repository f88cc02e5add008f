"""Has a model check the claims of one page: find them, judge them all at once, and ask for values without showing them.

Rules come first in each step; only what they do not decide is asked. Each step is one call, recorded like every paid
call, so that an interrupted check goes on where it stopped.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from generator.content.claims.claim import Claim
from generator.content.claims.compare import SourcePassage, verdict_by_rules
from generator.content.claims.find import find_claims
from generator.content.claims.replies import (
    Judgements,
    parse_answers,
    parse_found,
    parse_judgements,
    with_answer,
)
from generator.content.claims.values import can_be_asked
from generator.content.claims.verdict import UNCHECKED, UNSUPPORTED
from generator.store.ledger.claims import CheckedClaim, FoundBy
from generator.store.ledger.runs.jobs import Job
from generator.workflows.claims.job_maker import ASK, CHECK, FIND, ask_request, check_request
from generator.workflows.claims.shared_exchange import SharedExchange
from generator.workflows.engine.exchange import ModelSession
from generator.workflows.engine.job_outcome import JobOutcome, causes_of
from generator.workflows.engine.single_reply import SingleReplyFormat
from generator.workflows.engine.structured_exchange import ExchangeProblem, StructuredExchange
from generator.workflows.ports import HasPrompts, HasSettings

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """What a model and rules say of the claims of a page.

    Args:
        problem: why the check is not complete; None where it is. The claims then have what rules say of them.
    """

    page: str
    checked: tuple[CheckedClaim, ...]
    outcome: JobOutcome
    dropped: int = 0
    lowered: int = 0
    problem: ExchangeProblem | None = None


class ClaimCheckerServices(HasSettings, HasPrompts, Protocol):
    """What checking claims takes."""


class ClaimChecker:
    """Checks the claims of pages, each with the model of its job.

    Args:
        session: asks the model, or reads the replies that batches brought.
    """

    def __init__(self, services: ClaimCheckerServices, session: ModelSession) -> None:
        self._settings = services.settings.model
        self._prompts = services.prompts
        self._session = session

    async def check(self, job: Job) -> ModelCheck:
        """Check the page of a claimed job. The caller records the result and ends the job.

        Raises:
            NeedsReply, ModelUnavailable, BudgetExceeded, StorageError: the job is unchanged.
        """
        texts: Mapping[str, str] = job.context["texts"]
        passages = [
            SourcePassage(part["id"], part["title"], part["text"]) for part in job.context["passages"]
        ]
        shared = SharedExchange(self._session, job)
        found, problem = await self._run(shared, job, FIND, lambda text: parse_found(text, texts))
        claims = _merged(find_claims(texts), found.claims if found else ())
        verdicts = {id_: verdict_by_rules(claim, passages) or UNCHECKED for id_, (claim, _) in claims.items()}
        by_rules = set(verdicts) - {id_ for id_, verdict in verdicts.items() if verdict == UNCHECKED}
        left = {id_: claim for id_, (claim, _) in claims.items() if id_ not in by_rules}
        lowered = 0
        if problem is None and left:
            judged, problem = await self._judge(shared, job, left, passages)
            if judged is not None:
                lowered = judged.lowered
                verdicts |= {id_: judged.verdicts.get(id_, UNSUPPORTED) for id_ in left}
        blanks = {
            id_: claim
            for id_, claim in left.items()
            if verdicts[id_].name == "unsupported" and can_be_asked(claim)
        }
        if problem is None and blanks:
            asked = ask_request(self._prompts, job, blanks)
            answers, problem = await self._run(shared, asked, ASK, parse_answers)
            for id_, claim in blanks.items():
                verdicts[id_] = with_answer(claim, verdicts[id_], (answers or {}).get(id_))
        model = job.request["model"]
        return ModelCheck(
            page=job.context["page"],
            checked=tuple(
                CheckedClaim(claim, verdicts[id_], found_by, None if id_ in by_rules else model)
                for id_, (claim, found_by) in claims.items()
                if problem is None or id_ in by_rules
            ),
            outcome=_outcome(shared, problem),
            dropped=found.dropped if found else 0,
            lowered=lowered,
            problem=problem,
        )

    async def _judge(
        self, shared: SharedExchange, job: Job, claims: dict[str, Claim], passages: Sequence[SourcePassage]
    ) -> tuple[Judgements | None, ExchangeProblem | None]:
        asked = check_request(self._prompts, job, claims)
        return await self._run(shared, asked, CHECK, lambda text: parse_judgements(text, claims, passages))

    async def _run(
        self, shared: SharedExchange, job: Job, purpose: str, parse: Callable[[str], Value]
    ) -> tuple[Value | None, ExchangeProblem | None]:
        exchange = StructuredExchange(shared, job, SingleReplyFormat(parse), self._settings)
        problem = await exchange.run(purpose)
        return (exchange.best.value if exchange.best else None), problem


def _merged(by_rules: Sequence[Claim], by_model: Sequence[Claim]) -> dict[str, tuple[Claim, FoundBy]]:
    """The claims of both by identity. A claim of the model that shares words with one of the rules is left out."""
    merged: dict[str, tuple[Claim, FoundBy]] = {claim.identity: (claim, "rules") for claim in by_rules}
    for claim in by_model:
        if not any(_overlap(claim, other) for other, _ in merged.values()):
            merged[claim.identity] = (claim, "model")
    return merged


def _overlap(first: Claim, second: Claim) -> bool:
    return first.field == second.field and first.start < second.end and second.start < first.end


def _outcome(shared: SharedExchange, problem: ExchangeProblem | None) -> JobOutcome:
    if problem is None:
        return JobOutcome(asked=shared.asked)
    causes = causes_of(problem.state, problem.failure)
    return JobOutcome(asked=shared.asked, causes=causes, reason=problem.reason)
