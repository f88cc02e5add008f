"""Rules on claims, which are checked apart from the others; findings, for drafts, of claims that a check doubts."""

from collections.abc import Iterable

from generator.content.checks.rules import Rule, register
from generator.content.claims.claim import Claim
from generator.content.claims.verdict import Verdict
from generator.content.findings import Finding

CONTRADICTED = register(
    Rule(
        "claim-contradicted",
        "A source says otherwise",
        "The text states what a passage of the sources contradicts in its own words.",
        draft="error",
        published=None,
        fields=("introduction", "points", "conclusion", "page_description"),
        needs="reply",
    )
)
DOUBTFUL = register(
    Rule(
        "claim-doubtful",
        "A claim is doubtful",
        "A model that checked the claim doubts it, or gives another value. That is no proof: check it by hand.",
        draft="warning",
        published=None,
        fields=("introduction", "points", "conclusion", "page_description"),
        needs="reply",
    )
)
CLAIM_CODES = frozenset({CONTRADICTED.code, DOUBTFUL.code})


def claim_findings(checked: Iterable[tuple[Claim, Verdict]]) -> tuple[Finding, ...]:
    """The findings on claims: an error where a quoted passage contradicts, a warning where a model doubts."""
    found: dict[tuple[str, str, str], Finding] = {}
    for claim, verdict in checked:
        if verdict.name == "contradicted":
            message = (
                f"says “{_short(claim.sentence)}”, but {verdict.source or 'a source'} ({verdict.passage})"
                f" says “{_short(verdict.quote or '')}”; correct it"
            )
            finding = Finding(CONTRADICTED.code, "error", claim.field, message, claim.start, claim.end)
        elif verdict.name == "doubtful":
            right = f"; perhaps {verdict.right}" if verdict.right else ""
            message = f"says “{_short(claim.words)}”, which is doubtful: {verdict.reason or 'no reason given'}{right}"
            finding = Finding(DOUBTFUL.code, "warning", claim.field, message, claim.start, claim.end)
        else:
            continue
        found.setdefault((finding.code, finding.field, finding.message), finding)
    return tuple(found.values())


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 300 else f"{line[:299]}…"
