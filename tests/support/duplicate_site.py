"""A small site of pages with made answers, some of which are copies or nearly the same."""

import datetime
import random
from collections.abc import Sequence
from pathlib import Path

from generator.content.article import Article, RelatedArticle
from generator.content.frontmatter import patch
from generator.content.frontmatter.patch import Change
from generator.content.markdown.answer import encode
from generator.content.site.site import Site
from generator.content.slugs import key_of
from generator.services import Services
from tests.support.article_files import put_article
from tests.support.replies import Endpoint
from tests.support.services import scripted_services

ORIGIN = "https://www.example.org"
_SYLLABLES = ("bar", "cel", "dor", "fen", "gal", "hul", "jin", "kor", "lam", "mev", "nor", "pel", "quo", "rin", "sal", "tum", "vor", "wex", "yal", "zor")  # fmt: skip


def sentences(seed: int, count: int = 12) -> list[str]:
    """Made sentences of nine made words each; other seeds share hardly two neighbouring words."""
    rng = random.Random(seed)
    words = ["".join(rng.choices(_SYLLABLES, k=3)) for _ in range(9 * count)]
    return [" ".join(words[9 * n : 9 * n + 9]).capitalize() + "." for n in range(count)]


def answer(seed: int, *, changed: int = 0, count: int = 12) -> str:
    """An answer as Markdown.

    Args:
        changed: how many of its sentences are other ones than those of the seed.
    """
    own = sentences(seed, count)
    return "\n\n".join([*sentences(seed + 1_000, count)[:changed], *own[changed:]])


def page(
    question: str,
    subject: str = "Biology",
    *,
    id: int,
    text: str | None = None,
    related: Sequence[RelatedArticle] = (),
) -> Article:
    """A published page; without a text, its answer is its own."""
    return Article.compose(
        site=Site(),
        id=id,
        date=datetime.date(2024, 12, 3),
        question=question,
        subject=subject,
        answer=encode(text or answer(id)),
        description=f"What {id} says in one line.",
        keywords=("one", f"word {id}"),
        related=related,
    )


def link_to(target: Article) -> RelatedArticle:
    """How other pages link to a page."""
    return RelatedArticle(id=target.id, title=target.title, subject=target.subject, url=target.url)


class DuplicateSite:
    """Pages in the content folder of temporary services, with a site address."""

    def __init__(self, folder: Path, *pages: Article, endpoint: Endpoint | None = None) -> None:
        self.folder = folder / "content"
        self.folder.mkdir(parents=True, exist_ok=True)
        for item in pages:
            self.add(item)
        self.services: Services = scripted_services(folder, endpoint, site=Site(origin=ORIGIN))

    def add(self, item: Article) -> None:
        """Write a page."""
        put_article(self.folder, item)

    def path(self, question: str, subject: str = "Biology") -> Path:
        """The file of a page."""
        return self.folder / key_of(subject, question).path

    def text(self, question: str, subject: str = "Biology") -> str:
        """What the file of a page holds."""
        return self.path(question, subject).read_bytes().decode()

    def patch(self, question: str, changes: dict[str, Change], subject: str = "Biology") -> None:
        """Change fields of a page."""
        file = self.path(question, subject)
        file.write_bytes(patch(self.text(question, subject), changes).encode())

    def bytes(self) -> dict[str, bytes]:
        """All files with their bytes."""
        return {
            file.relative_to(self.folder).as_posix(): file.read_bytes()
            for file in sorted(self.folder.rglob("*.md"))
        }

    def close(self) -> None:
        """Close the services."""
        self.services.close()
