"""The use case of ``doctor``: check the project, probe the endpoint, and say what is wrong and what to do."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from generator.content.display import dollars
from generator.errors import GeneratorError, UsageError
from generator.model.transport import endpoint_name
from generator.store.ledger.runs.new_jobs import PROBE, NewJob
from generator.store.ledger.storage.hashes import hash_of, question_key
from generator.workflows.doctor.checks import judge_endpoint
from generator.workflows.doctor.endpoint_probe import EndpointProbe, most_cost
from generator.workflows.doctor.evidence import ProbeGoal
from generator.workflows.doctor.largest_request import largest_request_chars
from generator.workflows.doctor.probe_requests import Probe, code_word
from generator.workflows.doctor.project_checks import LEDGER, ProjectServices, project_findings
from generator.workflows.doctor.requests import DoctorOutcome, DoctorRequest, Finding
from generator.workflows.engine.job_requests import frozen_request
from generator.workflows.engine.live_session import LiveSession
from generator.workflows.engine.stopping.interrupts import Interruption, run_async
from generator.workflows.engine.stopping.stop_signal import Stopped
from generator.workflows.ports import (
    HasModel,
    HasPrompts,
    HasRuns,
    HasSubjects,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.services import Endpoint
    from generator.store.ledger.runs.jobs import Job
    from generator.store.ledger.runs.runs import Run
    from generator.workflows.engine.progress import Progress


# A server that is too slow for a large prompt is not asked again and again.
_ATTEMPTS = 2


class DoctorServices(ProjectServices, HasRuns, HasPrompts, HasSubjects, HasModel, Protocol):
    """What the checks take."""


def examine(services: DoctorServices, request: DoctorRequest, progress: Progress) -> DoctorOutcome:
    """Check the project; then probe the endpoint and keep what was found, or show what the last probe found.

    The endpoint is not probed without a key or an address, nor with a damaged ledger, which could not keep the calls.

    Raises:
        UsageError, ConfigError: there is a cap without a price, or nothing is stored.
        PromptError: a prompt cannot be rendered.
    """
    project = project_findings(services)
    is_damaged = any(found.check == LEDGER and found.state == "broken" for found in project)
    if request.local or is_damaged or not services.has_model_endpoint:
        return DoctorOutcome(None, None, None, project)
    endpoint = services.endpoint(model=request.model, needed_by="doctor")
    outcome = (
        _stored(services, endpoint) if request.stored else _probed(services, request, endpoint, progress)
    )
    return replace(outcome, findings=(*project, *outcome.findings))


def _probed(
    services: DoctorServices, request: DoctorRequest, endpoint: Endpoint, progress: Progress
) -> DoctorOutcome:
    """What a probe of the endpoint finds."""
    goal, probe, other_word = _plan(services, endpoint)
    if endpoint.price is not None:
        most = most_cost(probe, goal, endpoint.price)
        progress.info(f"probing {goal.model} at {goal.endpoint}, for at most {dollars(most)} without retries")
    with services.run("doctor", list(request.argv)) as run, _job(services, probe, goal, run) as job:
        interruption = Interruption(progress.note)
        work = _probe(services, endpoint, request, run, job, (goal, probe, other_word), interruption)
        findings = run_async(work, interruption)
        return DoctorOutcome(
            endpoint=goal.endpoint,
            model=goal.model,
            at=services.now(),
            findings=findings,
            spend=services.ledger.calls.spend(run=run.id),
            interrupted=interruption.interrupted,
            error=interruption.error,
        )


def _plan(services: DoctorServices, endpoint: Endpoint) -> tuple[ProbeGoal, Probe, str]:
    random = services.random()
    first, last, other = (code_word(random) for _ in range(3))
    parameters = services.settings.model.parameters
    goal = ProbeGoal(
        endpoint=endpoint_name(endpoint.base_url),
        model=endpoint.model,
        parameters=parameters,
        price=endpoint.price,
        prompt_chars=largest_request_chars(services),
        words=(first, last),
        today=datetime.fromisoformat(services.now()).date(),
    )
    return goal, Probe(endpoint.model, parameters, first, last), other


async def _probe(
    services: DoctorServices,
    endpoint: Endpoint,
    request: DoctorRequest,
    run: Run,
    job: Job,
    plan: tuple[ProbeGoal, Probe, str],
    interruption: Interruption,
) -> tuple[Finding, ...]:
    goal, probe, other_word = plan
    async with LiveSession(
        services, endpoint, run, concurrency=1, max_cost=request.max_cost, attempts=_ATTEMPTS
    ) as session:
        made = EndpointProbe(session, job, probe, goal, other_word=other_word)
        interruption.watch(session.stop)
        try:
            await made.run()
        except Stopped:
            pass
        except GeneratorError as error:
            interruption.error = error
        findings = judge_endpoint(made.evidence)
        if made.evidence.copies and not interruption.interrupted and interruption.error is None:
            profiles = session.client.profiles
            kept = _encoded(findings, services.now())
            profiles.put(goal.model, replace(profiles.of(goal.model), findings=kept))
        return findings


@contextmanager
def _job(services: DoctorServices, probe: Probe, goal: ProbeGoal, run: Run) -> Iterator[Job]:
    """The job of the calls, claimed for the block and ended after it, whatever ends the block."""
    request = probe.request()
    system, user = request.messages
    name = f"probe of {goal.model} at {goal.endpoint}"
    new = NewJob(
        kind=PROBE,
        backend="model",
        identity=hash_of(goal.endpoint, goal.model, str(run.id)),
        question_key=question_key(name),
        question=name,
        subject=None,
        key=None,
        date=None,
        request=frozen_request(request.schema_name, request.schema, goal.model, dict(goal.parameters)),
        system=system["content"],
        user=user["content"],
        context={},
        prompt_hash=hash_of(system["content"]),
    )
    jobs, now = services.ledger.jobs, services.now
    with services.database.transaction():
        number = jobs.plan(new, run=run.id, state="planned", first_free_id=0, now=now())
        job = jobs.claim_one(number, run.id)
    assert job is not None
    try:
        yield job
    finally:
        with services.database.transaction():
            jobs.end(number, "done", key=None, reason=None, now=now())


def _encoded(findings: tuple[Finding, ...], at: str) -> str:
    return json.dumps({"at": at, "findings": [finding._asdict() for finding in findings]})


def _stored(services: DoctorServices, endpoint: Endpoint) -> DoctorOutcome:
    """What the last probe found."""
    kept = services.profiles(endpoint).of(endpoint.model).findings if services.has_ledger else ""
    name = endpoint_name(endpoint.base_url)
    try:
        data: dict[str, Any] = json.loads(kept)
        findings = tuple(Finding(**each) for each in data["findings"])
        return DoctorOutcome(name, endpoint.model, str(data["at"]), findings)
    except (ValueError, TypeError, KeyError):
        raise UsageError(
            f"{endpoint.model} at {name} was not probed yet: run generator doctor without --stored"
        ) from None
