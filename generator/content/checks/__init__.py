"""Checks: every rule an article is held to, for a model's draft and for a published file alike."""

from collections.abc import Collection
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
from generator.content.checks.rules import RULES, Profile, Rule, register
from generator.content.checks.view import ArticleView, view_of_document, view_of_draft, view_of_draft_file
from generator.content.draft import Draft
from generator.content.findings import Finding
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
    "view_of_document",
    "register",
    "rules_of",
]


def check_draft(draft: Draft, context: CheckContext) -> tuple[Finding, ...]:
    """What is wrong with a model's draft, field by field.

    A draft that declines gives that one finding. Rules run in the order of :data:`RULES`.
    """
    if draft.cannot_answer:
        return (Finding("declined", "error", "", f"the model declined: {draft.cannot_answer}"),)
    return check_view(view_of_draft(draft, context.question), context, "draft")


def check_document(
    document: Document, context: CheckContext, profile: Profile = "draft"
) -> tuple[Finding, ...]:
    """What is wrong with an article file, as a draft to be published or as a page that is.

    The question is the file's own; ``context.question`` serves where it has none.
    """
    return check_view(view_of_document(document, context.question), context, profile)


def check_draft_file(document: Document, context: CheckContext) -> tuple[Finding, ...]:
    """What is wrong with a draft's article file: the findings that its text gave as a draft, under a draft's fields.

    What only shows in the answer as a whole is found under ``answer``. Rules that need the model's reply do not run.
    """
    by_part = check_view(view_of_draft_file(document, context.question), context, "draft")
    codes = {finding.code for finding in by_part}
    whole = check_document(document, context, "draft")
    return (*by_part, *(finding for finding in whole if finding.code not in codes))


def check_view(
    view: ArticleView, context: CheckContext, profile: Profile, fields: Collection[str] = ()
) -> tuple[Finding, ...]:
    """The findings on a view that is at hand.

    Args:
        fields: only findings on these, by the rules that declare one of them; all by default.
    """
    in_file = view.document is not None
    found: list[Finding] = []
    for rule in _applicable(profile, in_file, frozenset(fields), len(RULES)):
        assert rule.check is not None
        for defect in rule.check(view, context):
            severity = defect.severity or rule.severity(profile)
            if severity and (not fields or defect.field in fields):
                found.append(
                    Finding(
                        code=rule.code,
                        severity=severity,
                        field=defect.field,
                        message=defect.message,
                        start=defect.start,
                        end=defect.end,
                        fixable=in_file and rule.fixable,
                    )
                )
    return tuple(found)


def rules_of(profile: Profile, fields: Collection[str]) -> tuple[Rule, ...]:
    """The rules of a profile on these fields of an article file, in the order in which they run."""
    return _applicable(profile, True, frozenset(fields), len(RULES))


@cache
def _applicable(
    profile: Profile, in_file: bool, fields: frozenset[str], _registered: int
) -> tuple[Rule, ...]:
    """The rules to run; found again when one was registered since."""
    unwanted = "reply" if in_file else "document"
    return tuple(
        rule
        for rule in RULES.values()
        if rule.check is not None
        and rule.needs != unwanted
        and rule.severity(profile) is not None
        and (not fields or not fields.isdisjoint(rule.fields))
    )
