"""Reads a reply as far as it goes by itself: the draft, what is wrong with it, and the article file it makes.

Pure work on texts, so that any process can do it.
"""

import datetime
from dataclasses import dataclass

from generator.config import Settings
from generator.content.article import RelatedArticle
from generator.content.checks import CheckContext, check_draft
from generator.content.composition import article_of, clean_draft
from generator.content.draft import Draft, parse_draft
from generator.content.findings import Finding, errors
from generator.content.frontmatter import read, render
from generator.content.site import Site
from generator.content.subjects import SubjectList
from generator.errors import FrontMatterError, SlugError
from generator.store.ledger.jobs import Job


@dataclass(frozen=True)
class CheckedDraft:
    """A draft with its findings.

    ``file`` is its article file, ``problem`` why there is none; neither where the job asks for no file.
    """

    draft: Draft
    findings: tuple[Finding, ...] = ()
    file: bytes | None = None
    problem: str | None = None

    @property
    def errors(self) -> list[Finding]:
        """What must be repaired."""
        return errors(self.findings)

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the draft is missing."""
        return self.draft.is_whole

    @property
    def is_worth_keeping(self) -> bool:
        """Whether there is a point to look at."""
        return bool(self.draft.points)


class ReplyReader:
    """Reads replies under the settings of a run."""

    def __init__(self, settings: Settings, subjects: SubjectList) -> None:
        self._settings = settings
        self._subjects = subjects

    def read(self, content: str, finish_reason: str | None, job: Job) -> CheckedDraft:
        """The draft in the text of a reply to a job. One that is whole was not cut off, whatever the endpoint says.

        Raises:
            ReplyFormatError: there is none.
        """
        draft = parse_draft(content)
        if draft.is_whole:
            finish_reason = None
        return CheckedDraft(draft) if draft.cannot_answer else self.check(draft, finish_reason, job)

    def check(self, draft: Draft, finish_reason: str | None, job: Job) -> CheckedDraft:
        """A job's draft as it is kept: polished, checked, and made into an article file."""
        polished = clean_draft(draft)
        if job.subject is None:
            subject = self._subjects.resolve(polished.subject or "")
            if subject is not None:
                polished = polished.model_copy(update={"subject": subject.name})
        findings = check_draft(polished, self._context(finish_reason, job))
        file, problem = _article_file(polished, job, self._settings.site)
        return CheckedDraft(polished, findings, file, problem)

    def _context(self, finish_reason: str | None, job: Job) -> CheckContext:
        passages = job.context.get("passages", ())
        return CheckContext(
            question=job.question,
            limits=self._settings.limits,
            site=self._settings.site,
            offline=job.backend == "offline",
            finish_reason=finish_reason,
            passages={part["id"]: part["text"] for part in passages},
            sources=frozenset(part["id"] for part in passages if part["kind"] == "source"),
            grounding=self._settings.context.grounding if job.request.get("grounded") else "off",
            subjects=self._subjects,
            subject=job.subject,
        )


def _article_file(draft: Draft, job: Job, site: Site) -> tuple[bytes | None, str | None]:
    """The bytes of the article file, read back once to be sure that they say what was meant; or why there are none.

    Neither where the job asks for no file: it has no article id or no date.
    """
    subject = job.subject or draft.subject
    if subject is None or job.article_id is None or job.date is None:
        return None, None
    try:
        article = article_of(
            draft,
            site=site,
            question=job.question,
            subject=subject,
            id=job.article_id,
            date=datetime.date.fromisoformat(job.date),
            related=[RelatedArticle(**item) for item in job.context.get("related", ())],
        )
        data = render(article).encode()
        if read(data).article() != article:
            raise ValueError("the file does not read back as it was written")
    except (SlugError, FrontMatterError, ValueError) as error:
        return None, f"no article file can be made of the reply: {error}"
    return data, None
