"""Kept pairs of near duplicates: after any changes of the site, all rules over the corpus find what they find without."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.content.site.site import Site
from generator.content.site.subjects import Subject, SubjectList
from generator.content.text import normalise_question
from generator.workflows.audit import near_pairs, near_texts
from generator.workflows.audit.article_facts import ArticleFacts, Link, normal_form
from generator.workflows.audit.audited_corpus import AuditedCorpus
from generator.workflows.audit.corpus_rules import corpus_findings
from generator.workflows.audit.findings import AuditFinding
from generator.workflows.audit.near_pairs import NearPairs

SITE = Site(origin="https://site.example")
SUBJECTS = SubjectList([Subject(name="Physics"), Subject(name="Biology"), Subject(name="Lore", listed=False)])
QUESTIONS = (
    "How do tides shape a sandy coast?",
    "How do the tides shape sandy coasts?",
    "how do tides shape a sandy coast",
    "How do coastal tides shape a sandy coast?",
    "How do tides not shape a sandy coast?",
    "Why do glaciers carve deep valleys in mountains?",
    "Why do glaciers carve deep mountain valleys?",
    "Why do 2 glaciers carve deep valleys in mountains?",
    "What?",
    "",
)
DESCRIPTIONS = (
    "Tides move sand along the coast, build bars and carve channels twice a day.",
    "Tides move sand along the coast, build bars and carve channels every day.",
    "Tides move sand along a coast, build bars and carve channels twice a day!",
    "tides move sand along the coast, build bars and carve channels twice a day",
    "Sand moves along the coast with tides, which build bars and carve channels.",
    "Glaciers carve valleys because ice drags rock over the ground for ages.",
    "Glaciers carve deep valleys because ice drags rock over the ground for ages.",
    "...",
    "",
)
PATHS = tuple(
    f"{folder}/page-{number}.md" for folder in ("biology", "lore", "physics") for number in range(4)
)


class MemoryStore:
    """Keeps pairs in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, NearPairs] = {}

    def pairs(self, kind: str) -> NearPairs | None:
        return self.kept.get(kind)

    def keep_pairs(self, kind: str, pairs: NearPairs) -> None:
        self.kept[kind] = pairs


class Page(NamedTuple):
    """What differs between the pages of a test."""

    question: str
    description: str
    id: str = ""
    canonical: str = ""
    is_hidden: bool = False
    links: tuple[tuple[str, str], ...] = ()
    """The path and the title of each link's target."""

    def facts(self, path: str) -> ArticleFacts:
        links = tuple(
            Link(number, title, "Physics", address(target), (10 + number, 20 + number, 30 + number))
            for number, (target, title) in enumerate(self.links, start=1)
        )
        return ArticleFacts(
            path=path,
            id=self.id,
            question=self.question,
            normal_question=normalise_question(self.question),
            title=self.question,
            subject=path.partition("/")[0].title(),
            description=self.description,
            words=0,
            points=0,
            links=links,
            has_whole_links=True,
            lines=(2, 3, 4),
            canonical=self.canonical,
            canonical_line=5,
            is_hidden=self.is_hidden,
            normal_description=normal_form(self.description),
        )


def address(path: str) -> str:
    folder, _, name = path.removesuffix(".md").partition("/")
    return f"/learn/{folder}/questions/{name}"


def found(
    site: dict[str, Page],
    store: MemoryStore | None,
    *,
    similarity: float = 0.8,
    description_similarity: float = 0.7,
) -> list[AuditFinding]:
    corpus = AuditedCorpus(frozenset(path.removesuffix(".md") for path in site), SUBJECTS, SITE)
    for path in sorted(site):
        corpus.add(site[path].facts(path))
    return list(
        corpus_findings(
            corpus,
            frozenset(site),
            similarity=similarity,
            description_similarity=description_similarity,
            pairs=store,
        )
    )


pages = st.builds(
    Page,
    st.sampled_from(QUESTIONS),
    st.sampled_from(DESCRIPTIONS),
    st.sampled_from(("", "1", "2")),
    st.sampled_from(("", "", "", *(f"https://site.example{address(path)}" for path in PATHS[:3]))),
    st.sampled_from((False, False, True)),
    st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from(QUESTIONS[:3])), max_size=2).map(tuple),
)
# Each step gives some paths a page, or removes their page.
steps = st.lists(
    st.dictionaries(st.sampled_from(PATHS), st.none() | pages, min_size=1, max_size=5), min_size=2, max_size=6
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(steps, st.sampled_from((0.7, 0.8, 0.9)), st.sampled_from((0.6, 0.7, 0.95)), st.booleans())
def test_after_any_changes_all_rules_find_what_they_find_without_kept_pairs(
    changes, similarity, description_similarity, restores
):
    store = MemoryStore()
    site: dict[str, Page] = {}
    states = [site]
    for change in changes:
        site = {path: page for path, page in (site | change).items() if page is not None}
        states.append(site)
    for state in [*states, *(reversed(states) if restores else ())]:
        thresholds = {"similarity": similarity, "description_similarity": description_similarity}
        assert found(state, store, **thresholds) == found(state, None, **thresholds)


WORDS = (
    "colour",
    "color",
    "organisation",
    "organization",
    "tides",
    "tidal",
    "coast",
    "glaciers",
    "glacier",
    "economic",
    "economics",
    "2",
    "not",
    "causes",
    "effects",
    "moon",
    "sand",
    "photosynthesis",
    "phatosynthesis",
    "a",
)


@st.composite
def similar_texts(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts of the same words in another order, of which up to two are replaced."""
    some = draw(st.lists(st.sampled_from(WORDS), max_size=14, unique=True))
    other = [*draw(st.permutations(some))]
    for place in draw(st.lists(st.integers(0, 13), max_size=2)):
        other[place : place + 1] = [draw(st.sampled_from(WORDS))]
    return " ".join(some), " ".join(other)


@settings(max_examples=300, deadline=None)
@given(similar_texts(), st.sampled_from((0.6, 0.7, 0.79, 0.8, 0.9)))
def test_a_text_is_compared_with_each_of_its_near_duplicates(texts, threshold):
    for comparison in (near_texts._Questions(threshold), near_texts._Descriptions(threshold)):
        stems, others = (" ".join(comparison.stems(text)) for text in texts)
        if comparison.similarity(*texts) is not None:
            wanted = {"asked": frozenset(stems.split()), "another": frozenset(("ice",))}
            candidates = dict(comparison.candidates(wanted, {"page": f" {others} "}))
            assert "page" in candidates["asked"]


@pytest.fixture
def no_full_search(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails a test that compares all texts with each other."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("all texts are compared")

    monkeypatch.setattr(near_texts, "QuestionIndex", refuse)
    monkeypatch.setattr(near_texts, "DescriptionPairs", refuse)
    yield
    monkeypatch.undo()


TIDES, ICE = Page(QUESTIONS[0], DESCRIPTIONS[0]), Page(QUESTIONS[5], DESCRIPTIONS[5])


@pytest.fixture
def store() -> MemoryStore:
    """The pairs of a first audit of two pages."""
    made = MemoryStore()
    found({PATHS[0]: TIDES, PATHS[3]: ICE}, made)
    return made


def test_a_changed_page_makes_and_ends_findings_on_other_pages(store, no_full_search):
    near = Page(QUESTIONS[1], DESCRIPTIONS[1])
    codes = [
        (finding.path, finding.code)
        for finding in found({PATHS[0]: TIDES, PATHS[3]: near}, store)
        if "near" in finding.code
    ]
    assert sorted(codes) == sorted(
        (path, f"{what}-near-duplicate")
        for path in (PATHS[0], PATHS[3])
        for what in ("question", "description")
    )
    assert not any("near" in finding.code for finding in found({PATHS[0]: TIDES, PATHS[3]: ICE}, store))


def test_the_next_copy_of_a_removed_page_takes_its_place(store, no_full_search):
    copy, near = Page(QUESTIONS[2], DESCRIPTIONS[6]), Page(QUESTIONS[1], "")
    found({PATHS[0]: TIDES, PATHS[1]: copy, PATHS[3]: near}, store)
    without = found({PATHS[1]: copy, PATHS[3]: near}, store)
    assert {finding.path for finding in without if finding.code == "question-near-duplicate"} == {
        PATHS[1],
        PATHS[3],
    }


def test_after_very_many_changes_all_texts_are_compared(store, monkeypatch, no_full_search):
    monkeypatch.setattr(near_pairs, "MOST_CHANGES", 1)
    with pytest.raises(AssertionError, match="all texts are compared"):
        found({PATHS[0]: ICE, PATHS[3]: TIDES}, store)


def test_pairs_of_an_incomplete_search_are_not_kept(monkeypatch):
    monkeypatch.setattr(near_texts.QuestionIndex, "is_complete", False)
    monkeypatch.setattr(near_texts.DescriptionPairs, "is_complete", False)
    store = MemoryStore()
    found({PATHS[0]: TIDES, PATHS[3]: ICE}, store)
    assert store.kept == {}
