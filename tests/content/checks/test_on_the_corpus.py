"""The rules on the sample of the real site: they find the broken articles and do not report the correct majority."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from generator.content.checks import CheckContext, check_document
from generator.content.findings import Finding
from generator.content.frontmatter import Document, read

pytestmark = [pytest.mark.slow, pytest.mark.corpus]

STEP = 4
REFUSAL = re.compile(
    r"\bI (?:cannot|can't|am unable to|could not) (?:answer|provide|find|determine|locate)\b"
)


@pytest.fixture(scope="module")
def checked(corpus_dir: Path) -> dict[Path, tuple[Document, tuple[Finding, ...]]]:
    """Every fourth file with its findings in the profile ``published``."""
    results = {}
    for path in sorted(corpus_dir.rglob("*.md"))[::STEP]:
        document = read(path.read_bytes())
        context = CheckContext(folder=path.parent.name, name=path.name)
        results[path] = document, check_document(document, context, "published")
    return results


def test_no_file_of_the_site_has_a_wrong_path(
    checked: dict[Path, tuple[Document, tuple[Finding, ...]]],
) -> None:
    codes = {finding.code for _, found in checked.values() for finding in found}
    assert not codes & {
        "path-differs",
        "title-differs",
        "field-missing",
        "seo-title",
        "trailing-form",
        "mojibake",
    }


def test_refusals_are_those_that_a_reader_finds(
    checked: dict[Path, tuple[Document, tuple[Finding, ...]]],
) -> None:
    refused = {path for path, (_, found) in checked.items() if any(f.code == "refusal" for f in found)}
    assert refused == {
        path for path, (document, _) in checked.items() if REFUSAL.search(document.get("answer") or "")
    }


def test_defects_that_break_a_page_are_rare(
    checked: dict[Path, tuple[Document, tuple[Finding, ...]]],
) -> None:
    shares: dict[str, float] = defaultdict(float)
    for _, found in checked.values():
        for code in {finding.code for finding in found}:
            shares[code] += 1 / len(checked)
    for code in (
        "cut-off",
        "unclosed-markup",
        "leftover",
        "assistant-talk",
        "math-error",
        "cut-code",
        "html",
    ):
        assert shares[code] < 0.01, code
    assert 0.4 < shares["description-self-reference"] < 0.5
    assert shares["description-too-long"] > 0.95


def test_offsets_are_inside_the_field(checked: dict[Path, tuple[Document, tuple[Finding, ...]]]) -> None:
    for document, found in checked.values():
        for finding in found:
            if finding.start is not None and finding.end is not None:
                text = (document.get(finding.field) or "").replace("\\n", "\n")
                assert 0 <= finding.start <= finding.end <= len(text), finding
