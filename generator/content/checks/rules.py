"""The registry of rules: each rule has one code, one severity per profile, one explanation and one function.

A rule on one article is registered with :func:`rule`. A rule on the whole corpus is registered with :func:`register`
by the module that checks it, so that one table explains all rules.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from generator.content.checks.context import CheckContext
from generator.content.checks.view import ArticleView
from generator.content.findings import Severity

Profile = Literal["draft", "published"]
RuleInput = Literal["any", "reply", "document"]


class Defect(NamedTuple):
    """What a rule's function yields; ``severity`` is None unless it differs from the rule's own."""

    field: str
    message: str
    start: int | None = None
    end: int | None = None
    severity: Severity | None = None


Check = Callable[[ArticleView, CheckContext], Iterator[Defect]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        code: its name; used in findings, settings and the ledger.
        title: the defect in a few words, without a full stop.
        explanation: why it is a defect, for an editor.
        draft: its severity for drafts; None where it does not apply to them.
        published: its severity for published files; None where it does not apply to them.
        fields: the fields that its findings can name; ``points`` includes every part of the points.
        fixable: whether a program can fix the defect in an article file.
        on_request: whether an audit reports it only when it is asked for by its code.
        needs: whether it needs the model's reply, an article file, or neither.
        check: its function; None where another module checks it.
    """

    code: str
    title: str
    explanation: str
    draft: Severity | None
    published: Severity | None
    fields: tuple[str, ...] = ()
    fixable: bool = False
    on_request: bool = False
    needs: RuleInput = "any"
    check: Check | None = None

    def severity(self, profile: Profile) -> Severity | None:
        """Its severity in a profile; None where it does not apply."""
        return self.draft if profile == "draft" else self.published


_rules: dict[str, Rule] = {}
RULES: Mapping[str, Rule] = MappingProxyType(_rules)


def register(new: Rule) -> Rule:
    """Add a rule to the registry and return it. Raises ValueError for a code that is already registered."""
    if new.code in _rules:
        raise ValueError(f"the rule {new.code!r} is already registered")
    _rules[new.code] = new
    return new


def rule(
    code: str,
    title: str,
    explanation: str,
    *,
    draft: Severity | None,
    published: Severity | None,
    fields: tuple[str, ...] = (),
    fixable: bool = False,
    on_request: bool = False,
    needs: RuleInput = "any",
) -> Callable[[Check], Check]:
    """Register the decorated function as the check of a rule on one article; the arguments are those of ``Rule``."""

    def add(check: Check) -> Check:
        register(
            Rule(
                code=code,
                title=title,
                explanation=explanation,
                draft=draft,
                published=published,
                fields=fields,
                fixable=fixable,
                on_request=on_request,
                needs=needs,
                check=check,
            )
        )
        return check

    return add
