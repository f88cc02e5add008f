"""Reads a reply as far as it goes by itself: the draft, what is wrong with it, and the article file it makes.

Pure work on texts, so that any process can do it.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.config import Settings
from generator.content.article import RelatedArticle
from generator.content.checks import CheckContext, check_draft
from generator.content.composition import article_of, polish
from generator.content.draft import Draft, parse_draft
from generator.content.findings import Finding, errors
from generator.content.frontmatter import read, render
from generator.content.subjects import SubjectList
from generator.errors import FrontMatterError, SlugError
from generator.store.ledger.jobs import Job


@dataclass(frozen=True)
class Filing:
    """What an article file holds besides the draft; ``date`` as YYYY-MM-DD, ``related`` as the ledger keeps it."""

    id: int
    date: str
    related: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Assignment:
    """What a reply is held against. ``passages`` as the ledger keeps them; ``filing`` None makes no file."""

    question: str
    subject: str | None
    passages: Sequence[Mapping[str, str]]
    offline: bool
    grounded: bool
    filing: Filing | None

    @classmethod
    def of(cls, job: Job) -> "Assignment":
        """What a planned question asks for."""
        filing = None
        if job.date is not None and job.article_id is not None:
            filing = Filing(job.article_id, job.date, job.context.get("related", ()))
        return cls(
            question=job.question,
            subject=job.subject,
            passages=job.context.get("passages", ()),
            offline=job.realm == "offline",
            grounded=bool(job.request.get("grounded")),
            filing=filing,
        )


@dataclass(frozen=True)
class Attempt:
    """A draft with its findings. ``file`` is its article, ``problem`` why there is none; neither where none was wanted."""

    draft: Draft
    findings: tuple[Finding, ...] = ()
    file: bytes | None = None
    problem: str | None = None

    @property
    def errors(self) -> list[Finding]:
        """What must be mended."""
        return errors(self.findings)


class Reader:
    """Reads replies under the settings of a run."""

    def __init__(self, settings: Settings, subjects: SubjectList) -> None:
        self._settings = settings
        self._subjects = subjects
        self._subject_names = tuple(subject.name for subject in settings.subjects)

    def read(self, content: str, finish_reason: str | None, assignment: Assignment) -> Attempt:
        """The draft in a reply's text. One that is whole was not cut off, whatever the endpoint calls its end.

        Raises:
            ReplyFormatError: there is none.
        """
        draft = parse_draft(content)
        if draft.is_whole:
            finish_reason = None
        return Attempt(draft) if draft.cannot_answer else self.check(draft, finish_reason, assignment)

    def check(self, draft: Draft, finish_reason: str | None, assignment: Assignment) -> Attempt:
        """A draft as it is kept: polished, checked, and filed."""
        polished = polish(draft)
        if assignment.subject is None:
            subject = self._subjects.resolve(polished.subject or "")
            if subject is not None:
                polished = polished.model_copy(update={"subject": subject.name})
        findings = check_draft(polished, self._context(finish_reason, assignment))
        file, problem = _filed(polished, assignment)
        return Attempt(polished, findings, file, problem)

    def _context(self, finish_reason: str | None, assignment: Assignment) -> CheckContext:
        return CheckContext(
            question=assignment.question,
            limits=self._settings.limits,
            offline=assignment.offline,
            finish_reason=finish_reason,
            passages={part["id"]: part["text"] for part in assignment.passages},
            sources=frozenset(part["id"] for part in assignment.passages if part["kind"] == "source"),
            grounding=self._settings.context.grounding if assignment.grounded else "off",
            subjects=self._subject_names,
            subject=assignment.subject,
        )


def _filed(draft: Draft, assignment: Assignment) -> tuple[bytes | None, str | None]:
    """The bytes of the article file, read back once to be sure that they say what was meant; or why there are none."""
    subject, filing = assignment.subject or draft.subject, assignment.filing
    if subject is None or filing is None:
        return None, None
    try:
        article = article_of(
            draft,
            question=assignment.question,
            subject=subject,
            id=filing.id,
            date=datetime.date.fromisoformat(filing.date),
            related=[RelatedArticle(**item) for item in filing.related],
        )
        data = render(article).encode()
        if read(data).article() != article:
            raise ValueError("the file does not read back as it was written")
    except (SlugError, FrontMatterError, ValueError) as error:
        return None, f"no article file can be made of the reply: {error}"
    return data, None
