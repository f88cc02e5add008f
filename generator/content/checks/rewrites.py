"""Rules on rewrites of published pages, which are checked where the page is known."""

from collections.abc import Sequence

from generator.content.checks.rules import Rule, register
from generator.content.findings import Finding

UNCHANGED = register(
    Rule(
        "rewrite-unchanged",
        "The rewrite says what the published page says",
        "The model changed no text of the page: what is wrong with it was not corrected.",
        draft="warning",
        published=None,
        needs="reply",
    )
)
IDENTITY_CHANGED = register(
    Rule(
        "rewrite-identity",
        "A rewrite has another id, question, subject or address than its page",
        "A rewrite takes the place of its page: links, search engines and the CMS know the page by these fields.",
        draft="error",
        published=None,
        fields=("id", "question", "subject", "file_name", "url"),
        needs="document",
    )
)


def unchanged() -> Finding:
    """The finding on a rewrite that has the bytes of its page."""
    return Finding(UNCHANGED.code, "warning", "", "is the published text; nothing was corrected")


def identity_findings(names: Sequence[str]) -> tuple[Finding, ...]:
    """The findings on a rewrite that has these fields otherwise than its page."""
    return tuple(
        Finding(
            IDENTITY_CHANGED.code, "error", name, "differs from the published page; write the page's value"
        )
        for name in names
    )
