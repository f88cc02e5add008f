"""A second audit uses kept results, and finds what an audit without them finds."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from generator.content.frontmatter import patch
from generator.content.limits import Limits
from generator.services import Services
from generator.workflows.audit import kept_audit
from generator.workflows.audit.audit import audit_site
from generator.workflows.audit.fix import fix_site
from generator.workflows.audit.html_report import write_html_report
from generator.workflows.audit.requests import AuditOutcome, AuditRequest, FixRequest
from generator.workflows.engine.progress import NoProgress
from tests.support.file_dates import date_back
from tests.support.made_site import KEELS, LENSES, MONSOON, TIDES, MadeSite, answer


@pytest.fixture
def site(tmp_path: Path) -> MadeSite:
    made = MadeSite(tmp_path / "learn")
    made.spoil(LENSES, {"answer": answer("it") + " Here $a \\neq b$ holds."})
    made.spoil(TIDES, {"related_article2.url": "/learn/physics/questions/no-such-page"})
    date_back(made.folder)
    return made


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths of the files that are examined."""
    found: list[str] = []
    real = kept_audit.examine_all

    def examine_all(audit, files):
        found.extend(path for path, _ in files)
        return real(audit, files)

    monkeypatch.setattr(kept_audit, "examine_all", examine_all)
    return found


def audited(services: Services, **request: object) -> AuditOutcome:
    return audit_site(services, AuditRequest(**request), NoProgress())


def anew(site: MadeSite, tmp_path: Path, **request: object) -> AuditOutcome:
    """An audit without kept results."""
    services = site.services()
    plain = services.settings.model_copy(update={"output_dir": tmp_path / "unused"})
    return audited(Services(plain), **request)


def test_an_unchanged_site_is_not_read_again(site, examined, tmp_path):
    first = audited(site.services())
    assert len(first.findings) > 1
    assert len(examined) == 4
    again = audited(site.services())
    assert len(examined) == 4
    assert (again.findings, again.examined, again.counts) == (first.findings, first.examined, first.counts)
    assert again.findings == anew(site, tmp_path).findings


def test_the_report_and_the_fixes_are_those_of_a_first_audit(site, tmp_path):
    first = audited(site.services())
    pages = []
    for number, outcome in enumerate((first, audited(site.services()))):
        write_html_report(outcome, tmp_path / f"{number}.html", limits=Limits(), now="2026-01-31")
        pages.append((tmp_path / f"{number}.html").read_bytes())
        fixed = fix_site(site.services(), outcome, FixRequest(dry_run=True, whole_site=True), NoProgress())
        pages.append(fixed)
    assert pages[:2] == pages[2:]
    assert audited(site.services()).facts == first.facts


def test_whether_the_folder_is_a_part_of_the_site_is_kept_too(site, monkeypatch):
    first = audited(site.services()).corpus.targets
    assert 0 < first.missing_share < 1
    monkeypatch.setattr(kept_audit.KeptAudit, "examined", None)
    again = audited(site.services()).corpus.targets
    assert (again.missing_share, again.is_partial_site) == (first.missing_share, first.is_partial_site)


@pytest.mark.parametrize("damage", ["", "[", "[]", "{}", "[0.5]", "[null, []]", "[0.5, [[1]]]", "[[], 1]"])
def test_a_damaged_run_changes_nothing(site, tmp_path, damage):
    audited(site.services())
    with closing(sqlite3.connect(tmp_path / "output" / "index.sqlite3")) as index, index:
        assert index.execute("UPDATE kept_run SET result = ?", (damage,)).rowcount == 1
    assert audited(site.services()).findings == anew(site, tmp_path).findings


def test_only_a_changed_file_is_read_and_rules_over_the_corpus_see_it(site, examined, tmp_path):
    audited(site.services())
    examined.clear()
    text = site.text(MONSOON)
    site.path(MONSOON).write_text(patch(text, {"id": "1"}), encoding="utf-8", newline="")
    found = audited(site.services())
    assert examined == [site.path(MONSOON).relative_to(site.folder).as_posix()]
    assert found.findings == anew(site, tmp_path).findings
    site.path(KEELS).unlink()
    assert audited(site.services()).findings == anew(site, tmp_path).findings


def test_a_sequence_of_edits_removals_and_returns_gives_the_same_as_without_kept_results(site, tmp_path):
    audited(site.services())
    texts = {question: site.text(question) for question in (MONSOON, TIDES, KEELS)}
    near = "How does the moon cause the tides on Earth?"
    steps = (
        (KEELS, patch(texts[KEELS], {"question": near, "id": "2"})),
        (MONSOON, None),
        (TIDES, patch(texts[TIDES], {"seo.page_description": "The two causes of a steady flow."})),
        (KEELS, patch(texts[KEELS], {"seo.page_description": "The two causes of one steady flow."})),
        (MONSOON, texts[MONSOON]),
        (TIDES, None),
        (TIDES, texts[TIDES]),
    )
    for question, text in steps:
        if text is None:
            site.path(question).unlink()
        else:
            site.path(question).write_text(text, encoding="utf-8", newline="")
        assert audited(site.services()).findings == anew(site, tmp_path).findings


@pytest.mark.parametrize("damage", ["", "[", "[]", "[{}]", "[1, 2]", '[{"a": 1}, {}]', '[{}, {"a": [1]}]'])
def test_damaged_pairs_change_nothing(site, tmp_path, damage):
    audited(site.services())
    with closing(sqlite3.connect(tmp_path / "output" / "index.sqlite3")) as index, index:
        assert index.execute("UPDATE kept_value SET value = ?", (damage,)).rowcount == 2
    site.spoil(KEELS, {"id": "9"})
    assert audited(site.services()).findings == anew(site, tmp_path).findings


@pytest.mark.parametrize("rules", [("related-dead",), ("cut-command", "id-twice")])
def test_requests_for_rules_and_parts_give_the_same_as_without_kept_results(site, tmp_path, rules):
    audited(site.services())
    part = (site.path(TIDES),)
    for request in ({"rules": rules}, {"paths": part}, {"paths": part, "rules": rules}, {}):
        kept, plain = audited(site.services(), **request), anew(site, tmp_path, **request)
        assert kept.findings == plain.findings
        assert kept.facts == plain.facts
        assert kept.corpus.articles == plain.corpus.articles


def test_a_part_is_audited_first_and_the_whole_site_later(site, tmp_path):
    audited(site.services(), paths=(site.path(TIDES),))
    assert audited(site.services()).findings == anew(site, tmp_path).findings


def test_a_file_that_changed_just_now_is_read_again(site, examined):
    site.path(LENSES).write_text(site.text(LENSES) + "\n", encoding="utf-8", newline="")
    for _ in range(2):
        audited(site.services())
    assert examined.count(site.path(LENSES).relative_to(site.folder).as_posix()) == 2


def test_other_settings_and_another_version_of_the_program_void_what_is_kept(site, examined, monkeypatch):
    audited(site.services())
    settings = site.services().settings
    limits = Limits.model_validate({"seo": {"description_total": 150}})
    other = settings.model_copy(update={"limits": limits})
    audited(Services(other))
    assert len(examined) == 8
    monkeypatch.setattr(kept_audit, "program_version", lambda: "another")
    audited(Services(other))
    assert len(examined) == 12


@pytest.mark.parametrize("damage", [b"", b"not a database" * 500])
def test_a_damaged_index_changes_nothing(site, tmp_path, damage):
    services = site.services()
    audited(services)
    services.close()
    (tmp_path / "output" / "index.sqlite3").write_bytes(damage)
    assert audited(site.services()).findings == anew(site, tmp_path).findings


def test_an_output_folder_that_cannot_be_written_changes_nothing(site, tmp_path):
    (tmp_path / "output").write_text("a file in the place of the folder", encoding="utf-8")
    found = audited(site.services())
    assert found.findings == anew(site, tmp_path).findings
