"""The audit: the findings of each rule, the files it compares, and files that cannot be read."""

import os
import shutil
from pathlib import Path

import pytest

from generator.content.checks import RULES
from generator.content.checks.rewriting import REWRITE_RULES
from generator.content.limits import Limits
from generator.errors import UsageError
from generator.workflows.audit.audit import audit_site, audited_rules
from generator.workflows.audit.field_fixes import FIXES
from generator.workflows.audit.fixer import FIX_ORDER
from generator.workflows.audit.histograms import histograms
from generator.workflows.audit.html_report import write_html_report
from generator.workflows.audit.requests import AuditOutcome, AuditRequest
from generator.workflows.engine.progress import NoProgress
from tests.support.made_site import KEELS, LENSES, MONSOON, TIDES, MadeSite, answer, article, link
from tests.support.processes import all_ended, recorded, set_cores
from tests.support.repositories import commit_all, new_repository


@pytest.fixture
def site(tmp_path: Path) -> MadeSite:
    return MadeSite(tmp_path / "learn")


def audited(
    site: MadeSite,
    *paths: Path,
    rules: tuple[str, ...] = (),
    changed_since: str | None = None,
    content_dir: Path | None = None,
) -> AuditOutcome:
    request = AuditRequest(paths, rules, changed_since)
    return audit_site(site.services(content_dir), request, NoProgress())


def chosen(site: MadeSite, *paths: Path, changed_since: str) -> set[str]:
    return set(audited(site, *paths, changed_since=changed_since).selection.chosen)


def found(site: MadeSite, *paths: Path) -> list[tuple[str, str, str]]:
    return [(f.code, Path(f.path).stem[:12], f.field) for f in audited(site, *paths).findings]


def test_a_healthy_site_has_no_findings(site: MadeSite) -> None:
    assert found(site) == []


def test_every_rule_with_a_fix_is_marked_and_every_marked_rule_has_a_fix() -> None:
    assert {rule.code for rule in audited_rules() if rule.fixable} == FIXES == set(FIX_ORDER)


def test_every_rule_has_a_title_and_an_explanation() -> None:
    assert all(rule.title and rule.explanation.endswith(".") for rule in RULES.values())


# ---------------------------------------------------------------- what the corpus shows


def test_a_duplicate_id_is_found_in_both_files(site: MadeSite) -> None:
    site.spoil(KEELS, {"id": 2})
    assert found(site) == [("id-twice", "how-does-the", "id"), ("id-twice", "what-keeps-a", "id")]


def test_the_same_question_in_one_subject_is_an_error_and_across_subjects_a_warning(site: MadeSite) -> None:
    site.add(article(TIDES.replace("the moon", "the Moon,").replace("Earth", "“Earth”"), "Biology", 8))
    site.add(article("What keeps a sailing-boat upright in strong wind", "Physics", 9))
    report = audited(site)
    rows = {(f.code, f.severity, f.path.partition("/")[0]) for f in report.findings if "question" in f.code}
    assert rows == {
        ("question-across-subjects", "warning", "physics"),
        ("question-across-subjects", "warning", "biology"),
        ("question-twice", "error", "physics"),
    }


def test_near_duplicate_questions_name_each_other(site: MadeSite) -> None:
    site.add(article("How do the tides on Earth get caused by the moon?", "Physics", 9))
    near = [f for f in audited(site).findings if f.code == "question-near-duplicate"]
    assert len(near) == 2
    assert TIDES in near[0].message + near[1].message


def test_equal_and_nearly_equal_descriptions_are_different_findings(site: MadeSite) -> None:
    text = "Water rises twice a day because the pull of the moon differs from one side of the globe to the other."
    site.spoil(TIDES, {"seo.page_description": text})
    site.spoil(KEELS, {"seo.page_description": text.upper()})
    site.spoil(LENSES, {"seo.page_description": text.replace("globe", "earth")})
    codes = [(f.code, f.path.partition("/")[0]) for f in audited(site).findings if "description-" in f.code]
    assert codes.count(("description-twice", "physics")) == 2
    assert ("description-near-duplicate", "psychology") in codes


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("url", "/learn/physics/questions/no-such-page", "related-dead"),
        ("url", "https://example.com/elsewhere", "related-dead"),
        ("url", f"{link(TIDES).url}/", "related-stale"),
        ("title", "How does the sun cause tides?", "related-stale"),
        ("subject", "Biology", "related-stale"),
        ("url", link(MONSOON).url, "related-itself"),
        ("url", f"https://www.example.org{link(MONSOON).url}", "related-itself"),
        ("url", link(KEELS).url, "related-twice"),
        ("url", f"{link(KEELS).url}/", "related-twice"),
    ],
)
def test_a_spoilt_related_link_is_found(site: MadeSite, field: str, value: str, code: str) -> None:
    site.spoil(MONSOON, {f"related_article1.{field}": value})
    assert code in {f.code for f in audited(site).findings}


def test_a_link_is_to_the_article_itself_where_it_leads_to_its_file_whatever_address_the_file_names(
    site: MadeSite,
) -> None:
    site.spoil(MONSOON, {"url": link(TIDES).url})
    assert "related-itself" not in {f.code for f in audited(site).findings}
    site.spoil(MONSOON, {"related_article1.url": link(MONSOON).url})
    assert "related-itself" in {f.code for f in audited(site).findings}


def test_two_addresses_of_one_page_are_one_link_in_every_rule(site: MadeSite) -> None:
    site.spoil(MONSOON, {"related_article1.url": f"{link(KEELS).url}/", "related_article1.title": KEELS})
    codes = {f.code for f in audited(site).findings}
    assert "related-twice" in codes and "related-same-question" not in codes


def test_a_finding_names_the_line_of_its_field(site: MadeSite) -> None:
    text = site.spoil(MONSOON, {"related_article2.title": "Another title"})
    (finding,) = audited(site).findings
    assert "Another title" in text.splitlines()[finding.line]  # the text stands below its key


def test_links_are_checked_against_the_whole_folder_whatever_part_is_audited(site: MadeSite) -> None:
    for path in (site.path(MONSOON), site.path(MONSOON).parent, site.folder):
        assert found(site, path) == []


def test_paths_outside_the_configured_folder_are_checked_against_their_own(
    site: MadeSite, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "nowhere"
    for path in (site.path(MONSOON), site.path(MONSOON).parent, site.folder):
        outcome = audited(site, path, content_dir=elsewhere)
        assert outcome.selection.content_dir == site.folder
        assert outcome.findings == ()


def test_paths_of_two_folders_are_refused(site: MadeSite, tmp_path: Path) -> None:
    other = MadeSite(tmp_path / "copy")
    with pytest.raises(UsageError, match="several content folders"):
        audited(site, site.folder, other.folder, content_dir=tmp_path / "nowhere")


def test_only_the_requested_files_are_reported_on_but_all_are_compared(site: MadeSite) -> None:
    site.spoil(KEELS, {"id": 2})
    site.spoil(LENSES, {"score": None})
    assert found(site, site.path(TIDES)) == [("id-twice", "how-does-the", "id")]


def test_findings_of_other_rules_are_omitted_on_request(site: MadeSite) -> None:
    site.spoil(LENSES, {"score": None, "id": 2})
    assert {f.code for f in audited(site, rules=("score-missing",)).findings} == {"score-missing"}
    with pytest.raises(UsageError, match="no rule is called"):
        audited(site, rules=("no-such-rule",))


@pytest.mark.slow
def test_several_processes_find_what_one_finds(site: MadeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    started = recorded(monkeypatch)
    for number in range(600):
        site.add(article(f"Why does tide {number} turn?", "Physics", number % 500))
    set_cores(monkeypatch, 1)
    alone = audited(site).findings
    assert started == []
    set_cores(monkeypatch, 2)
    shutil.rmtree(site.folder.parent / "output")  # with the kept results
    assert audited(site).findings == alone
    assert len(started) == 2 and all_ended(started)


# ---------------------------------------------------------------- bad input


def test_files_that_cannot_be_read_are_named_and_the_rest_is_done(site: MadeSite, tmp_path: Path) -> None:
    (site.folder / "physics" / "broken.md").write_text("---\ntitle: Cells: what\n---\n", encoding="utf-8")
    (site.folder / "physics" / "latin.md").write_bytes(b"---\ntitle: \xe9\n---\n")
    (site.folder / "physics" / "gone.md").symlink_to(tmp_path / "gone")
    (site.folder / "physics" / "long.md").write_bytes(b"---\nid: 5\n---\n".ljust(4_000_001))
    (site.folder / "loop").symlink_to(site.folder / "loop")
    site.spoil(LENSES, {"score": None})
    report = audited(site, site.folder, tmp_path / "not-there")
    unread = [f.path for f in report.findings if f.code == "unreadable"]
    assert unread == [
        str(tmp_path / "not-there"),
        "loop",
        "physics/broken.md",
        "physics/gone.md",
        "physics/latin.md",
        "physics/long.md",
    ]
    assert [f.code for f in report.findings if f.path.startswith("psychology")] == ["score-missing"]
    assert [f.message for f in report.findings if f.path == "physics/long.md"] == ["larger than 4 MB"]
    assert report.examined == 10
    assert report.needs_person


def test_a_link_to_a_file_that_cannot_be_read_is_not_dead(site: MadeSite) -> None:
    site.path(TIDES).write_text("no front matter", encoding="utf-8")
    assert {f.code for f in audited(site).findings} == {"unreadable"}


def test_a_name_that_is_not_utf_8_is_named(site: MadeSite) -> None:
    try:
        Path(os.fsdecode(os.fsencode(site.folder) + b"/physics/caf\xe9.md")).write_bytes(b"---\n---\n")
    except OSError:
        pytest.skip("this file system takes no such name")
    (finding,) = audited(site).findings
    assert (finding.code, finding.path) == ("unreadable", "physics/caf\\xe9.md")


def test_empty_and_missing_folders_are_named(site: MadeSite, tmp_path: Path) -> None:
    (site.folder / "empty").mkdir()
    assert [f.message for f in audited(site, site.folder / "empty").findings] == ["contains no articles"]
    assert found(site) == []
    with pytest.raises(UsageError, match="nothing to check"):
        audited(site, content_dir=tmp_path / "none")


# ---------------------------------------------------------------- git


def test_only_changed_and_new_files_are_looked_at(site: MadeSite) -> None:
    new_repository(site.folder.parent)
    commit_all(site.folder.parent)
    assert chosen(site, changed_since="HEAD") == set()
    site.spoil(LENSES, {"score": None})
    site.path(KEELS).unlink()
    new = site.add(article("Why is the tide “late” — naïvely?", "Physics", 9))
    expected = {site.path(LENSES), new}
    for paths in ((), (site.folder,)):
        assert {site.folder / name for name in chosen(site, *paths, changed_since="HEAD")} == expected
    assert chosen(site, site.folder / "physics", changed_since="HEAD") == {f"physics/{new.name}"}


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=x", "-p", "HEAD;true", ""])
def test_a_revision_that_git_does_not_know_is_refused(site: MadeSite, revision: str) -> None:
    new_repository(site.folder.parent)
    with pytest.raises(UsageError):
        audited(site, changed_since=revision)


def test_changes_outside_a_work_tree_are_refused(site: MadeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(site.folder.parent.parent))
    with pytest.raises(UsageError):
        audited(site, changed_since="HEAD")


# ---------------------------------------------------------------- the page


def test_the_report_is_self_contained_and_escapes_the_content_of_files(
    site: MadeSite, tmp_path: Path
) -> None:
    attack = "</script><script>alert(1)</script>"
    site.spoil(MONSOON, {"related_article2.title": attack, "answer": f"{answer('x')} {attack}"})
    file = tmp_path / "report.html"
    write_html_report(audited(site), file, limits=Limits(), now="2026-01-31T12:00:59.123+00:00")
    page = file.read_text(encoding="utf-8")
    assert attack not in page
    assert "\\u003c/script\\u003e" in page
    assert not any(mark in page for mark in ("http://", "https://", "src=", "<link"))
    assert page.count("<script") == page.count("</script>") == 2
    for title in ("Length of the description in search results", "Words per answer", "Points per answer"):
        assert title in page


def test_the_report_measures_descriptions_as_the_rule_on_their_length_does(site: MadeSite) -> None:
    longest = "x" * Limits().seo.description_max
    site.spoil(KEELS, {"seo.page_description": f"{longest}   "})
    report = audited(site, site.path(KEELS))
    assert "description-too-long" not in {finding.code for finding in report.findings}
    (bar,) = histograms(report, Limits())[0].bars
    assert (bar.label, bar.within) == ("141–160", True)


def test_the_report_of_an_empty_audit_says_so(site: MadeSite, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    page = tmp_path / "out" / "report.html"
    outcome = audited(site, content_dir=tmp_path / "empty")
    write_html_report(outcome, page, limits=Limits(), now="2026-01-31T12:00:59.123+00:00")
    text = page.read_text(encoding="utf-8")
    assert "contains no articles" in text
    assert ", 2026-01-31 12:00 UTC." in text


# ---------------------------------------------------------------- what is proposed for rewriting


def test_pages_for_rewriting_are_counted_and_listed_on_request(site: MadeSite) -> None:
    site.spoil(LENSES, {"answer": "It bends light."})
    report = audited(site)
    assert report.rewritable == {"too-short": 1}
    assert "too-short" not in {finding.code for finding in report.findings}
    assert {finding.code for finding in audited(site, rules=("too-short",)).findings} == {"too-short"}


def test_a_page_that_a_fix_changes_is_not_counted_for_rewriting(site: MadeSite) -> None:
    site.spoil(LENSES, {"answer": f"{answer('it')} As noted in the gathered information, light bends."})
    report = audited(site)
    assert "source-phrase" in {finding.code for finding in report.findings}
    assert report.rewritable == {}


def test_every_proposal_names_a_rule_of_published_pages() -> None:
    assert REWRITE_RULES.keys() <= {rule.code for rule in audited_rules()}
    assert set(REWRITE_RULES.values()) == {"rewrite", "withdraw"}
    assert "no-numbered-points" not in REWRITE_RULES


def test_one_id_of_one_question_is_reported_once(site: MadeSite) -> None:
    site.add(article(TIDES, "Biology", 2))
    assert "id-twice" not in {finding.code for finding in audited(site).findings}
    assert "question-across-subjects" in {finding.code for finding in audited(site).findings}


@pytest.mark.parametrize("number", ["-2", "-139670"])
def test_a_negative_id_is_an_id(site: MadeSite, number: str) -> None:
    site.spoil(TIDES, {"id": int(number)})
    site.spoil(MONSOON, lambda text: text.replace("    id: 2\n", f"    id: {number}\n"))
    site.spoil(MONSOON, {"related_article2": None})
    (finding,) = audited(site).findings
    assert (finding.code, finding.fixable) == ("related-numbering", True)
