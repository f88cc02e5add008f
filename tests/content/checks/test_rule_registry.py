"""The registry: codes, explanations, and that every rule is tested."""

import re

import pytest

from generator.content import checks
from generator.content.checks import RULES, Rule, register
from generator.workflows.audit import article_facts, corpus_rules
from generator.workflows.review.editing import editor
from tests.support.broken_drafts import BROKEN, DOUBTFUL
from tests.support.broken_files import BROKEN_FILES

TESTED_BY_NAME = {
    "description-reference", "description-fragment", "description-announcement", "description-contradicts",
    "description-hedge", "description-not-held",
    "declined", "cut-by-length", "unknown-passage", "unsupported-point", "verbatim", "subject-spelling",
}  # fmt: skip
# These modules register rules of their own. Their tests are with the modules.
WITH_RULES = (corpus_rules, editor, article_facts)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", rule.code)
    assert RULES[rule.code] is rule
    assert rule.title and not rule.title.endswith(".") and "\n" not in rule.title
    assert 1 <= len(re.findall(r"[.!?](?:\s|$)", rule.explanation)) <= 3
    assert rule.explanation.endswith(".")
    assert rule.draft or rule.published


def test_every_rule_is_tested() -> None:
    tested = {code for code, *_ in (*BROKEN, *DOUBTFUL, *BROKEN_FILES)} | TESTED_BY_NAME
    ours = [rule for rule in RULES.values() if rule.check is not None]
    assert {rule.check.__module__.rpartition(".")[0] for rule in ours} == {checks.__name__}
    assert {rule.code for rule in ours} == tested


def test_a_code_cannot_be_registered_twice() -> None:
    with pytest.raises(ValueError, match="refusal"):
        register(RULES["refusal"])
