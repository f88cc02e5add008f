"""``audit --fix`` and ``related --refresh`` give the same files in either order."""

import itertools
import random
from pathlib import Path

import pytest

from generator.errors import StorageError
from generator.services import Services
from generator.workflows.audit.audit import audit_site
from generator.workflows.audit.fix import fix_site
from generator.workflows.audit.requests import AuditRequest, FixOutcome, FixRequest
from generator.workflows.engine.progress import NoProgress
from generator.workflows.links.refresh import refresh_links
from generator.workflows.links.requests import RefreshLinksRequest
from tests.support.linked_site import BEES, GLACIERS, LinkedSite, gone, link

HIVE, DANCE, QUEEN, HONEY, SWARM, *_ = BEES
ICE = GLACIERS[0]


@pytest.fixture
def site(tmp_path: Path) -> LinkedSite:
    return LinkedSite(tmp_path / "learn")


def fix(services: Services, *rules: str) -> FixOutcome:
    audited = audit_site(services, AuditRequest(), NoProgress())
    return fix_site(services, audited, FixRequest(rules, whole_site=True), NoProgress())


def refresh(services: Services) -> None:
    refresh_links(services, RefreshLinksRequest(whole_site=True), NoProgress())


def spoil(site: LinkedSite, seed: int) -> None:
    draw = random.Random(seed)
    for question in draw.sample((*BEES, *GLACIERS), 8):
        choices = [gone(1), gone(2), link(question), *map(link, draw.sample((*BEES, *GLACIERS), 4))]
        site.relink(question, *draw.choices(choices, k=draw.randint(1, 5)))


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_fix_and_refresh_does_not_matter(tmp_path: Path, seed: int) -> None:
    found = []
    for number, order in enumerate(itertools.permutations((fix, refresh))):
        site = LinkedSite(tmp_path / str(number) / "learn")
        spoil(site, seed)
        spoilt = site.everything()
        services = site.services()
        for command in order:
            command(services)
        after = site.everything()
        assert after != spoilt
        for command in order:
            command(services)
        assert site.everything() == after
        services.close()
        found.append(after)
    assert found[0] == found[1]


def test_a_page_that_loses_links_gets_others_in_their_place(site: LinkedSite) -> None:
    site.relink(HIVE, link(DANCE), gone(), link(QUEEN), link(QUEEN), link(HIVE))
    services = site.services()
    outcome = fix(services)
    services.close()
    codes = {item.path: item.codes for item in outcome.fixed}
    assert codes[site.name(HIVE)] == ("related-dead", "related-itself", "related-twice")
    assert not outcome.needs_person
    titles = site.titles(HIVE)
    assert (titles[0], titles[2], len(set(titles))) == (DANCE, QUEEN, 5)
    assert set(titles) <= set(BEES) - {HIVE}


def test_a_page_that_loses_no_link_keeps_its_few_links(site: LinkedSite) -> None:
    before = site.relink(HIVE, link(DANCE), link(QUEEN))
    services = site.services()
    assert site.name(HIVE) not in {item.path for item in fix(services).fixed}
    services.close()
    assert site.text(HIVE) == before


def test_links_are_only_removed_where_the_index_cannot_be_used(
    site: LinkedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.relink(HIVE, link(DANCE), gone(), link(QUEEN))
    services = site.services()

    def refuse(*_: object) -> None:
        raise StorageError(str(services.index.path), "the disk is full")

    monkeypatch.setattr(services.index, "refresh", refuse)
    assert [item.codes for item in fix(services, "related-dead").fixed] == [("related-dead",)]
    services.close()
    assert site.titles(HIVE) == [DANCE, QUEEN]


def test_a_folder_that_is_not_that_of_the_settings_only_loses_links(site: LinkedSite, tmp_path: Path) -> None:
    site.relink(HIVE, link(DANCE), gone(), link(QUEEN))
    services = LinkedSite(tmp_path / "other" / "learn").services()
    audited = audit_site(services, AuditRequest((site.folder,)), NoProgress())
    fix_site(services, audited, FixRequest(whole_site=True), NoProgress())
    services.close()
    assert site.titles(HIVE) == [DANCE, QUEEN]
