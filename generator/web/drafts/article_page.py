"""Prepares the page of one draft: the article with marked findings, the list of findings, and the history."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from generator.content.checks import RULES
from generator.content.checks.places import findings_in_file, part_of
from generator.content.claims.verdict import RequiredClaims, Verdict
from generator.content.display import in_words
from generator.content.findings import Finding, Severity
from generator.web.drafts.finding_marks import FindingPlace, mark_findings
from generator.workflows.claims.view import PresentClaim
from generator.workflows.review.views.draft_view import DraftView

_POINT = re.compile(r"points\[(\d+)\]")

_FIELD_NAMES = {
    "": "Article",
    "answer": "Answer",
    "introduction": "Introduction",
    "conclusion": "Conclusion",
    "points": "Points",
    "page_description": "Description",
    "page_keywords": "Keywords",
    "seo.page_description": "Description",
    "seo.page_keywords": "Keywords",
    "seo.title": "SEO title",
}


class ShownFinding(NamedTuple):
    """A finding in the list. ``placed`` is whether the article has a mark with its number."""

    number: int
    severity: Severity
    code: str
    title: str
    explanation: str
    message: str
    where: str
    placed: bool
    field: str
    start: int | None
    end: int | None


class ShownClaim(NamedTuple):
    """A claim in the list. ``placed`` is whether the article has a mark with its number.

    ``is_open`` is whether it must be settled before approval; ``settled`` is who confirmed it, empty without anybody.
    """

    number: int
    identity: str
    kind: str
    words: str
    sentence: str
    where: str
    placed: bool
    verdict: Verdict
    is_open: bool
    settled: str
    field: str
    start: int | None
    end: int | None

    @property
    def needs_look(self) -> bool:
        """Whether nobody confirmed it and no check supports it."""
        return not self.settled and self.verdict.name not in ("supported", "consistent")


class HistoryEvent(NamedTuple):
    """One version or decision in the history of a draft; ``evidence`` is how an approval released it, in words."""

    at: str
    who: str
    what: str
    note: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """The values of the article's template."""

    view: DraftView
    html: str
    findings: tuple[ShownFinding, ...]
    claims: tuple[ShownClaim, ...]
    history: tuple[HistoryEvent, ...]

    @property
    def open_claims(self) -> int:
        """How many claims must be settled before the draft may be approved."""
        return sum(claim.is_open for claim in self.claims)


def article_page(
    view: DraftView, claims: Sequence[PresentClaim] = (), required: RequiredClaims = "none"
) -> ArticlePage:
    """Prepare the page of one draft.

    Args:
        claims: of its present text.
        required: which of them must be settled before it may be approved.
    """
    shown, places = number_claims(claims, view.answer, len(view.findings) + 1, required)
    findings, html = findings_and_html(view.findings, view.answer, places)
    return ArticlePage(view, html, findings, shown, _history(view))


def number_claims(
    claims: Sequence[PresentClaim], markdown: str, first: int, required: RequiredClaims
) -> tuple[tuple[ShownClaim, ...], list[FindingPlace]]:
    """The claims, the open ones first, with numbers from ``first`` on, and their places in the answer."""
    shown: list[ShownClaim] = []
    places: list[FindingPlace] = []
    for number, item in enumerate(sorted(claims, key=lambda item: not item.is_open(required)), start=first):
        claim, decision = item.claim, item.row.decision if item.row else None
        finding = Finding("claim", "warning", claim.field, "", claim.start, claim.end)
        place = findings_in_file([finding], markdown)[0]
        is_placed = place.field == "answer" and place.start is not None and place.end is not None
        if is_placed:
            places.append(
                FindingPlace(number, place.start or 0, place.end or 0, item.verdict.name, is_claim=True)
            )
        shown.append(
            ShownClaim(
                number=number,
                identity=claim.identity,
                kind=claim.kind,
                words=claim.words,
                sentence=" ".join(claim.sentence.split()),
                where=field_name(claim.field),
                placed=is_placed,
                verdict=item.verdict,
                is_open=item.is_open(required),
                settled=decision.who if item.is_settled and decision else "",
                field=place.field,
                start=place.start,
                end=place.end,
            )
        )
    return tuple(shown), places


def findings_and_html(
    findings: Sequence[Finding], markdown: str, claims: Sequence[FindingPlace] = ()
) -> tuple[tuple[ShownFinding, ...], str]:
    """The numbered findings, errors first and in the order of the text, and the answer's HTML with their numbers.

    Args:
        claims: further places to mark.
    """
    located = [(finding, _place(finding, markdown)) for finding in findings]
    located.sort(key=lambda pair: (pair[0].severity != "error", pair[1] is None, pair[1] or (0, 0)))
    shown: list[ShownFinding] = []
    places: list[FindingPlace] = []
    for number, (finding, place) in enumerate(located, start=1):
        if place is not None:
            places.append(FindingPlace(number, *place, finding.severity))
        shown.append(_shown(number, finding, place))
    html = mark_findings(markdown, [*places, *claims]) if markdown else ""
    return tuple(shown), html


def number_findings(findings: Sequence[Finding]) -> tuple[ShownFinding, ...]:
    """The numbered findings without marks in a text, errors first."""
    ordered = sorted(findings, key=lambda finding: finding.severity != "error")
    return tuple(_shown(number, finding, None) for number, finding in enumerate(ordered, start=1))


def _shown(number: int, finding: Finding, place: tuple[int, int] | None) -> ShownFinding:
    rule = RULES.get(finding.code)
    in_answer = finding.field == "answer"
    return ShownFinding(
        number=number,
        severity=finding.severity,
        code=finding.code,
        title=rule.title if rule else finding.code,
        explanation=rule.explanation if rule else "",
        message=finding.message,
        where=field_name(finding.field),
        placed=place is not None,
        field=finding.field,
        start=place[0] if place else finding.start if not in_answer else None,
        end=place[1] if place else finding.end if not in_answer else None,
    )


def field_name(field: str) -> str:
    """The name of a field for people, such as ``Description`` or ``Point 2, heading``."""
    point = _POINT.match(field)
    if point:
        return f"Point {int(point[1]) + 1}{', heading' if field.endswith('heading') else ''}"
    return _FIELD_NAMES.get(field, field.split(".")[0].replace("_", " ").capitalize())


def _place(finding: Finding, markdown: str) -> tuple[int, int] | None:
    """The position of a finding in the answer. A finding on a part without an offset is at the start of the part."""
    if finding.field == "answer":
        return None if finding.start is None else (finding.start, finding.end or finding.start)
    part = part_of(finding.field, markdown)
    return (part.start, part.start) if part else None


def _history(view: DraftView) -> tuple[HistoryEvent, ...]:
    """Versions, decisions and judgements, newest first."""
    events = [
        HistoryEvent(version.created_at, "", f"version {version.n} ({version.origin})", version.sha[:10])
        for version in view.versions
    ]
    for decision in view.decisions:
        what = (
            decision.name
            if decision.made
            else (
                f"{decision.before} → {decision.decision}"
                if decision.before != decision.decision
                else decision.decision
            )
        )
        evidence = decision.evidence.in_words() if decision.evidence else ""
        events.append(HistoryEvent(decision.at, decision.who, in_words(what), decision.note or "", evidence))
    lots = {member.id: member.lot for member in view.lots}
    events += [
        HistoryEvent(
            said.at, said.who, f"{said.decision} in the sample of lot {lots[said.row]}", said.note or ""
        )
        for said in view.judgements
    ]
    return tuple(sorted(events, key=lambda event: event.at, reverse=True))
