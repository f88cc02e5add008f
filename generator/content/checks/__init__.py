"""Checks articles: the same rules for a model's draft, for the file of a draft and for a published file."""

from collections.abc import Collection
from dataclasses import replace
from functools import cache

# Imported to register their rules. The order of the imports is the order of the findings and of the repair prompts.
# isort: off
from generator.content.checks import description  # noqa: F401
from generator.content.checks import description_sense  # noqa: F401
from generator.content.checks import truncation  # noqa: F401
from generator.content.checks import article_file  # noqa: F401
from generator.content.checks import grounding  # noqa: F401
from generator.content.checks import keywords  # noqa: F401
from generator.content.checks import markup  # noqa: F401
from generator.content.checks import rendering  # noqa: F401
from generator.content.checks import structure  # noqa: F401
from generator.content.checks import ai_phrases  # noqa: F401
from generator.content.checks import topic  # noqa: F401
from generator.content.checks import lasting  # noqa: F401
from generator.content.checks import house  # noqa: F401
from generator.content.checks import claims  # noqa: F401
from generator.content.checks import rewrites  # noqa: F401

# isort: on
from generator.content.checks.context import CheckContext, Grounding
from generator.content.checks.rules import RULES, Profile, Rule, register
from generator.content.checks.view import ArticleView, view_of_document, view_of_draft, view_of_draft_file
from generator.content.drafts.draft import Draft
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
    """The findings on a model's draft, in the order of :data:`RULES`; only ``declined`` where the model declined."""
    if draft.cannot_answer:
        return (Finding("declined", "error", "", f"the model declined: {draft.cannot_answer}"),)
    return check_view(view_of_draft(draft, context.question), context, "draft")


def check_document(
    document: Document, context: CheckContext, profile: Profile = "draft", *, on_request: bool = False
) -> tuple[Finding, ...]:
    """The findings on an article file.

    Args:
        context: its ``question`` is used only for a file without one.
        profile: whether the file is checked as a draft or as a published page.
        on_request: as for :func:`check_view`.
    """
    return check_view(view_of_document(document, context.question), context, profile, on_request=on_request)


def check_draft_file(document: Document, context: CheckContext) -> tuple[Finding, ...]:
    """The findings on a draft's article file, under the field names of a draft.

    Findings that only the answer as a whole gives are reported under ``answer``. Rules that need the model's reply do
    not run.
    """
    by_part = check_view(view_of_draft_file(document, context.question), context, "draft")
    codes = {finding.code for finding in by_part}
    whole = check_document(document, context, "draft")
    return (*by_part, *(finding for finding in whole if finding.code not in codes))


def check_view(
    view: ArticleView,
    context: CheckContext,
    profile: Profile,
    fields: Collection[str] = (),
    *,
    on_request: bool = False,
) -> tuple[Finding, ...]:
    """The findings on a view.

    Args:
        on_request: whether rules run that report published pages only on request.
        fields: reports only findings on these fields, and runs only rules that declare one of them; empty: all.
    """
    in_file = view.document is not None
    if context.published != (profile == "published"):
        context = replace(context, published=profile == "published")
    found: list[Finding] = []
    for rule in _applicable(profile, in_file, frozenset(fields), len(RULES)):
        assert rule.check is not None
        if rule.on_request and not on_request and profile == "published":
            continue
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
    """The rules of a profile that declare one of these fields of an article file, in the order in which they run."""
    return _applicable(profile, True, frozenset(fields), len(RULES))


@cache
def _applicable(
    profile: Profile, in_file: bool, fields: frozenset[str], _rule_count: int
) -> tuple[Rule, ...]:
    """The rules to run. ``_rule_count`` makes the cache miss after a rule was registered."""
    missing = "reply" if in_file else "document"
    return tuple(
        rule
        for rule in RULES.values()
        if rule.check is not None
        and rule.needs != missing
        and rule.severity(profile) is not None
        and (not fields or not fields.isdisjoint(rule.fields))
    )
