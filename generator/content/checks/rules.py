"""The registry of rules: each has one code, one severity per profile, one explanation and one function.

A rule of one article is registered with :func:`rule`; rules that only the whole corpus shows are registered
by the job that runs them with :func:`register`, so that one table explains them all.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from generator.content.checks.context import CheckContext
from generator.content.checks.view import Checked
from generator.content.findings import Severity

Profile = Literal["draft", "published"]
Source = Literal["any", "reply", "document"]


class Defect(NamedTuple):
    """What a rule's function yields: where and what; ``severity`` only where it departs from the rule's own."""

    field: str
    message: str
    start: int | None = None
    end: int | None = None
    severity: Severity | None = None


Check = Callable[[Checked, CheckContext], Iterator[Defect]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``draft`` and ``published`` are its severities in the two profiles; None: it does not apply there.

    ``fields`` are the fields it can name (``points`` stands for any of its parts), ``needs`` tells whether it
    reads what only a model's reply or only an article file has, and ``check`` is None where a job runs it.
    """

    code: str
    title: str
    explanation: str
    draft: Severity | None
    published: Severity | None
    fields: tuple[str, ...] = ()
    fixable: bool = False
    needs: Source = "any"
    check: Check | None = None

    def severity(self, profile: Profile) -> Severity | None:
        """Its severity in a profile; None where it does not apply."""
        return self.draft if profile == "draft" else self.published


_rules: dict[str, Rule] = {}
RULES: Mapping[str, Rule] = MappingProxyType(_rules)


def register(new: Rule) -> Rule:
    """Add a rule to the registry. A code is given out once."""
    if new.code in _rules:
        raise ValueError(f"the rule {new.code!r} is registered twice")
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
    needs: Source = "any",
) -> Callable[[Check], Check]:
    """Register the decorated function as the check of a rule for one article."""

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
                needs=needs,
                check=check,
            )
        )
        return check

    return add
