"""The audit and its fixes over a part of the real site's sample: every file stays readable, nothing else moves."""

import shutil
from pathlib import Path

import pytest

from generator.config import Settings, load_settings
from generator.content.frontmatter import read
from generator.workflows.audit.audit import AuditReport, audit
from generator.workflows.audit.fixer import Fix, fix, fixer_for
from generator.workflows.audit.fixes import FIXES
from generator.workflows.audit.selection import select
from tests.support.nightly import every

pytestmark = pytest.mark.corpus

CONFIG = Path(__file__).parents[3] / "config.yaml"
FIELDS = {
    "cut-command": "answer",
    "raw-math-delimiter": "answer",
    "money-as-math": "answer",
    "keyword-spacing": "seo.page_keywords",
    "keyword-twice": "seo.page_keywords",
    "subject-spelling": "subject seo.title",
    "seo-title": "seo.title",
}


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(CONFIG, folder=CONFIG.parent)


def audited(folder: Path, settings: Settings) -> AuditReport:
    names = [subject.name for subject in settings.subjects]
    return audit(select([folder], folder), settings, names, processes=1)


@pytest.fixture
def copy(corpus_dir: Path, tmp_path: Path) -> Path:
    """Of two subjects with much math and money, and one with many spellings of its name, every third article; at night
    all.
    """
    for subject in ("economics", "mathematics", "computer-science"):
        (tmp_path / "learn" / subject).mkdir(parents=True)
        for path in every(3, sorted((corpus_dir / subject).glob("*.md"))):
            shutil.copy2(path, tmp_path / "learn" / subject)
    return tmp_path / "learn"


def fields_of(change: Fix) -> set[str]:
    before, after = read(change.before), read(change.after)
    assert before.body == after.body
    return {path for path in {*before.values, *after.values} if before.get(path) != after.get(path)}


def test_fixes_change_only_what_they_are_for_and_a_second_run_nothing(copy: Path, settings: Settings) -> None:
    before = {path: path.read_bytes() for path in copy.rglob("*.md")}
    report = audited(copy, settings)
    done = fix(report, fixer_for(report, (), whole_site=False))
    assert done.fixes and not done.left_alone and done.kept_dead
    for change in done.fixes:
        allowed = {path for code in change.codes for path in FIELDS.get(code, "").split()}
        links = any(code.startswith("related-") for code in change.codes)
        assert all(
            path in allowed or (links and path.startswith("related_")) for path in fields_of(change)
        ), change
    changed = {path for path, data in before.items() if path.read_bytes() != data}
    assert changed == {copy / change.path for change in done.fixes}
    again = audited(copy, settings)
    assert not [finding for finding in again.findings if finding.code == "unreadable" or finding.fixable]
    assert fix(again, fixer_for(again, (), whole_site=False)).fixes == []
    assert errors_left(again) <= errors_left(report)


def errors_left(report: AuditReport) -> set[tuple[str, str, str]]:
    """The errors that no fix serves. (Warnings on length move with ``$$`` on lines of its own.)"""
    return {
        (f.path, f.code, f.field) for f in report.findings if f.severity == "error" and f.code not in FIXES
    }
