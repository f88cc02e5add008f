"""Computes the figures of a report about runs from the calls, drafts and decisions of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from generator.content.evidence.release import release_of
from generator.content.states import DraftState
from generator.store.ledger.runs.figures import ReportedCall, ReportedDecision, ReportedDraft, ReportedRun

ACCEPTED: frozenset[DraftState] = frozenset({"approved", "publishing", "published"})
_MOST_ARTICLES = 10
_HOUR, _DAY = 13, 10
"""How many characters of a time name its hour, and its day."""
_DAYS_BY_HOUR = 2
"""Up to this many days are shown by the hour."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of answers; ``cached`` is part of ``prompt``, ``reasoning`` of ``completion``."""

    prompt: int = 0
    cached: int = 0
    completion: int = 0
    reasoning: int = 0

    @property
    def cached_share(self) -> float | None:
        """The share of the prompt tokens that was read from the cache, 0 to 1; None without any."""
        return min(self.cached / self.prompt, 1.0) if self.prompt else None


@dataclass(frozen=True, slots=True)
class Latency:
    """How long live calls took from sending to the answer, in seconds."""

    calls: int
    median: float
    p95: float
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ArticleWork:
    """What one article took: all its calls, their seconds and their cost in nano-dollars (None where not known)."""

    name: str
    question: str
    path: str | None
    calls: int
    seconds: float
    cost: int | None


@dataclass(frozen=True, slots=True)
class Lengths:
    """The lengths of the texts of drafts: words of answers, and characters of descriptions with the site's prefix."""

    words: tuple[int, ...] = ()
    descriptions: tuple[int, ...] = ()


@dataclass(frozen=True)
class RunReport:
    """The figures of a period.

    Args:
        states: drafts by their state now.
        times: the labels of the hours or days of the timeline.
        timeline: by state, how many drafts came into it in each of these.
        cost: of all calls, in nano-dollars; None without a known price.
        unpriced: calls without a known price.
        outcomes: live and batch calls by outcome; ``none`` for those without an answer.
        retries: calls that repeat an attempt at the same step.
        repairs: calls for the repair of a reply.
        releases: accepted drafts by how they were released; decisions of other kinds by their names.
        cost_of_accepted: the cost of all calls for each accepted article, in nano-dollars; None without one.
    """

    runs: tuple[ReportedRun, ...]
    created_at: str
    states: Mapping[str, int]
    times: tuple[str, ...]
    timeline: Mapping[str, tuple[int, ...]]
    calls: int
    cost: int | None
    unpriced: int
    tokens: Tokens
    latency: Latency | None
    outcomes: Mapping[str, int]
    retries: int
    repairs: int
    rules: Mapping[str, int]
    verdicts: Mapping[str, int]
    lengths: Lengths
    decisions: Mapping[str, int]
    releases: Mapping[str, int]
    accepted: int
    cost_of_accepted: int | None
    slowest: tuple[ArticleWork, ...] = ()
    dearest: tuple[ArticleWork, ...] = ()


@dataclass
class CallTotals:
    """Sums up calls as they are read."""

    calls: int = 0
    cost: int = 0
    unpriced: int = 0
    prompt: int = 0
    cached: int = 0
    completion: int = 0
    reasoning: int = 0
    retries: int = 0
    repairs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    by_job: dict[int, tuple[int, float, int | None]] = field(default_factory=dict)

    def add(self, call: ReportedCall) -> None:
        """Count one call."""
        self.calls += 1
        self.cost += call.charge or 0
        self.unpriced += call.charge is None
        self.prompt += call.prompt_tokens or 0
        self.cached += call.cached_tokens or 0
        self.completion += call.completion_tokens or 0
        self.reasoning += call.reasoning_tokens or 0
        self.retries += call.attempt > 1
        self.repairs += call.purpose == "repair"
        self.outcomes[call.outcome or "none"] += 1
        seconds = 0.0
        if call.answered_at is not None and not call.in_batch:
            seconds = _seconds(call.sent_at, call.answered_at)
            if call.outcome == "ok":
                self.seconds.append(seconds)
        known, spent, charge = self.by_job.get(call.job, (0, 0.0, 0))
        total = None if charge is None or call.charge is None else charge + call.charge
        self.by_job[call.job] = (known + 1, spent + seconds, total)

    @property
    def tokens(self) -> Tokens:
        """The tokens of all calls."""
        return Tokens(self.prompt, self.cached, self.completion, self.reasoning)

    @property
    def known_cost(self) -> int | None:
        """The cost in nano-dollars; None where no call has a known price."""
        return None if self.calls and self.unpriced == self.calls else self.cost

    @property
    def latency(self) -> Latency | None:
        """How long the answered live calls took; None without one."""
        if not self.seconds:
            return None
        ordered = sorted(self.seconds)
        return Latency(len(ordered), quantile(ordered, 0.5), quantile(ordered, 0.95), tuple(ordered))


def run_report(
    *,
    runs: Sequence[ReportedRun],
    calls: Iterable[ReportedCall],
    drafts: Sequence[ReportedDraft],
    decisions: Iterable[ReportedDecision],
    rules: Mapping[str, int],
    verdicts: Mapping[str, int],
    lengths: Lengths,
    created_at: str,
) -> RunReport:
    """The figures of a period."""
    totals = CallTotals()
    for call in calls:
        totals.add(call)
    made = list(decisions)
    approvals = {one.draft: one for one in made if one.decision == "approved"}
    accepted = [draft for draft in drafts if draft.state in ACCEPTED]
    cost = totals.known_cost
    times, timeline = _timeline(made)
    work = [_work(draft, totals) for draft in drafts if draft.job in totals.by_job]
    return RunReport(
        runs=tuple(runs),
        created_at=created_at,
        states=dict(Counter(draft.state for draft in drafts).most_common()),
        times=times,
        timeline=timeline,
        calls=totals.calls,
        cost=cost,
        unpriced=totals.unpriced,
        tokens=totals.tokens,
        latency=totals.latency,
        outcomes=dict(totals.outcomes.most_common()),
        retries=totals.retries,
        repairs=totals.repairs,
        rules=dict(sorted(rules.items(), key=lambda pair: (-pair[1], pair[0]))),
        verdicts=dict(sorted(verdicts.items(), key=lambda pair: (-pair[1], pair[0]))),
        lengths=lengths,
        decisions=dict(Counter(one.decision for one in made if one.decision in ("approved", "rejected"))),
        releases=dict(
            Counter(
                release_of(approvals[draft.id].release).kind for draft in accepted if draft.id in approvals
            )
        ),
        accepted=len(accepted),
        cost_of_accepted=None if cost is None or not accepted else round(cost / len(accepted)),
        slowest=tuple(sorted(work, key=lambda one: -one.seconds)[:_MOST_ARTICLES]),
        dearest=tuple(sorted(work, key=lambda one: -(one.cost or 0))[:_MOST_ARTICLES]),
    )


def _timeline(
    decisions: Sequence[ReportedDecision],
) -> tuple[tuple[str, ...], dict[str, tuple[int, ...]]]:
    """How many drafts came into each state by the hour, or by the day where there are many days."""
    if not decisions:
        return (), {}
    first, last = (datetime.fromisoformat(edge(one.at for one in decisions)) for edge in (min, max))
    by_hour = (last.date() - first.date()).days < _DAYS_BY_HOUR
    size, step = (_HOUR, timedelta(hours=1)) if by_hour else (_DAY, timedelta(days=1))
    times = [(first + number * step).isoformat()[:size] for number in range((last - first) // step + 2)]
    times = [time for time in times if time <= last.isoformat()[:size]]
    place = {time: number for number, time in enumerate(times)}
    counts: dict[str, list[int]] = {}
    for one in decisions:
        # The log has the decision to publish; that it was carried out is no decision.
        state = "published" if one.decision == "publishing" else one.decision
        counts.setdefault(state, [0] * len(times))[place[one.at[:size]]] += 1
    labels = tuple(f"{time[5:10]} {time[11:13]}h" if by_hour else time[5:] for time in times)
    return labels, {state: tuple(numbers) for state, numbers in counts.items()}


def _work(draft: ReportedDraft, totals: CallTotals) -> ArticleWork:
    calls, seconds, cost = totals.by_job[draft.job]
    return ArticleWork(draft.name, draft.question, draft.path, calls, seconds, cost)


def _seconds(start: str, end: str) -> float:
    return max(0.0, (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())


def quantile(ordered: Sequence[float], share: float) -> float:
    """The quantile (0 to 1) of ordered values, by linear interpolation."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
