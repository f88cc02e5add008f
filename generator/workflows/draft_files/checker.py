"""Checks an article file at a draft's path: its findings, and the state and address that the draft gets with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from generator.content.checks import RULES, CheckContext, check_draft_file, register
from generator.content.checks.edited import check_edited
from generator.content.checks.rewrites import identity_findings, unchanged
from generator.content.checks.rules import Rule
from generator.content.drafts.rewrite import changed_identity
from generator.content.findings import Finding, errors
from generator.content.frontmatter import read
from generator.content.slugs import ArticleKey, key_of
from generator.errors import FrontMatterError, SlugError
from generator.store.files import read_file, sha256
from generator.store.ledger.drafts.rewritten_page import rewritten_page_of
from generator.workflows.draft_files.copied_answers import COPIED, ComparedDraft, CopiedAnswers
from generator.workflows.draft_files.files import draft_path, is_persons_file
from generator.workflows.ports import HasCorpus, HasDrafts, HasLedger, HasSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.content.frontmatter import Document
    from generator.content.states import DraftState
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.drafts.versions import Version

_TEXTS = frozenset({"answer", "introduction", "points", "conclusion", "page_description", "page_keywords"})

EDIT = "edit"
"""The origin of a version that a person wrote."""
SPREADSHEET = "spreadsheet"
"""The origin of a version that a person wrote in a spreadsheet: who imports it has not read it by that."""
_BY_HAND = frozenset({EDIT, SPREADSHEET})
_COPIES = frozenset({"restore", "undo"})
"""The origins of versions that have the bytes of an earlier one."""

UNREADABLE = register(
    Rule(
        "draft-unreadable",
        "A draft's file is no article file",
        "A hand edit broke the front matter: the site's build would fail on it.",
        draft="error",
        published=None,
    )
)
TAKEN = register(
    Rule(
        "address-taken",
        "Question and subject belong to another article",
        "Two articles cannot have one address, and a question answered twice competes with itself in search.",
        draft="error",
        published=None,
        fields=("question", "subject"),
    )
)
SIMILAR = register(
    Rule(
        "similar-question",
        "A published article answers nearly the same question",
        "Two pages on one question compete with each other in search.",
        draft="warning",
        published=None,
        fields=("question",),
    )
)

_OF_THE_SITE = frozenset({SIMILAR.code, COPIED.code})
"""Rules that are checked again with each edit, because they depend on other pages and drafts."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """An article file with its findings.

    Args:
        key: the ``subject/slug`` that the draft gets with this file.
        is_moved: whether ``key`` differs from the draft's present one.
    """

    data: bytes
    question: str
    subject: str | None
    key: str | None
    is_moved: bool
    findings: tuple[Finding, ...]

    @property
    def state(self) -> DraftState:
        """The state that the draft gets with this file."""
        return "needs_fix" if errors(self.findings) else "drafted"


class CheckServices(HasSettings, HasLedger, HasDrafts, HasCorpus, Protocol):
    """What checking a draft's file takes."""


class DraftFileChecker:
    """Checks article files at the paths of drafts."""

    def __init__(self, services: CheckServices) -> None:
        self._settings = services.settings
        self._ledger = services.ledger
        self._drafts = services.drafts
        self._index = services.index
        self._subjects = services.subjects
        self._answers = CopiedAnswers(services)

    def check(self, row: DraftRow, data: bytes) -> CheckedFile:
        """Check an article file at a draft's path. No content of the file raises an exception."""
        return self.prepared(row, data)()

    def prepared(self, row: DraftRow, data: bytes) -> Callable[[], CheckedFile]:
        """As :meth:`check`, but the result is a function that checks; it uses no store, so any thread may call it."""
        try:
            document = read(data)
        except FrontMatterError as error:
            finding = Finding(UNREADABLE.code, "error", "", f"line {error.line}: {error.reason}")
            return partial(
                CheckedFile, data, row.question, row.subject, row.key, is_moved=False, findings=(finding,)
            )
        question = document.get("question") or row.question
        subject = document.get("subject") or row.subject
        if row.page is not None:
            find = self._rewrite_findings(row, data, document)
            return lambda: CheckedFile(
                data, row.question, row.subject, row.key, is_moved=False, findings=find()
            )
        key = _key(subject, question)
        is_moved = key is not None and str(key) != row.key and self._agrees(document, key)
        address = key if is_moved else _as_key(row.key)
        find = self._findings(row, data, document, self._context(row, address))
        if not is_moved and str(key) != row.key:  # the file contradicts itself; the findings say so
            question, subject = row.question, row.subject
        new_key = str(key) if is_moved else row.key
        return lambda: CheckedFile(data, question, subject, new_key, is_moved, find())

    def address_conflict(self, row: DraftRow, checked: CheckedFile) -> str | None:
        """Why a draft cannot move to the address of a checked file; None where it can, and where it does not move."""
        if not checked.is_moved:
            return None
        assert checked.key is not None
        other = self._drafts.by_key(checked.key)
        if other is not None and other.id != row.id:
            # Not its question: the person may be one who must not see the other draft.
            return f"another draft has this address already: {checked.key}"
        if self._index.has_key(checked.key):
            return f"a published article has this address already: {checked.key}"
        for article in self._index.find_questions(checked.question, checked.subject):
            return f"a published article answers this question already: {article.key}"
        file = self._settings.output_dir / draft_path(checked.state, checked.key)
        if is_persons_file(self._drafts, row.id, read_file(file)):
            return f"{file.name} exists already and is not a file of this draft"
        return None

    def _agrees(self, document: Document, key: ArticleKey) -> bool:
        """Whether the file name and address in a file are those of its question and subject."""
        address = self._settings.site.address_of(key)
        return document.get("file_name") == f"{key.slug}.md" and document.get("url") == address

    def _findings(
        self, row: DraftRow, data: bytes, document: Document, context: CheckContext
    ) -> Callable[[], tuple[Finding, ...]]:
        """Finds what is wrong with a file, including findings on the model's text that no edit changed."""
        versions = self._drafts.versions.of(row.id)
        if sha256(data) == row.sha:
            known = next(version.findings for version in versions if version.n == row.version)
            return lambda: known
        question = document.get("question") or row.question
        page = rewritten_page_of(self._ledger.jobs.get(row.job))
        copied = self._answers.finding(data, ComparedDraft(question, row.key, row.id, row.offline, page))
        site = [copied] if copied else []
        models = _models_version(versions)
        if models is None:
            return lambda: (*check_draft_file(document, context), *site)
        old = read(self._drafts.versions.data(row.id, models.n) or b"")
        earlier = [finding for finding in models.findings if finding.code not in _OF_THE_SITE]
        if question != old.get("question"):
            site += self._near(question, row)
        return lambda: (*check_edited(document, context, old=old, earlier=earlier), *site)

    def _rewrite_findings(
        self, row: DraftRow, data: bytes, document: Document
    ) -> Callable[[], tuple[Finding, ...]]:
        """Finds what is wrong with a rewrite: without findings on fields that it leaves as they are on its page."""
        context = self._context(row, _as_key(row.key))
        page = rewritten_page_of(self._ledger.jobs.get(row.job))
        find = self._findings(row, data, document, context)
        if page is None or sha256(data) == row.sha:
            return find
        return lambda: _own_findings(find(), document, page.text, context)

    def _context(self, row: DraftRow, key: ArticleKey | None) -> CheckContext:
        passages = self._ledger.jobs.get(row.job).context.get("passages", ())
        return CheckContext(
            question=row.question,
            limits=self._settings.limits,
            site=self._settings.site,
            house=self._settings.house,
            offline=row.offline,
            passages={part["id"]: part["text"] for part in passages},
            subjects=self._subjects,
            folder=key.subject_slug if key else None,
            name=f"{key.slug}.md" if key else None,
        )

    def _near(self, question: str, row: DraftRow) -> list[Finding]:
        threshold = self._settings.duplicates.similarity
        own = {row.key, str(_key(row.subject, question))}
        return [
            Finding(SIMILAR.code, "warning", "question", f"{article.key} asks the same ({alike:.2f})")
            for article, alike in self._index.near_duplicates(question, threshold=threshold)[:1]
            if article.key not in own
        ]


def _models_version(versions: Sequence[Version]) -> Version | None:
    """The version of a model that the newest one comes from; None without one."""
    rest = list(versions)
    while rest:
        version = rest.pop()
        if version.origin in _COPIES:
            while rest and (rest[-1].sha != version.sha or rest[-1].origin in _COPIES):
                rest.pop()
        elif version.origin not in _BY_HAND:
            return version
    return None


def _own_findings(
    found: Sequence[Finding], document: Document, published_text: str, context: CheckContext
) -> tuple[Finding, ...]:
    """The findings on a rewrite that its published page does not have, and those on what it may not change."""
    published = read(published_text)
    inherited = {
        (finding.code, finding.field, finding.message)
        for finding in check_draft_file(published, context)
        if not _is_on_text(finding)
    }
    own = [item for item in found if (item.code, item.field, item.message) not in inherited]
    unchanged_page = (unchanged(),) if document.text == published_text else ()
    return (*own, *unchanged_page, *identity_findings(changed_identity(published, document)))


def _is_on_text(finding: Finding) -> bool:
    """Whether a finding is on a text that a rewrite writes, or on the page as a whole."""
    root = finding.field.removeprefix("seo.").partition("[")[0]
    rule = RULES.get(finding.code)
    return root in _TEXTS or (not root and (rule is None or rule.needs != "document"))


def _key(subject: str | None, question: str) -> ArticleKey | None:
    try:
        return key_of(subject, question) if subject else None
    except SlugError:
        return None


def _as_key(key: str | None) -> ArticleKey | None:
    return ArticleKey(*key.split("/", 1)) if key else None
