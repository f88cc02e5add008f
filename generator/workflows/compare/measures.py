"""What is measured of a pair of drafts: by criterion, by rule, by verdict on claims, and what the drafts took."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from generator.content.claims.verdict import VERDICTS, VerdictName
from generator.content.facts import facts_held

if TYPE_CHECKING:
    from generator.workflows.compare.case_pairs import CasePair, SideFacts
    from generator.workflows.compare.recorded import SideDraft
    from generator.workflows.golden.golden_set import GoldenCase

Group = Literal["criteria", "rules", "claims", "effort"]
Better = Literal["more", "less", "neither"]
Value = Callable[["SideDraft", "SideFacts", "GoldenCase"], float | None]

_BETTER_VERDICT: dict[VerdictName, Better] = {
    "supported": "more",
    "contradicted": "less",
    "doubtful": "less",
}
_CLAIM_CRITERIA: tuple[VerdictName, ...] = ("contradicted", "doubtful")


@dataclass
class Measure:
    """One quantity of every draft, with its values on the cases where both sides have one.

    Args:
        name: for a person; unique within its group.
        unit: after the values: ``$``, ``s``, ``words``; empty for counts and shares.
        better: which values are better.
    """

    group: Group
    name: str
    better: Better
    unit: str = ""
    a: list[float] = field(default_factory=list)
    b: list[float] = field(default_factory=list)

    def add(self, a: float | None, b: float | None) -> None:
        """Add the values of one case; left out where a side has none."""
        if a is not None and b is not None:
            self.a.append(a)
            self.b.append(b)


def measures_of(pairs: Sequence[CasePair]) -> list[Measure]:
    """Everything that can be measured of these pairs; what no pair has a value of is left out."""
    measures = [*_criteria(pairs), *_scores(pairs), *_rules(pairs), *_claims(pairs), *_effort(pairs)]
    return [measure for measure in measures if measure.a]


def facts_share(draft: SideDraft, case: GoldenCase) -> float | None:
    """The share of the facts of a case that a draft has; 0 without a text, None for a case without facts."""
    if not case.facts:
        return None
    return len(facts_held(case.facts, draft.text)) / len(case.facts) if draft.draft else 0.0


def declines_as_expected(draft: SideDraft, case: GoldenCase) -> float | None:
    """1 where a draft declines and should, or answers and should; 0 where not, None where the set does not say."""
    return None if case.declines is None else float((draft.declined is not None) == case.declines)


def _criteria(pairs: Sequence[CasePair]) -> Iterator[Measure]:
    yield _measured(
        Measure("criteria", "facts found", "more"), pairs, lambda draft, _, case: facts_share(draft, case)
    )
    yield _measured(
        Measure("criteria", "declines as expected", "more"),
        pairs,
        lambda draft, _, case: declines_as_expected(draft, case),
    )
    both = [pair for pair in pairs if pair.has_both_texts]
    yield _measured(Measure("criteria", "errors", "less"), both, lambda draft, *_: _count(draft, "error"))
    yield _measured(Measure("criteria", "warnings", "less"), both, lambda draft, *_: _count(draft, "warning"))
    for verdict in _CLAIM_CRITERIA:
        yield _claims_of(Measure("criteria", f"claims {verdict}", "less"), both, verdict)
    preferred = Measure("criteria", "preferred", "more")
    for pair in pairs:
        if pair.preference is not None:
            preferred.add(*(float(pair.preference.preferred == side) for side in ("a", "b")))
    yield preferred


def _scores(pairs: Sequence[CasePair]) -> Iterator[Measure]:
    names = dict.fromkeys(name for pair in pairs for name in (*pair.a_facts.scores, *pair.b_facts.scores))
    for name in names:
        yield _measured(Measure("criteria", f"judge: {name}", "more"), pairs, _score(name))


def _rules(pairs: Sequence[CasePair]) -> Iterator[Measure]:
    both = [pair for pair in pairs if pair.has_both_texts]
    codes = sorted({finding.code for pair in both for finding in (*pair.a.findings, *pair.b.findings)})
    for code in codes:
        yield _measured(Measure("rules", code, "less"), both, _found(code))


def _claims(pairs: Sequence[CasePair]) -> Iterator[Measure]:
    both = [pair for pair in pairs if pair.has_both_texts]
    for verdict in VERDICTS:
        better = _BETTER_VERDICT.get(verdict, "neither")
        measure = _claims_of(Measure("claims", verdict, better), both, verdict)
        if any((*measure.a, *measure.b)):
            yield measure


def _effort(pairs: Sequence[CasePair]) -> Iterator[Measure]:
    both = [pair for pair in pairs if pair.has_both_texts]
    yield _measured(Measure("effort", "words", "neither"), both, lambda draft, *_: draft.words)
    yield _measured(Measure("effort", "calls", "less"), pairs, lambda draft, *_: draft.calls)
    yield _measured(Measure("effort", "tokens in", "less"), pairs, lambda draft, *_: draft.prompt_tokens)
    yield _measured(Measure("effort", "tokens out", "less"), pairs, lambda draft, *_: draft.completion_tokens)
    yield _measured(Measure("effort", "cost", "less", "$"), pairs, lambda draft, *_: _dollars(draft))
    yield _measured(Measure("effort", "time", "less", "s"), pairs, lambda draft, *_: draft.seconds)


def _measured(measure: Measure, pairs: Sequence[CasePair], value: Value) -> Measure:
    for pair in pairs:
        measure.add(value(pair.a, pair.a_facts, pair.case), value(pair.b, pair.b_facts, pair.case))
    return measure


def _claims_of(measure: Measure, pairs: Sequence[CasePair], verdict: VerdictName) -> Measure:
    return _measured(
        measure,
        pairs,
        lambda _, facts, __: None if facts.claims is None else float(facts.claims.get(verdict, 0)),
    )


def _score(name: str) -> Value:
    return lambda _, facts, __: facts.scores.get(name)


def _found(code: str) -> Value:
    return lambda draft, *_: float(sum(finding.code == code for finding in draft.findings))


def _count(draft: SideDraft, severity: str) -> float:
    return float(sum(finding.severity == severity for finding in draft.findings))


def _dollars(draft: SideDraft) -> float | None:
    return None if draft.cost is None else draft.cost / 1e9
