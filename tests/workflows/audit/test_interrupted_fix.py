"""Ctrl-C during ``audit --fix``: every file that was written is reported, and the next run fixes the rest."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator.workflows.audit import fix
from generator.workflows.audit.audit import audit_site
from generator.workflows.audit.fix import fix_site
from generator.workflows.audit.requests import AuditRequest, FixOutcome, FixRequest
from generator.workflows.engine.progress import NoProgress
from tests.support.made_site import LENSES, MadeSite

FILES = 100


@pytest.fixture
def site(tmp_path: Path) -> MadeSite:
    """A site with a keyword to be fixed in many files."""
    made = MadeSite(tmp_path / "learn")
    made.spoil(LENSES, {"seo.page_keywords": "lens,eye"})
    spoilt = made.path(LENSES)
    for number in range(FILES - 1):
        spoilt.with_name(f"copy-{number}.md").write_bytes(spoilt.read_bytes())
    return made


def fixed(site: MadeSite, written: list[str]) -> FixOutcome:
    audited = audit_site(site.services(), AuditRequest(), NoProgress())
    request = FixRequest(("keyword-spacing",))
    return fix_site(
        site.services(), audited, request, NoProgress(), on_fix=lambda change: written.append(change.path)
    )


def left(site: MadeSite) -> set[str]:
    return {
        str(path.relative_to(site.folder))
        for path in site.folder.rglob("*.md")
        if "lens,eye" in path.read_text(encoding="utf-8")
    }


def test_every_written_file_is_reported(site: MadeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    before, written = left(site), list[str]()

    @contextmanager
    def pressed_after_the_first_file() -> Iterator[object]:
        yield lambda: bool(written)

    with monkeypatch.context() as patch:
        patch.setattr(fix, "stop_flag", pressed_after_the_first_file)
        outcome = fixed(site, written)
    assert outcome.interrupted
    assert 0 < len(written) < FILES
    assert {item.path for item in outcome.fixed} == set(written) == before - left(site)
    outcome = fixed(site, written)
    assert not outcome.interrupted
    assert (set(written), left(site)) == (before, set())
