"""Reads one article file: its own findings, and the facts that the rules about the whole corpus need."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from generator.content.checks import CheckContext, Rule, check_view, register, view_of_document
from generator.content.findings import Finding
from generator.content.frontmatter import Document, read
from generator.content.house import House
from generator.content.limits import Limits
from generator.content.seo.canonical import CANONICAL_FIELDS, other_canonical_field
from generator.content.site.site import Site
from generator.content.site.subjects import SubjectList
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
    """A related link as its file has it. ``lines`` are the lines of its title, subject and address."""

    number: int
    title: str
    subject: str
    url: str
    lines: tuple[int, int, int]


class ArticleFacts(NamedTuple):
    """The facts of one file that the rules about the corpus need, about 2 kB. A missing text is empty.

    ``normal_question`` is the normalised question. ``words`` and ``points`` count those of the answer; they are 0 if
    the file is not audited. ``has_whole_links`` is whether links can be removed and renumbered. ``lines`` are the lines
    of id, question and description.
    """

    path: str
    id: str
    question: str
    normal_question: str
    title: str
    subject: str
    description: str
    words: int
    points: int
    links: tuple[Link, ...]
    has_whole_links: bool
    lines: tuple[int, int, int]
    canonical: str = ""
    """The address of another page that the file names as its canonical one; empty without one."""
    canonical_field: str = CANONICAL_FIELDS[0]
    """The field that has it."""
    canonical_line: int = 0
    is_hidden: bool = False
    """Whether ``no_index`` is true."""
    normal_description: str = ""
    """The same for descriptions that only differ in case, punctuation and white space: a hash; empty without one."""

    @property
    def key(self) -> str:
        """``subject/slug``."""
        return self.path.removesuffix(".md")


class ExaminedArticle(NamedTuple):
    """The result for one file; ``facts`` is None if the file cannot be read."""

    facts: ArticleFacts | None
    findings: tuple[AuditFinding, ...]


@dataclass(frozen=True)
class AuditContext:
    """The settings that all files are checked with."""

    content_dir: Path
    limits: Limits
    site: Site
    subjects: SubjectList
    house: House = House()


def examine_all(audit: AuditContext, files: Sequence[tuple[str, bool]]) -> list[ExaminedArticle]:
    """Read files, each given as its path and whether its findings are needed. The content of a file never raises."""
    return [examine(audit, path, needs_findings=needs_findings) for path, needs_findings in files]


def examine(audit: AuditContext, path: str, *, needs_findings: bool = True) -> ExaminedArticle:
    """Read and check one file, or only read it if its findings are not needed."""
    try:
        document = load(audit.content_dir / path)
    except FrontMatterError as error:
        return ExaminedArticle(None, (unreadable(path, error.reason, error.line),))
    found: tuple[AuditFinding, ...] = ()
    words = points = 0
    if needs_findings:
        folder, _, name = path.partition("/")
        context = CheckContext(
            limits=audit.limits,
            site=audit.site,
            house=audit.house,
            subjects=audit.subjects,
            folder=folder,
            name=name,
        )
        fixable = partial(would_fix, document=document, subjects=audit.subjects, site=audit.site)
        view = view_of_document(document)
        checked = check_view(view, context, "published", on_request=True)
        found = tuple(_located(document, path, finding, fixable(finding.code)) for finding in checked)
        words, points = view.words, len(view.points)
    return ExaminedArticle(_facts(document, path, audit.site, words, points), found)


def load(path: Path) -> Document:
    """Read an article file.

    Raises:
        FrontMatterError: the file does not exist, the system refuses to read it, or it is not an article file.
    """
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
    """The line of a field; if it is missing, the line of its group; else line 1."""
    while field:
        if field in document.entries:
            return document.line(field)
        field = field.rpartition(".")[0]
    return 1


def _facts(document: Document, path: str, site: Site, words: int, points: int) -> ArticleFacts:
    question = document.get("question") or document.get("title", "")
    canonical = other_canonical_field(document, site)
    canonical_field = CANONICAL_FIELDS[0] if canonical is None else canonical.name
    return ArticleFacts(
        path=path,
        id=document.get("id", "").strip(),
        question=question,
        normal_question=normalise_question(question),
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
        has_whole_links=document.has_whole_links,
        lines=(_line(document, "id"), _line(document, "question"), _line(document, "seo.page_description")),
        canonical="" if canonical is None else canonical.address,
        canonical_field=canonical_field,
        canonical_line=_line(document, canonical_field),
        is_hidden=document.is_hidden,
        normal_description=normal_form(document.get("seo.page_description", "")),
    )


def normal_form(description: str) -> str:
    """``ArticleFacts.normal_description`` of a description."""
    if not description.strip():
        return ""
    normal = normalise_question(description).encode("utf-8", "surrogatepass")
    return blake2b(normal, digest_size=16).hexdigest()
