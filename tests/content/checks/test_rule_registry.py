"""The registry: codes, explanations, and that no rule stands there untested."""

import re

import pytest
from test_document_rules import BROKEN_FILES
from test_draft_rules import BROKEN, DOUBTFUL

from generator.content.checks import RULES, Rule, register

TESTED_BY_NAME = {
    "declined", "cut-by-length", "unknown-passage", "unsupported-point", "verbatim", "subject-spelling",
}  # fmt: skip


# Jobs add rules of their own where they are imported; those are tested with the jobs.
OURS = [
    rule for rule in RULES.values() if rule.check and rule.check.__module__.startswith(checks.__name__)
]


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule.code)
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", rule.code)
    assert RULES[rule.code] is rule
    assert rule.title and not rule.title.endswith(".") and "\n" not in rule.title
    assert 1 <= len(re.findall(r"[.!?](?:\s|$)", rule.explanation)) <= 3
    assert rule.explanation.endswith(".")
    assert rule.draft or rule.published


def test_every_rule_is_seen_to_fire() -> None:
    fired = {code for code, *_ in (*BROKEN, *DOUBTFUL, *BROKEN_FILES)} | TESTED_BY_NAME
    assert {rule.code for rule in RULES.values() if rule.scope == "article"} == fired


def test_a_code_is_given_out_once() -> None:
    with pytest.raises(ValueError, match="refusal"):
        register(RULES["refusal"])
