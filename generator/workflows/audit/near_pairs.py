"""The pairs of near duplicates among the texts of a site, and their update after some of the texts have changed.

Two texts are near duplicates or not whatever other texts there are. So after a change only pairs with a new, changed or
removed text differ, and each of these texts is compared with all others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple, Protocol

MOST_CHANGES = 200
"""With more changed texts, all pairs are found again, which takes about as long."""


class ComparedText(NamedTuple):
    """A text of a page. Texts of one group are not compared with each other.

    ``page`` is ``subject/slug``.
    """

    page: str
    text: str
    group: str

    @property
    def digest(self) -> str:
        """Identifies text and group."""
        return blake2b(
            f"{self.group}\0{self.text}".encode("utf-8", "surrogatepass"), digest_size=16
        ).hexdigest()


class Earlier(NamedTuple):
    """An earlier text that is a near duplicate; the similarity is 0 to 1."""

    page: str
    similarity: float


class KeptText(NamedTuple):
    """What is kept of a text: ``ComparedText.digest``, and its stems with a space between them."""

    digest: str
    stems: str


@dataclass(frozen=True)
class NearPairs:
    """The texts of a site by page, and for each page with near duplicates those that come earlier, in their order."""

    texts: Mapping[str, KeptText]
    earlier: Mapping[str, Sequence[Earlier]]


class Comparison(Protocol):
    """How the texts of one kind are compared."""

    def stems(self, text: str) -> Iterable[str]:
        """What :meth:`candidates` needs to know of a text; no stem contains a space."""

    def candidates(
        self, wanted: Mapping[str, frozenset[str]], others: Mapping[str, str]
    ) -> Iterator[tuple[str, Iterable[str]]]:
        """Each wanted page with those whose texts may be near duplicates of its text, and perhaps others.

        Args:
            wanted: the stems of texts by page.
            others: the stems of all texts by page, each with a space before and after it.
        """

    def similarity(self, later: str, earlier: str) -> float | None:
        """The similarity of two texts, 0 to 1; None if they are no near duplicates."""


def kept_text(text: ComparedText, comparison: Comparison) -> KeptText:
    """What is kept of a text."""
    return KeptText(text.digest, " ".join(comparison.stems(text.text)))


def updated(kept: NearPairs, texts: Sequence[ComparedText], comparison: Comparison) -> NearPairs | None:
    """The pairs among the present texts, from those of earlier ones; None where too many texts have changed.

    Args:
        kept: all pairs among the texts of an earlier state of the site.
        texts: the texts of the site in the order of their pages, which is the same in all states.
    """
    digests = {text.page: text.digest for text in texts}
    before = {page: text.digest for page, text in kept.texts.items()}
    changed = {page for page, _ in before.items() ^ digests.items()}
    if not changed:
        return kept
    if len(changed) > MOST_CHANGES:
        return None
    by_page = {text.page: text for text in texts}
    known = {
        page: kept_text(text, comparison) if page in changed else kept.texts[page]
        for page, text in by_page.items()
    }
    place = {page: number for number, page in enumerate(by_page)}
    earlier = {
        page: [pair for pair in pairs if pair.page not in changed]
        for page, pairs in kept.earlier.items()
        if page not in changed
    }
    for later, found in _new_pairs(changed & digests.keys(), by_page, known, place, comparison):
        earlier.setdefault(later, []).append(found)
    return NearPairs(
        known,
        {page: sorted(pairs, key=lambda pair: place[pair.page]) for page, pairs in earlier.items() if pairs},
    )


def _new_pairs(
    changed: Iterable[str],
    by_page: Mapping[str, ComparedText],
    known: Mapping[str, KeptText],
    place: Mapping[str, int],
    comparison: Comparison,
) -> Iterable[tuple[str, Earlier]]:
    """The pairs with a changed text, each once: the later page, and the earlier one."""
    if not changed:
        return
    stems = {page: f" {text.stems} " for page, text in known.items()}
    done: set[str] = set()
    wanted = {page: frozenset(stems[page].split()) for page in changed}
    for page, others in comparison.candidates(wanted, stems):
        done.add(page)
        for other in others:
            if other in done or by_page[other].group == by_page[page].group:
                continue
            first, last = sorted((page, other), key=place.__getitem__)
            similarity = comparison.similarity(by_page[last].text, by_page[first].text)
            if similarity is not None:
                yield last, Earlier(first, similarity)
