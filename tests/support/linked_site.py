"""A small site about bees and glaciers, whose articles are near to their own kind and far from the other."""

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from generator.config import Settings
from generator.content.article import Article, RelatedArticle
from generator.content.frontmatter import patch, patch_related, read
from generator.content.site.site import Site
from generator.content.site.subjects import Subject
from generator.content.slugs import key_of
from generator.services import Services
from tests.support.article_files import put_article

BEES = (
    "How do honeybees find their way back to the hive?",
    "Why do worker bees dance in front of the comb?",
    "What does a queen bee do in winter?",
    "How is honey made from nectar?",
    "Why do bees swarm in early summer?",
    "How do drones differ from worker bees?",
    "What do beekeepers feed a weak colony?",
    "How does pollen get from flower to flower?",
)
GLACIERS = (
    "How do glaciers carve deep valleys?",
    "Why does a crevasse open in moving ice?",
    "What is left behind where a moraine ends?",
    "How is firn pressed into blue ice?",
    "When does a floe calve into a lake?",
    "Where do drumlins lie in a plain?",
)
SUBJECTS = {**dict.fromkeys(BEES, "Biology"), **dict.fromkeys(GLACIERS, "Physics")}
_TALK = {
    "Biology": (
        "The colony lives from nectar and pollen that worker bees bring to the hive, and the queen lays her eggs in the"
        " comb that they build of wax. Honeybees feed the brood, guard the entrance and keep the honey dry, whatever"
        " the weather outside may bring in the course of a day."
    ),
    "Physics": (
        "The glacier moves downhill under its own weight, and its ice scours the bedrock with the rubble that it drags"
        " along. Snow turns to firn and firn to ice, crevasses open where the slope steepens, and a moraine marks how"
        " far the glacier once came down the valley before it melted."
    ),
}
CONFIG = "content_dir: learn\noutput_dir: output\nsubjects: [Biology, Physics]\n"
EMPTY = "Nothing is said here about any of this."


def link(question: str, *, url: str | None = None) -> RelatedArticle:
    """How others link to the article about a question."""
    subject = SUBJECTS[question]
    number = list(SUBJECTS).index(question) + 1
    return RelatedArticle(
        id=number, title=question, subject=subject, url=url or Site().address_of(key_of(subject, question))
    )


def gone(number: int = 1) -> RelatedArticle:
    """A link to an article that does not exist."""
    url = f"/learn/biology/questions/no-such-page-{number}"
    return RelatedArticle(id=900 + number, title=f"No such page {number}?", subject="Biology", url=url)


class LinkedSite:
    """The site below ``folder``: each article links to five of its own kind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for kind in (BEES, GLACIERS):
            for place, question in enumerate(kind):
                others = [kind[(place + step) % len(kind)] for step in range(1, 6)]
                self.add(question, SUBJECTS[question], related=[link(other) for other in others])

    def services(self, *subjects: Subject, **changes: Any) -> Services:
        """Those of a command over this site; its own subjects are listed by default.

        Args:
            changes: of the settings.
        """
        listed = subjects or (Subject(name="Biology"), Subject(name="Physics"))
        folders = {"content_dir": self.folder, "output_dir": self.folder.parent / "output"}
        return Services(Settings.model_validate({**folders, "subjects": listed, **changes}))

    def add(
        self, question: str, subject: str, *, id: int | None = None, related: Sequence[RelatedArticle] = ()
    ) -> Path:
        """Write an article."""
        about = question.rstrip("?").lower()
        talk = _TALK[subject]
        made = Article.compose(
            site=Site(),
            id=id or list(SUBJECTS).index(question) + 1,
            date=datetime.date(2026, 1, 31),
            question=question,
            subject=subject,
            answer=f"To ask {about} is to ask this.\\n\\n1. **First**: {talk}\\n\\n2. **Then**: That is {about}.",
            description=f"Told in one line: {about}.",
            keywords=tuple(word for word in about.split() if len(word) > 4),
            related=tuple(related),
        )
        return put_article(self.folder, made)

    def path(self, question: str) -> Path:
        """The file of a question."""
        return self.folder / key_of(SUBJECTS[question], question).path

    def name(self, question: str) -> str:
        """The file of a question, below the content folder."""
        return self.path(question).relative_to(self.folder).as_posix()

    def text(self, question: str) -> str:
        """What the file holds."""
        return self.path(question).read_bytes().decode()

    def titles(self, question: str) -> list[str]:
        """What the file's related articles are called."""
        return [item.title for item in read(self.text(question)).related]

    def relink(self, question: str, *links: RelatedArticle) -> str:
        """Give the file these related articles; returns what it holds now."""
        after = patch_related(self.text(question), links)
        self.path(question).write_bytes(after.encode())
        return after

    def patch(self, question: str, **changes: str | bool) -> None:
        """Change fields of the file."""
        self.path(question).write_bytes(patch(self.text(question), changes).encode())

    def everything(self) -> dict[str, bytes]:
        """All files."""
        return {path.name: path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file()}
