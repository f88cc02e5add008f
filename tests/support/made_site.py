"""A small site of healthy articles in a temporary folder, to be spoilt one defect at a time."""

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path

from generator.config import Settings
from generator.content.article import Article, RelatedArticle
from generator.content.frontmatter import patch
from generator.content.frontmatter.patch import Change
from generator.content.site.site import Site
from generator.content.site.subjects import Subject
from generator.content.slugs import key_of
from generator.services import Services
from tests.support.article_files import put_article

MONSOON = "Why do monsoons bring rain in summer?"
TIDES = "How does the moon cause tides on Earth?"
KEELS = "What keeps a sailing boat upright in strong wind?"
LENSES = "How do contact lenses correct short sight?"
QUESTIONS = {MONSOON: "Biology", TIDES: "Physics", KEELS: "Physics", LENSES: "Psychology"}
SUBJECTS = tuple(Subject(name=name) for name in ("Biology", "Physics", "Psychology"))

POINTS = (
    (
        "First cause",
        "A difference builds up slowly on one side and is evened out by a steady current towards the other. Whoever"
        " measures both ends for a day sees the gap widen by noon and close again overnight, in fair weather at least.",
    ),
    (
        "Second cause",
        "The current follows the shortest path that friction leaves open, and it bends where a wall stands in its way."
        " Models made of sand and coloured water show the same bends, which is why schools like to build them.",
    ),
    (
        "Main effect",
        "Whatever moves carries energy along, and gives it up wherever it is slowed down or cooled. A thermometer held"
        " into the stream rises by a degree or two, and a small wheel set there begins to turn without any motor.",
    ),
    (
        "Limits",
        "Once both ends are alike nothing moves any more, so that the course begins anew only with the next season."
        " Storms, droughts and ice can put it off for weeks; farmers and sailors have long kept records of such years.",
    ),
)
INTRODUCTION = (
    "In short, {topic} comes down to two bodies that differ in warmth or weight and to something that moves between"
    " them until both are alike again."
)
CONCLUSION = (
    "Taken together, {topic} is a matter of balance: one side gains, the other loses, and the motion between the two"
    " is all that an observer sees of it."
)


def answer(topic: str) -> str:
    """A healthy answer in stored form."""
    points = [f"{n}. **{name}**: {text}" for n, (name, text) in enumerate(POINTS, 1)]
    return "\\n\\n".join((INTRODUCTION.format(topic=topic), *points, CONCLUSION.format(topic=topic)))


def article(question: str, subject: str, id: int, related: tuple[str, ...] = ()) -> Article:
    """A healthy article about a question."""
    topic = question.rstrip("?").partition(" ")[2]
    return Article.compose(
        site=Site(),
        id=id,
        date=datetime.date(2026, 1, 31),
        question=question,
        subject=subject,
        answer=answer(topic),
        description=f"A steady flow evens out a difference: {topic[:30].strip()} explained by its two causes.",
        keywords=("flow", "balance", "energy", *topic.split()[:5]),
        related=tuple(link(other) for other in related),
    )


def link(question: str) -> RelatedArticle:
    """How others link to the article about a question."""
    subject = QUESTIONS[question]
    number = list(QUESTIONS).index(question) + 1
    return RelatedArticle(
        id=number, title=question, subject=subject, url=Site().address_of(key_of(subject, question))
    )


class MadeSite:
    """The site below ``folder``: four articles, the first of which links to the three others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for number, (question, subject) in enumerate(QUESTIONS.items(), start=1):
            others = tuple(other for other in QUESTIONS if other != question)
            self.add(article(question, subject, number, others if number == 1 else ()))

    def services(self, content_dir: Path | None = None) -> Services:
        """Those of a command over this site; over another content folder where one is given."""
        folder = content_dir or self.folder
        return Services(Settings(content_dir=folder, output_dir=folder.parent / "output", subjects=SUBJECTS))

    def add(self, made: Article) -> Path:
        """Write an article."""
        return put_article(self.folder, made)

    def path(self, question: str) -> Path:
        """The file of a question."""
        return self.folder / key_of(QUESTIONS[question], question).path

    def text(self, question: str) -> str:
        """What the file of a question holds."""
        return self.path(question).read_bytes().decode()

    def spoil(self, question: str, changes: Mapping[str, Change] | Callable[[str], str]) -> str:
        """Change fields, or the whole text, of a question's file; returns what it holds now."""
        before = self.text(question)
        after = changes(before) if callable(changes) else patch(before, changes)
        assert after != before
        self.path(question).write_bytes(after.encode())
        return after
