"""The audit and its fixes on a part of the sample of the site: every file stays readable, nothing else changes."""

import shutil
from pathlib import Path

import pytest

from generator.config import Settings, load_settings
from generator.content.frontmatter import read
from generator.services import Services
from generator.workflows.audit.audit import audit_site
from generator.workflows.audit.field_fixes import FIXES
from generator.workflows.audit.fix import fix_site
from generator.workflows.audit.requests import AuditOutcome, AuditRequest, FixOutcome, FixRequest
from generator.workflows.engine.progress import NoProgress
from generator.workflows.site.file_change import FileChange
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


def audited(folder: Path, settings: Settings) -> AuditOutcome:
    services = Services(settings.model_copy(update={"content_dir": folder}))
    return audit_site(services, AuditRequest(), NoProgress())


def fixed(report: AuditOutcome, settings: Settings) -> tuple[FixOutcome, list[FileChange]]:
    changes: list[FileChange] = []
    services = Services(settings.model_copy(update={"content_dir": report.selection.content_dir}))
    return fix_site(services, report, FixRequest(), NoProgress(), on_fix=changes.append), changes


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


def fields_of(change: FileChange) -> set[str]:
    before, after = read(change.before), read(change.after)
    assert before.body == after.body
    return {path for path in {*before.values, *after.values} if before.get(path) != after.get(path)}


@pytest.mark.slow
def test_fixes_change_only_their_fields_and_a_second_run_changes_nothing(
    copy: Path, settings: Settings
) -> None:
    before = {path: path.read_bytes() for path in copy.rglob("*.md")}
    report = audited(copy, settings)
    done, changes = fixed(report, settings)
    assert changes and not done.left_alone and done.kept_dead
    for change in changes:
        allowed = {path for code in change.reasons for path in FIELDS.get(code, "").split()}
        links = any(code.startswith("related-") for code in change.reasons)
        assert all(
            path in allowed or (links and path.startswith("related_")) for path in fields_of(change)
        ), change
    changed = {path for path, data in before.items() if path.read_bytes() != data}
    assert changed == {copy / change.path for change in changes}
    again = audited(copy, settings)
    assert not [finding for finding in again.findings if finding.code == "unreadable" or finding.fixable]
    assert fixed(again, settings)[0].fixed == ()
    assert errors_left(again) <= errors_left(report)


def errors_left(report: AuditOutcome) -> set[tuple[str, str, str]]:
    """The errors that no fix serves. (Warnings on length move with ``$$`` on lines of its own.)"""
    return {
        (f.path, f.code, f.field) for f in report.findings if f.severity == "error" and f.code not in FIXES
    }
