"""Reads one article file: what is wrong with it alone, and the facts by which the whole corpus is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from generator.content.checks import CheckContext, Rule, check_view, of_document, register
from generator.content.findings import Finding
from generator.content.frontmatter import Document, read
from generator.content.limits import Limits
from generator.content.site import Site
from generator.content.subjects import SubjectList
from generator.content.text import normalise_question
from generator.errors import FrontMatterError, StorageError
from generator.store.files import read_article
from generator.workflows.audit.field_fixes import would_fix
from generator.workflows.audit.findings import AuditFinding

UNREADABLE = register(
    Rule(
        code="unreadable",
        title="The file cannot be read",
        explanation="One file with broken front matter fails the build of the whole site.",
        draft=None,
        published="error",
    )
)


class Link(NamedTuple):
    """A related article as a file lists it, with the lines of its title, subject and address."""

    number: int
    title: str
    subject: str
    url: str
    lines: tuple[int, int, int]


class ArticleFacts(NamedTuple):
    """What the corpus needs to know of a file, in 2 kB. A text that is missing is empty.

    ``words`` and ``points`` are those of the answer, 0 where the file is not reported on; ``lines`` are the places
    of id, question and description, and ``rewritable`` tells whether links can be dropped and renumbered.
    """

    path: str
    id: str
    question: str
    normal: str
    title: str
    subject: str
    description: str
    words: int
    points: int
    links: tuple[Link, ...]
    rewritable: bool
    lines: tuple[int, int, int]

    @property
    def key(self) -> str:
        """``subject/slug``."""
        return self.path.removesuffix(".md")


class ExaminedArticle(NamedTuple):
    """One file looked at; ``facts`` is None where it cannot be read."""

    facts: ArticleFacts | None
    findings: tuple[AuditFinding, ...]


@dataclass(frozen=True)
class Examination:
    """What all files are checked against."""

    content_dir: Path
    limits: Limits
    site: Site
    subjects: SubjectList


def examine_all(examination: Examination, wanted: Sequence[tuple[str, bool]]) -> list[ExaminedArticle]:
    """Each of ``(path, whether its findings are wanted)``; never raises for what a file may hold."""
    return [examine(examination, path, findings=findings) for path, findings in wanted]


def examine(examination: Examination, path: str, *, findings: bool = True) -> ExaminedArticle:
    """Look at one file."""
    try:
        document = load(examination.content_dir / path)
    except FrontMatterError as error:
        return ExaminedArticle(None, (unreadable(path, error.reason, error.line),))
    found: tuple[AuditFinding, ...] = ()
    words = points = 0
    if findings:
        folder, _, name = path.partition("/")
        context = CheckContext(
            limits=examination.limits,
            site=examination.site,
            subjects=examination.subjects,
            folder=folder,
            name=name,
        )
        fixable = partial(would_fix, document=document, subjects=examination.subjects, site=examination.site)
        view = of_document(document)
        checked = check_view(view, context, "published")
        found = tuple(_located(document, path, finding, fixable(finding.code)) for finding in checked)
        words, points = view.words, len(view.points)
    return ExaminedArticle(_facts(document, path, words, points), found)


def load(path: Path) -> Document:
    """Read an article file. Raises FrontMatterError, also for a file that the system does not let us read."""
    try:
        data = read_article(path)
    except StorageError as error:
        raise FrontMatterError(error.reason) from error
    if data is None:
        raise FrontMatterError("is gone")
    return read(data)


def unreadable(path: str, reason: str, line: int = 1) -> AuditFinding:
    """The finding on a file that cannot be read."""
    return AuditFinding(path, line, "", UNREADABLE.code, "error", reason, fixable=False)


def _located(document: Document, path: str, finding: Finding, fixable: bool) -> AuditFinding:
    return AuditFinding(
        path,
        _line(document, finding.field),
        finding.field,
        finding.code,
        finding.severity,
        finding.message,
        fixable,
    )


def _line(document: Document, field: str) -> int:
    """The line of a field, of the group it belongs in where it is missing, else the first."""
    while field:
        if field in document.entries:
            return document.line(field)
        field = field.rpartition(".")[0]
    return 1


def _facts(document: Document, path: str, words: int, points: int) -> ArticleFacts:
    question = document.get("question") or document.get("title", "")
    return ArticleFacts(
        path=path,
        id=document.get("id", "").strip(),
        question=question,
        normal=normalise_question(question),
        title=document.get("title", ""),
        subject=document.get("subject", ""),
        description=document.get("seo.page_description", ""),
        words=words,
        points=points,
        links=tuple(
            Link(
                related.number,
                related.title,
                related.subject,
                related.url,
                (
                    _line(document, f"related_article{related.number}.title"),
                    _line(document, f"related_article{related.number}.subject"),
                    _line(document, f"related_article{related.number}.url"),
                ),
            )
            for related in document.related
        ),
        rewritable=document.links_are_whole,
        lines=(_line(document, "id"), _line(document, "question"), _line(document, "seo.page_description")),
    )
