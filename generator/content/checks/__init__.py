"""Checks: every rule an article is held to, for a model's draft and for a published file alike."""

from functools import cache

# Imported for their rules, which run in this order: findings, and the repair prompts made of them, come in it.
# isort: off
from generator.content.checks import description  # noqa: F401
from generator.content.checks import truncation  # noqa: F401
from generator.content.checks import article_file  # noqa: F401
from generator.content.checks import grounding  # noqa: F401
from generator.content.checks import keywords  # noqa: F401
from generator.content.checks import markup  # noqa: F401
from generator.content.checks import rendering  # noqa: F401
from generator.content.checks import structure  # noqa: F401
from generator.content.checks import ai_phrases  # noqa: F401

# isort: on
from generator.content.checks.context import CheckContext, Grounding
from generator.content.checks.rules import RULES, Check, Profile, Rule, register
from generator.content.checks.view import Checked, of_document, of_draft, of_draft_file
from generator.content.draft import Draft
from generator.content.findings import Finding, Severity
from generator.content.frontmatter import Document

__all__ = [
    "RULES",
    "CheckContext",
    "Grounding",
    "Profile",
    "Rule",
    "check_document",
    "check_draft",
    "check_draft_file",
    "check_view",
    "of_document",
    "register",
]


def check_draft(draft: Draft, context: CheckContext) -> tuple[Finding, ...]:
    """What is wrong with a model's draft, field by field.

    A draft that declines gives that one finding. Rules run in the order of :data:`RULES`.
    """
    if draft.cannot_answer:
        return (Finding("declined", "error", "", f"the model declined: {draft.cannot_answer}"),)
    return check_view(of_draft(draft, context.question), context, "draft")


def check_document(
    document: Document, context: CheckContext, profile: Profile = "draft"
) -> tuple[Finding, ...]:
    """What is wrong with an article file, as a draft to be published or as a page that is.

    The question is the file's own; ``context.question`` serves where it has none.
    """
    return check_view(of_document(document, context.question), context, profile)


def check_draft_file(document: Document, context: CheckContext) -> tuple[Finding, ...]:
    """What is wrong with a draft's article file: the findings that its text gave as a draft, under a draft's fields.

    What only shows in the answer as a whole is found under ``answer``. Rules that need the model's reply do not run.
    """
    by_part = check_view(of_draft_file(document, context.question), context, "draft")
    codes = {finding.code for finding in by_part}
    whole = check_document(document, context, "draft")
    return (*by_part, *(finding for finding in whole if finding.code not in codes))


def check_view(view: Checked, context: CheckContext, profile: Profile) -> tuple[Finding, ...]:
    """The findings on a view that is at hand."""
    found: list[Finding] = []
    fixable = view.document is not None
    for rule, severity, check in _applicable(profile, fixable, len(RULES)):
        for defect in check(view, context):
            found.append(
                Finding(
                    code=rule.code,
                    severity=defect.severity or severity,
                    field=defect.field,
                    message=defect.message,
                    start=defect.start,
                    end=defect.end,
                    fixable=fixable and rule.fixable,
                )
            )
    return tuple(found)


@cache
def _applicable(profile: Profile, file: bool, _registered: int) -> tuple[tuple[Rule, Severity, Check], ...]:
    """The rules to run; computed anew when one was registered since."""
    unwanted = "reply" if file else "document"
    return tuple(
        (rule, severity, rule.check)
        for rule in RULES.values()
        if rule.check is not None
        and rule.needs != unwanted
        and (severity := rule.severity(profile)) is not None
    )
