"""Reads a reply: the draft in it, the findings of its checks, and the article file made from it.

It works on texts only, so that worker processes can do it.
"""

import datetime
from dataclasses import dataclass

from generator.config import Settings
from generator.content.article import RelatedArticle
from generator.content.checks import CheckContext, check_draft
from generator.content.checks.rewrites import unchanged
from generator.content.drafts.composition import article_of, clean_draft
from generator.content.drafts.draft import Draft, parse_draft
from generator.content.drafts.rewrite import rewritten_page
from generator.content.findings import Finding, errors
from generator.content.frontmatter import read, render
from generator.content.site.site import Site
from generator.content.site.subjects import SubjectList
from generator.errors import FrontMatterError, PatchError, SlugError
from generator.store.ledger.drafts.rewritten_page import RewrittenPage, rewritten_page_of
from generator.store.ledger.runs.jobs import Job


@dataclass(frozen=True)
class CheckedDraft:
    """A draft with its findings.

    Args:
        file: the article file; None where there is none.
        problem: why no article file can be made; None where there is a file, and where the job needs none.
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
        """Whether no part of the draft is missing."""
        return self.draft.is_whole

    @property
    def is_worth_keeping(self) -> bool:
        """Whether the draft has any point with a text."""
        return any(point.heading.strip() or point.body.strip() for point in self.draft.points)


class ReplyReader:
    """Reads replies under the settings of a run."""

    def __init__(self, settings: Settings, subjects: SubjectList) -> None:
        self._settings = settings
        self._subjects = subjects

    def read(self, content: str, finish_reason: str | None, job: Job) -> CheckedDraft:
        """The draft in the text of a reply to a job.

        Args:
            finish_reason: as the endpoint reports it. It does not count for a whole draft, which was not cut off.

        Raises:
            ReplyFormatError: the text has no draft.
        """
        draft = parse_draft(content)
        if draft.is_whole:
            finish_reason = None
        return CheckedDraft(draft) if draft.cannot_answer else self.check(draft, finish_reason, job)

    def check(self, draft: Draft, finish_reason: str | None, job: Job) -> CheckedDraft:
        """Clean and check the draft of a job, and make its article file."""
        cleaned = clean_draft(draft)
        if job.subject is None:
            subject = self._subjects.resolve(cleaned.subject or "")
            if subject is not None:
                cleaned = cleaned.model_copy(update={"subject": subject.name})
        findings = check_draft(cleaned, self._context(finish_reason, job))
        page = rewritten_page_of(job)
        if page is None:
            file, problem = _article_file(cleaned, job, self._settings.site)
        else:
            file, problem = _rewritten_file(cleaned, page)
            if file == page.text.encode():
                findings = (*findings, unchanged())
        return CheckedDraft(cleaned, findings, file, problem)

    def _context(self, finish_reason: str | None, job: Job) -> CheckContext:
        passages = job.context.get("passages", ())
        return CheckContext(
            question=job.question,
            limits=self._settings.limits,
            site=self._settings.site,
            house=self._settings.house,
            offline=job.backend == "offline",
            finish_reason=finish_reason,
            passages={part["id"]: part["text"] for part in passages},
            sources=frozenset(part["id"] for part in passages if part["kind"] == "source"),
            grounding=self._settings.context.grounding if job.request.get("grounded") else "off",
            subjects=self._subjects,
            subject=job.subject,
        )


def _article_file(draft: Draft, job: Job, site: Site) -> tuple[bytes | None, str | None]:
    """The bytes of the article file, or why none can be made.

    The bytes are read back once, to be sure that they contain the same article. A job without an article id or a date
    needs no file, and a draft without any text gives none: both are None.
    """
    subject = job.subject or draft.subject
    if not draft.has_answer or subject is None or job.article_id is None or job.date is None:
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


def _rewritten_file(draft: Draft, page: RewrittenPage) -> tuple[bytes | None, str | None]:
    """The bytes of a published page with the texts of a draft, or why they cannot be made.

    A draft without any text gives no file: both are None.
    """
    if not draft.has_answer:
        return None, None
    try:
        return rewritten_page(read(page.text), draft).encode(), None
    except (FrontMatterError, PatchError, ValueError) as error:
        return None, f"the page cannot take the text of the reply: {error}"
