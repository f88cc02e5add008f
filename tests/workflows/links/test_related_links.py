"""Related links: candidates, flaws of links, updates of files, and files that are skipped."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.config import Settings
from generator.content.article import RelatedArticle
from generator.content.frontmatter import patch_related, read
from generator.content.site.site import Site
from generator.content.site.subjects import Subject
from generator.content.slugs import key_of
from generator.processes.ordered_map import ordered_map
from generator.services import Services
from generator.workflows.audit.audit import audit_site
from generator.workflows.audit.requests import AuditRequest
from generator.workflows.engine.progress import NoProgress
from generator.workflows.links import refresh, updater
from generator.workflows.links.candidates import find_related
from generator.workflows.links.refresh import refresh_links
from generator.workflows.links.requests import RefreshLinksOutcome, RefreshLinksRequest, RelatedRequest
from tests.support.file_links import put_behind_link
from tests.support.linked_site import BEES, GLACIERS, LinkedSite, gone, link
from tests.support.repositories import commit_all, git, new_repository
from tests.support.syncs import Syncs

HIVE, DANCE, QUEEN, HONEY, SWARM, DRONES, FOOD, POLLEN = BEES
ICE = GLACIERS[0]


@pytest.fixture
def site(tmp_path: Path) -> LinkedSite:
    return LinkedSite(tmp_path / "learn")


@pytest.fixture
def services(site: LinkedSite) -> Iterator[Services]:
    opened = site.services()
    yield opened
    opened.close()


def run(
    services: Services, *paths: str, progress: Any = None, whole_site: bool = True, **options: Any
) -> RefreshLinksOutcome:
    folder = services.settings.content_dir
    wanted = tuple(folder / path for path in paths)
    request = RefreshLinksRequest(wanted, whole_site=whole_site, **options)
    return refresh_links(services, request, progress or NoProgress())


def reasons(report: RefreshLinksOutcome) -> dict[str, tuple[str, ...]]:
    return {item.path: item.reasons for item in report.changed}


def test_candidates_are_similar_to_the_article_and_never_the_article(site, services):
    name = site.name(HIVE).removesuffix(".md")
    found = find_related(services, RelatedRequest(name, limit=5), NoProgress())
    assert (found.key, found.question) == (name, HIVE)
    assert len(found.candidates) == 5
    assert {item.row.question for item in found.candidates} <= set(BEES) - {HIVE}


def test_what_is_left_out_is_reported_with_the_reason(site, services):
    site.add("How do honeybees find the way back to their hive?", "Biology", id=50)
    site.patch(DANCE, no_index=True)
    question = HIVE.replace("their way", "the way") + " Do worker bees dance?"
    outcome = find_related(services, RelatedRequest(question=question, subject="biology"), NoProgress())
    found = {item.row.question: item.reason for item in outcome.left_out}
    assert found[DANCE] == "hidden from search engines"
    assert any("asks nearly the same" in reason for reason in found.values())


def test_good_links_stay(site, services):
    before = site.everything()
    report = run(services)
    assert (report.looked_at, report.changed, report.left_alone) == (14, (), ())
    assert site.everything() == before


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_an_article_with_few_good_links_keeps_them_and_gets_more_up_to_five(site, services, number):
    kept = (DANCE, QUEEN, HONEY, SWARM)[:number]
    site.relink(HIVE, *map(link, kept))
    report = run(services, site.name(HIVE))
    assert reasons(report) == {site.name(HIVE): ("few",)}
    assert report.changed[0].dropped == ()
    assert len(report.changed[0].added) == 5 - number
    titles = site.titles(HIVE)
    assert (titles[:number], len(set(titles))) == ([*kept], 5)
    assert set(titles) <= set(BEES) - {HIVE}
    assert run(services, site.name(HIVE)).changed == ()


def test_few_links_stay_few_where_nothing_else_may_be_linked(site, services):
    for question in (*BEES[3:], *GLACIERS):
        site.patch(question, no_index=True)
    before = site.relink(HIVE, link(DANCE), link(QUEEN))
    assert run(services, site.name(HIVE)).changed == ()
    assert site.text(HIVE) == before


def test_few_good_links_with_a_missing_field_stay_as_they_are(site, services):
    text = site.relink(HIVE, link(DANCE), link(QUEEN))
    broken = text.replace(f"    id: {list(BEES).index(QUEEN) + 1}\n", "")
    site.path(HIVE).write_text(broken, encoding="utf-8", newline="")
    report = run(services, site.name(HIVE))
    assert (report.changed, report.left_alone, site.text(HIVE)) == ((), (), broken)


def test_several_processes_give_the_same_links_as_one(site, services, monkeypatch):
    for question in (*BEES[:4], *GLACIERS[:2]):
        site.relink(question, gone(), link(ICE), link(HIVE))
    alone = run(services, dry_run=True)
    monkeypatch.setattr(refresh, "ordered_map", partial(ordered_map, processes=2, parallel_from=2))
    together = run(services, dry_run=True)
    assert len(alone.changed) == 6
    assert together.changed == alone.changed


def test_an_article_without_links_gets_five_of_its_kind(site, services):
    before = site.relink(HIVE)
    report = run(services, site.name(HIVE))
    assert reasons(report) == {site.name(HIVE): ("none",)}
    assert len(site.titles(HIVE)) == 5
    assert set(site.titles(HIVE)) <= set(BEES) - {HIVE}
    # Taking them out again gives the very bytes back.
    assert patch_related(site.text(HIVE), []) == before


@pytest.mark.parametrize(
    ("bad", "reason"),
    [(gone(), "dead"), (link(HIVE), "itself"), (link(DANCE), "twice"), (link(ICE), "unlike")],
)
def test_a_bad_link_is_replaced_by_a_better_one(site, services, bad, reason):
    site.relink(HIVE, link(DANCE), bad, link(QUEEN), link(HONEY), link(SWARM))
    report = run(services, site.name(HIVE))
    assert reasons(report) == {site.name(HIVE): (reason,)}
    titles = site.titles(HIVE)
    assert [titles[0], *titles[2:]] == [DANCE, QUEEN, HONEY, SWARM]
    assert titles[1] in {DRONES, FOOD, POLLEN}


def test_hidden_and_unfit_targets_are_replaced(site, services):
    site.patch(DANCE, no_index=True)
    site.patch(QUEEN, answer="Sorry, I cannot answer that.")
    site.relink(HIVE, link(DANCE), link(QUEEN), link(HONEY), link(SWARM))
    report = run(services, site.name(HIVE))
    assert reasons(report) == {site.name(HIVE): ("hidden", "unfit")}
    assert {DANCE, QUEEN}.isdisjoint(site.titles(HIVE))


@pytest.fixture
def unlisted(site: LinkedSite) -> Iterator[Services]:
    """The services over the site with glaciers filed under a subject that is not listed."""
    opened = site.services(Subject(name="Biology"), Subject(name="physics", listed=False))
    yield opened
    opened.close()


def test_a_page_of_an_unlisted_subject_is_not_linked_and_an_existing_link_is_replaced(site, unlisted):
    site.relink(HIVE, link(DANCE), link(ICE), link(QUEEN))
    report = run(unlisted, site.name(HIVE))
    assert reasons(report) == {site.name(HIVE): ("hidden",)}
    assert set(site.titles(HIVE)) <= set(BEES)


def test_a_page_of_an_unlisted_subject_gets_links_only_to_listed_subjects(site, unlisted):
    site.add("How do honeybees cool the hive in summer?", "Physics", id=60)
    site.path(ICE).write_bytes(site.path(HIVE).read_bytes())
    site.relink(ICE)
    assert len(run(unlisted, site.name(ICE)).changed) == 1
    assert set(site.titles(ICE)) <= set(BEES) - {HIVE}
    assert len(site.titles(ICE)) == 5


def test_a_link_to_an_unlisted_subject_stays_if_there_is_no_better_one(site, unlisted):
    for question in BEES:
        site.path(question).unlink()
    before = site.everything()
    report = run(unlisted, *map(site.name, GLACIERS))
    assert (report.changed, site.everything()) == ((), before)


def test_the_subject_written_in_a_file_counts_as_its_folder_does(site):
    site.patch(DANCE, subject="Beekeeping")
    services = site.services(Subject(name="Biology"), Subject(name="BEEKEEPING", listed=False))
    site.relink(HIVE)
    run(services, site.name(HIVE))
    services.close()
    assert len(site.titles(HIVE)) >= 3
    assert DANCE not in site.titles(HIVE)


def test_a_near_duplicate_of_the_article_or_of_another_link_is_replaced(site, services):
    twin = "How do honeybees find the way back to their hive?"
    site.add(twin, "Biology", id=50)
    double = RelatedArticle(
        id=50, title=twin, subject="Biology", url=Site().address_of(key_of("Biology", twin))
    )
    site.relink(HIVE, link(DANCE), double, link(QUEEN))
    site.relink(DANCE, link(HIVE), link(QUEEN), double)
    report = run(services, site.name(HIVE), site.name(DANCE))
    assert set(reasons(report).values()) == {("near-duplicate",)}
    assert len(report.changed) == 2
    assert twin not in {*site.titles(HIVE), *site.titles(DANCE)}


@pytest.mark.parametrize(
    ("similarity", "reason"), [(0.8, None), (0.75, "near-duplicate"), (0.55, "near-duplicate")]
)
def test_the_settings_define_when_questions_are_near_duplicates(site, similarity, reason):
    asked = "How do honeybees find their way back to the hive in fog?"  # 0.78
    site.add(asked, "Biology", id=50)
    site.add("How do honeybees find their way?", "Biology", id=51)  # 0.6
    fog = RelatedArticle(
        id=50, title=asked, subject="Biology", url=Site().address_of(key_of("Biology", asked))
    )
    site.relink(HIVE, link(DANCE), fog, *map(link, (QUEEN, HONEY, SWARM)))
    services = site.services(duplicates={"similarity": similarity})
    assert reasons(run(services, site.name(HIVE))) == ({site.name(HIVE): (reason,)} if reason else {})
    assert run(services, site.name(HIVE)).changed == ()
    services.close()


def test_a_poor_link_stays_if_there_is_no_better_one(site, services):
    for question in (*BEES[3:], *GLACIERS[1:]):
        site.path(question).unlink()
    site.patch(ICE, no_index=True)
    before = site.relink(HIVE, link(DANCE), link(QUEEN), link(ICE))
    assert run(services, site.name(HIVE)).changed == ()
    assert site.text(HIVE) == before


def test_a_second_run_changes_nothing(site, services):
    site.relink(HIVE)
    site.relink(DANCE, gone(), link(ICE), link(DANCE), link(QUEEN), link(QUEEN))
    site.relink(ICE, *map(link, BEES[:5]))
    site.patch(SWARM, no_index=True)
    first = run(services)
    assert len(first.changed) >= 3
    after = site.everything()
    assert run(services).changed == ()
    assert site.everything() == after


def test_a_dry_run_writes_nothing_and_reports_the_same(site, services):
    site.relink(HIVE, gone(), link(DANCE))
    before = site.everything()
    planned = run(services, dry_run=True)
    assert site.everything() == before
    assert run(services).changed == planned.changed


def test_line_ends_and_marks_of_the_file_stay(site, services):
    path = site.path(HIVE)
    plain = site.relink(HIVE, link(DANCE), gone(), link(QUEEN))
    path.write_bytes(b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").encode())
    assert len(run(services, site.name(HIVE)).changed) == 1
    after = path.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf---\r\n")
    assert after.count(b"\n") == after.count(b"\r\n")


def test_in_a_part_of_the_site_dead_links_stay_and_the_rest_is_fixed(site, services):
    site.relink(HIVE, link(DANCE), gone(1), gone(2), link(ICE), gone(3))
    site.relink(QUEEN, gone(4), link(DANCE))
    report = run(services, whole_site=False)
    assert reasons(report) == {site.name(HIVE): ("unlike",), site.name(QUEEN): ("few",)}
    titles = site.titles(HIVE)
    assert [titles[place] for place in (1, 2, 4)] == [gone(n).title for n in (1, 2, 3)]
    assert report.kept_dead == 4
    assert report.missing_share is not None
    assert report.missing_share > 0.05


def test_links_are_counted_as_the_audit_counts_them(site, services):
    for question in (HIVE, QUEEN, DANCE):
        text = site.relink(question, gone(1), gone(2))
        folded = re.sub(r"(?m)^( +)url: *(\S+)$", r"\1url: >-\n\1  \2", text)
        assert folded != text
        site.path(question).write_text(folded, encoding="utf-8")
    audited = audit_site(services, AuditRequest(), NoProgress())
    report = run(services, whole_site=False)
    assert report.missing_share == audited.corpus.targets.missing_share > 0.05
    assert (report.kept_dead, set(reasons(report).values())) == (6, {("few",)})


def test_one_dead_link_of_many_is_removed(site, services):
    site.relink(HIVE, link(DANCE), gone(), link(QUEEN))
    report = run(services, whole_site=False)
    assert reasons(report) == {site.name(HIVE): ("dead",)}
    assert gone().title not in site.titles(HIVE)


def in_flow_style(text: str) -> str:
    """The text with its related articles written as flow mappings, which no line shows to be links."""
    group = re.compile(r"(related_article\d): *\n(?:    .*\n)+")

    def flow(match: re.Match[str]) -> str:
        (related,) = yaml.safe_load(match[0]).values()
        return f"{match[1]}: {json.dumps(related)}\n"

    return group.sub(flow, text)


def test_audit_and_refresh_count_missing_targets_alike_however_links_are_written(site, services):
    """A dead link in 47 may go, and one in four may not."""
    for question in (*BEES[1:], *GLACIERS):
        text = in_flow_style(site.text(question))
        assert read(text).related == read(site.text(question)).related
        site.path(question).write_text(text, encoding="utf-8")
    (site.folder / "biology" / "broken.md").write_text(
        "---\ntitle: [\n" + "".join(f"  url: /learn/biology/questions/gone-{n}\n" for n in range(9)),
        encoding="utf-8",
    )
    site.relink(HIVE, link(DANCE), gone(), link(QUEEN), link(HONEY))
    audit = audit_site(services, AuditRequest(), NoProgress())
    assert not audit.corpus.targets.is_partial_site
    report = run(services, site.name(HIVE), whole_site=False)
    assert reasons(report) == {site.name(HIVE): ("dead",)}
    assert report.kept_dead == 0


def test_a_link_to_a_file_that_cannot_be_read_is_not_dead(site, services):
    site.path(QUEEN).write_text("no front matter", encoding="utf-8")
    report = run(services)
    assert [item.path for item in report.left_alone] == [site.name(QUEEN)]
    assert "first line" in report.left_alone[0].reason
    assert report.changed == ()


class EditAfterIndexing(NoProgress):
    """Edits a file once the index is up to date."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text

    @contextmanager
    def bar(self, label):
        with super().bar(label) as show:
            yield show
        if label == "indexing":
            self._path.write_text(self._text, encoding="utf-8", newline="")


def test_a_file_edited_since_it_was_indexed_is_skipped(site, services):
    site.relink(HIVE, gone())
    edited = site.text(HIVE).replace("Told in one line", "Edited meanwhile")
    report = run(services, site.name(HIVE), progress=EditAfterIndexing(site.path(HIVE), edited))
    assert [(item.path, "changed by someone" in item.reason) for item in report.left_alone] == [
        (site.name(HIVE), True)
    ]
    assert site.text(HIVE) == edited


def test_a_file_edited_right_before_the_write_is_skipped(site, services, monkeypatch):
    site.relink(HIVE, gone())
    real = updater.patch_related

    def slow(text, links):
        site.path(HIVE).write_text("---\nedited: yes\n---\n", encoding="utf-8")
        return real(text, links)

    monkeypatch.setattr(updater, "patch_related", slow)
    report = run(services, site.name(HIVE))
    assert (report.changed, len(report.left_alone)) == ((), 1)
    assert site.text(HIVE) == "---\nedited: yes\n---\n"
    assert not list(site.folder.rglob("*.tmp"))


def test_a_link_to_a_file_inside_the_content_folder_is_followed_and_stays(site, services):
    site.relink(HIVE)
    kept = put_behind_link(site.path(HIVE), site.folder / "kept" / "below")
    assert len(run(services, site.name(HIVE)).changed) == 1
    assert site.path(HIVE).is_symlink()
    assert len(read(kept.read_bytes()).related) == 5


def test_a_file_behind_a_link_out_of_the_content_folder_is_skipped(site, services, tmp_path):
    site.relink(HIVE)
    site.relink(DANCE)
    kept = put_behind_link(site.path(HIVE), tmp_path / "elsewhere")
    report = run(services, site.name(HIVE), site.name(DANCE))
    assert [item.path for item in report.changed] == [site.name(DANCE)]
    assert ["leads out" in item.reason for item in report.left_alone] == [True]
    assert read(kept.read_bytes()).related == []


def test_what_is_changed_is_on_the_disk(site, services, monkeypatch):
    site.relink(HIVE)
    syncs = Syncs(monkeypatch)
    run(services, site.name(HIVE))
    assert syncs.has(site.path(HIVE), site.path(HIVE).parent)


def test_a_link_with_a_missing_field_is_left_to_a_person(site, services):
    text = site.relink(HIVE, link(DANCE), gone())
    broken = text.replace("    id: 901\n", "")
    site.path(HIVE).write_text(broken, encoding="utf-8", newline="")
    report = run(services, site.name(HIVE))
    assert "by hand" in report.left_alone[0].reason
    assert site.text(HIVE) == broken


def test_what_was_changed_is_committed_and_nothing_else(site, services, tmp_path):
    new_repository(tmp_path)
    site.relink(HIVE)
    commit_all(tmp_path, "learn")
    site.path(ICE).write_text(site.text(ICE) + "\n", encoding="utf-8", newline="")
    report = run(services, commit=True)
    assert report.commit_error is None
    assert git(tmp_path, "show", "--name-only", "--format=", "HEAD").split() == [f"learn/{site.name(HIVE)}"]
    assert "Update the related articles of biology/" in git(tmp_path, "log", "-1", "--format=%s")
    assert site.name(ICE) in git(tmp_path, "status", "--porcelain")


@pytest.mark.corpus
def test_only_the_links_of_real_files_change_and_only_once(tmp_path, corpus_dir):
    folder = tmp_path / "learn"
    subject = min((path for path in corpus_dir.iterdir() if len(list(path.glob("*.md"))) >= 20), key=str)
    (folder / subject.name).mkdir(parents=True)
    for path in sorted(subject.glob("*.md"))[:60]:
        (folder / subject.name / path.name).write_bytes(path.read_bytes())
    before = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.md")}
    services = Services(Settings(content_dir=folder, output_dir=tmp_path / "output"))
    for again in (False, True):
        report = run(services)
        assert bool(report.changed) != again
        assert report.left_alone == ()
    services.close()
    for path, text in before.items():
        values = read(path.read_bytes()).values
        kept = {name: value for name, value in values.items() if not name.startswith("related_article")}
        old = {
            name: value for name, value in read(text).values.items() if not name.startswith("related_article")
        }
        assert kept == old
