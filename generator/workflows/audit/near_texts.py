"""Near duplicates among the questions and among the descriptions of a corpus.

All pairs of a whole site are kept (``near_pairs``), so that the next audit only compares texts that have changed since.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain
from typing import Protocol

from generator.content.duplicates import descriptions
from generator.content.duplicates.question_index import QuestionIndex
from generator.content.duplicates.questions import (
    NARROWED_CAP,
    compare,
    defining_stems,
    max_missing_stems,
    may_reach,
    signature,
    sketch,
    stem_parts,
)
from generator.store.corpus.description_pairs import DescriptionPairs
from generator.workflows.audit.article_facts import ArticleFacts
from generator.workflows.audit.near_pairs import (
    ComparedText,
    Earlier,
    KeptText,
    NearPairs,
    kept_text,
    updated,
)

_MOST_COMPARED = 5_000
"""With so many candidates no question of a site of 36,000 pages is searched incompletely."""


class PairStore(Protocol):
    """Keeps the pairs of a whole site from one audit to the next."""

    def pairs(self, kind: str) -> NearPairs | None:
        """The kept pairs; None without any."""

    def keep_pairs(self, kind: str, pairs: NearPairs) -> None:
        """Keep the pairs instead of earlier ones."""


def compared_questions(articles: Iterable[ArticleFacts]) -> list[ComparedText]:
    """The questions to compare, in the order of the articles: one for each normal form.

    The question of a page that names another one as its canonical page is not compared.
    """
    found: dict[str, ComparedText] = {}
    for facts in articles:
        if facts.normal_question and not facts.canonical:
            found.setdefault(
                facts.normal_question, ComparedText(facts.key, facts.question, facts.normal_question)
            )
    return list(found.values())


def compared_descriptions(articles: Iterable[ArticleFacts]) -> list[ComparedText]:
    """The descriptions to compare, in the order of the articles. Copies of one question are not compared."""
    return [
        ComparedText(facts.key, facts.description, facts.normal_question or facts.key)
        for facts in articles
        if facts.description.strip() and not facts.canonical
    ]


class _Questions:
    """How questions are compared (see ``Comparison``)."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold

    def stems(self, text: str) -> Iterable[str]:
        return signature(text).topic

    def candidates(
        self, wanted: Mapping[str, frozenset[str]], others: Mapping[str, str]
    ) -> Iterator[tuple[str, list[str]]]:
        for page, stems in wanted.items():
            yield page, self._candidates(stems, others)

    def _candidates(self, stems: frozenset[str], others: Mapping[str, str]) -> list[str]:
        defining, size, threshold = defining_stems(stems), len(stems), self.threshold
        pages: Iterable[str] = others
        if threshold > NARROWED_CAP and len(defining) > (most_missing := max_missing_stems(size)):
            # A near duplicate has at least one of these stems, in the same or another spelling.
            parts = [
                f"{part[1:]} " if part.startswith("-") else f" {part}"
                for stem in _longest(defining, most_missing + 1)
                for part in stem_parts(stem)
            ]
            pages = _containing(others, parts)
        return [
            page
            for page in pages
            if may_reach(defining, size, sketch(frozenset(others[page].split())), threshold)
        ]

    def similarity(self, later: str, earlier: str) -> float | None:
        found = compare(signature(later), signature(earlier), least=self.threshold)
        return found if found >= self.threshold else None


class _Descriptions:
    """How descriptions are compared (see ``Comparison``)."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold

    def stems(self, text: str) -> Iterable[str]:
        return descriptions.terms(text)

    def candidates(
        self, wanted: Mapping[str, frozenset[str]], others: Mapping[str, str]
    ) -> Iterator[tuple[str, list[str]]]:
        pages: defaultdict[str, list[str]] = defaultdict(list)
        sizes: dict[str, int] = {}
        looked_up = frozenset().union(*wanted.values())
        for page, text in others.items():
            found = text.split()
            sizes[page] = len(found)
            for stem in looked_up.intersection(found):
                pages[stem].append(page)
        # A Jaccard index of at least t means that the shared stems are at least t / (1 + t) of both counts together.
        least = self.threshold / (1 + self.threshold) - 1e-9
        for page, stems in wanted.items():
            shared = Counter(chain.from_iterable(pages.get(stem, ()) for stem in stems))
            yield (
                page,
                [other for other, count in shared.items() if count >= least * (len(stems) + sizes[other])],
            )

    def similarity(self, later: str, earlier: str) -> float | None:
        found = descriptions.similarity(descriptions.terms(later), descriptions.terms(earlier))
        return found if found >= self.threshold else None


def _longest(stems: Iterable[str], count: int) -> list[str]:
    """So many of the stems: the longest, because few texts have them."""
    return sorted(stems, key=lambda stem: (-len(stem), stem))[:count]


def _containing(texts: Mapping[str, str], parts: Iterable[str]) -> set[str]:
    """The pages whose texts contain one of the parts."""
    return {page for part in parts for page, text in texts.items() if part in text}


def near_questions(
    texts: Sequence[ComparedText], chosen: Collection[str], threshold: float, store: PairStore | None
) -> Mapping[str, Sequence[Earlier]]:
    """The earlier questions that are near duplicates of the chosen ones, by page.

    Args:
        chosen: the pages that are compared with those before them.
        threshold: two questions are near duplicates if their similarity (0 to 1) is at least this.
        store: keeps the pairs; only with all pages chosen. None keeps nothing.
    """
    comparison = _Questions(threshold)
    # Below this, a search may miss near duplicates, and which ones depends on all other questions.
    if store is not None and threshold <= NARROWED_CAP:
        store = None
    kept = None if store is None else store.pairs("questions")
    pairs = None if kept is None else updated(kept, texts, comparison)
    if pairs is None:
        index: QuestionIndex[str] = QuestionIndex(threshold, most_compared=_MOST_COMPARED)
        known: dict[str, KeptText] = {}
        earlier: dict[str, list[Earlier]] = {}
        for text in texts:
            found = index.near(text.text) if text.page in chosen else []
            if found:
                earlier[text.page] = [Earlier(item.key, item.similarity) for item in found]
            index.add(text.text, text.page)
            if store is not None:
                known[text.page] = kept_text(text, comparison)
        pairs = NearPairs(known, earlier)
        if not index.is_complete:
            store = None
    return _kept(store, "questions", kept, pairs)


def near_descriptions(
    texts: Sequence[ComparedText], chosen: Collection[str], threshold: float, store: PairStore | None
) -> Mapping[str, Sequence[Earlier]]:
    """As :func:`near_questions`, of descriptions. Pages that are not chosen come first."""
    comparison = _Descriptions(threshold)
    kept = None if store is None else store.pairs("descriptions")
    pairs = None if kept is None else updated(kept, texts, comparison)
    if pairs is None:
        since = sum(text.page not in chosen for text in texts)
        known: dict[str, KeptText] = {}
        with closing(DescriptionPairs()) as found:
            for text in texts:
                found.add(text.page, text.text, group=text.group)
                if store is not None:
                    known[text.page] = kept_text(text, comparison)
            earlier = {
                description.page: [Earlier(other.page, other.similarity) for other in others]
                for description, others in found.near(threshold, since=since)
            }
            if not found.is_complete:
                store = None
        pairs = NearPairs(known, earlier)
    return _kept(store, "descriptions", kept, pairs)


def _kept(
    store: PairStore | None, kind: str, kept: NearPairs | None, pairs: NearPairs
) -> Mapping[str, Sequence[Earlier]]:
    if store is not None and pairs is not kept:
        store.keep_pairs(kind, pairs)
    return pairs.earlier
