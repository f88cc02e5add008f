"""The rules on article files, with the severities of a published page."""

import dataclasses

import pytest

from generator.content.checks import CheckContext, Profile, check_document
from generator.content.findings import Finding, errors
from generator.content.frontmatter import patch, read
from tests.support.broken_files import BROKEN_FILES, TEXT, answer, article
from tests.support.made_drafts import healthy_context

NAME = "how-do-plants-move-water-from-root-to-leaf.md"


def context(**changes: object) -> CheckContext:
    return dataclasses.replace(healthy_context(), folder="biology", name=NAME, **changes)


def findings(text: str, profile: Profile = "published", **changes: object) -> tuple[Finding, ...]:
    return check_document(read(text), context(**changes), profile, on_request=True)


@pytest.mark.parametrize("profile", ["draft", "published"])
def test_a_correct_file_has_no_findings(profile: Profile) -> None:
    assert findings(TEXT, profile) == ()


@pytest.mark.parametrize(
    ("code", "severity", "field", "text"), BROKEN_FILES, ids=[row[0] for row in BROKEN_FILES]
)
def test_a_broken_file_has_the_finding_at_its_field(code: str, severity: str, field: str, text: str) -> None:
    found = [(f.code, f.severity, f.field) for f in findings(text)]
    assert (code, severity, field) in found


def test_a_rule_on_request_runs_only_when_it_is_asked_for() -> None:
    short = read(answer(lambda stored: "Plants pull it up."))
    assert "too-short" not in {finding.code for finding in check_document(short, context(), "published")}


def test_findings_in_the_answer_have_their_place() -> None:
    text = answer(lambda stored: f"{stored}\\n\\nThe gathered information tells that water rises.")
    (finding,) = (f for f in findings(text) if f.code == "talks-of-sources")
    assert finding.start is not None and finding.end is not None
    markdown = article().answer.replace("\\n", "\n") + "\n\nThe gathered information tells that water rises."
    assert markdown[finding.start : finding.end] == "gathered information"


def test_a_finding_that_a_program_can_fix_is_marked_fixable() -> None:
    repeated = patch(TEXT, {"seo.page_keywords": "xylem, stomata, xylem"})
    assert [f.fixable for f in findings(repeated) if f.code == "keyword-twice"] == [True]
    assert not any(
        f.fixable for f in findings(answer(lambda stored: f"I cannot answer this question. {stored}"))
    )


def test_a_comma_within_a_keyword_gives_no_repeated_keyword() -> None:
    assert not findings(patch(TEXT, {"seo.page_keywords": "10,000 people, 20,000 people"}))


def test_an_empty_keyword_in_a_draft_file_is_an_error() -> None:
    text = patch(TEXT, {"seo.page_keywords": "xylem, , stomata"})
    found = [f.message for f in findings(text, "draft") if f.code == "keyword-format"]
    assert found == ["contains an empty keyword; remove it"]


@pytest.mark.parametrize(
    "ending",
    [
        "\\n\\n- **Hosts**: 254 per network\\n- **Broadcast**: the last address",
        "\\n\\n```python\\nprint(1)\\n```",
        "\\n\\n$$\\nE = mc^2\\n$$",
        "\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |",
        " He called it “a rope of water.”",
        " It is the *rope of water*.",
        " (Dixon, 1894).",
        " «It is a rope of water.»",
    ],
)
def test_a_complete_ending_is_not_reported_as_cut_off(ending: str) -> None:
    assert not errors(findings(answer(lambda stored: stored + ending)))


def test_an_unknown_path_is_no_error() -> None:
    assert check_document(read(TEXT), CheckContext(), "published") == ()
