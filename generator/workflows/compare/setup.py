"""Sets a comparison up: the cases, the two sides, the models that examine, and what each side drafts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.errors import ConfigError
from generator.model.transport import endpoint_name
from generator.workflows.claims.check import CheckServices
from generator.workflows.compare.claims import verifier
from generator.workflows.compare.planner import plan_drafts
from generator.workflows.compare.sides import make_sides
from generator.workflows.drafting.job_maker import nothing_to_quote
from generator.workflows.engine.live_session import check_price
from generator.workflows.golden.golden_set import read_golden_set
from generator.workflows.site.corpus import refresh_corpus

if TYPE_CHECKING:
    from generator.services import Endpoint
    from generator.workflows.compare.planner import PlannedDraft
    from generator.workflows.compare.requests import CompareRequest
    from generator.workflows.compare.sides import Side
    from generator.workflows.engine.progress import Progress
    from generator.workflows.golden.golden_set import GoldenCase


class CompareServices(CheckServices, Protocol):
    """What comparing takes."""


@dataclass(frozen=True)
class Setup:
    """What is compared by what.

    Args:
        verifier, judge: the models that check claims and say which draft is better; None where none is asked.
        planned: the drafts, case by case, that of A before that of B.
    """

    cases: tuple[GoldenCase, ...]
    sides: tuple[Side, Side]
    verifier: Endpoint | None
    judge: Endpoint | None
    planned: tuple[PlannedDraft, ...]

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Every model that is asked, that of A first; one that is asked for several things comes several times."""
        return (*(side.endpoint for side in self.sides), *filter(None, (self.verifier, self.judge)))


def prepare(services: CompareServices, request: CompareRequest, progress: Progress) -> Setup:
    """Set a comparison up; nothing is written to the ledger, and nothing is asked.

    Raises:
        UsageError, ConfigError, PromptError: the set, a side or the options cannot be used.
    """
    cases = read_golden_set(services, request.golden, progress)[: request.limit]
    sides = make_sides(services, request)
    refresh_corpus(services, progress, needs_folder=False)
    offline = any(side.endpoint.backend == "offline" for side in sides)
    if offline and (problem := nothing_to_quote(services.settings, services.index)):
        raise ConfigError(problem)
    for side in sides:
        progress.info(f"{side.name.letter}: {side.name} at {endpoint_name(side.endpoint.base_url)}")
    judge = None
    if request.judge:
        judge = services.endpoint(offline=request.offline, model=request.judge_model)
        progress.info(f"pairs are judged by {judge.model}")
    checks = request.check_claims and not request.offline
    planned = plan_drafts(services.ledger, cases, sides, today=services.now()[:10])
    setup = Setup(
        cases=tuple(cases),
        sides=sides,
        verifier=verifier(services, services.endpoint(), progress) if checks else None,
        judge=judge,
        planned=tuple(planned),
    )
    for endpoint in setup.endpoints:
        check_price(services.settings, endpoint, request.max_cost)
    return setup
