"""Changes drafts by hand: in the review page, or in any editor on the file itself.

Promises: what a person wrote is never lost and never overwritten; every edit is checked as a model's draft is,
recorded as a new version, and ends an approval; a changed question or subject moves address and file.
The ledger is written first, the file after it, so that a crash between the two leaves a file to write again.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, Protocol

from generator.content.article import seo_title
from generator.content.checks import CheckContext, check_draft_file, register
from generator.content.checks.edited import check_edited
from generator.content.checks.rules import Rule
from generator.content.findings import Finding, errors
from generator.content.frontmatter import Change, Document, patch, read
from generator.content.markdown.answer import encode, site_safe
from generator.content.slugs import ArticleKey, key_of
from generator.content.states import DraftState
from generator.content.text import clean, one_line
from generator.errors import FrontMatterError, GeneratorError, PatchError, SlugError, StorageError
from generator.store.files import read_file, sha256
from generator.store.ledger.drafts import DraftRow, Drafts, NewDraft, StaleDraft
from generator.workflows.drafting.draft_files import draft_path, place
from generator.workflows.ports import HasCorpus, HasDrafts, HasLedger, HasReview, HasSettings

FIELDS = ("question", "subject", "answer", "description", "keywords", "date", "no_index")
"""What a person may change; the rest of an article file follows from it."""

EDIT = "edit"
"""The origin of a version that a person wrote; any other is a model's."""

ON_DISK = "file on disk"
"""Who edited, where nobody says so."""

LARGEST_BYTES = 4_000_000
EDITABLE: tuple[DraftState, ...] = ("near_duplicate", "drafted", "needs_fix", "approved", "rejected")

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


class EditRefused(GeneratorError):
    """An edit that cannot be saved; nothing was changed. ``field`` names what is wrong, empty for the whole."""

    def __init__(self, reason: str, *, field: str = "") -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.reason = reason
        self.field = field


@dataclass(frozen=True, slots=True)
class Judged:
    """An article file as the checks see it. ``key`` is the address it would get, ``moved`` whether it is another."""

    data: bytes
    question: str
    subject: str | None
    key: str | None
    moved: bool
    findings: tuple[Finding, ...]

    @property
    def state(self) -> DraftState:
        """What the draft becomes with it."""
        return "needs_fix" if errors(self.findings) else "drafted"


@dataclass
class TakenUp:
    """What a comparison of all draft files with the ledger found."""

    edited: list[DraftRow] = field(default_factory=list)
    restored: int = 0
    notes: list[str] = field(default_factory=list)


class EditorServices(HasSettings, HasLedger, HasDrafts, HasReview, HasCorpus, Protocol):
    """What editing drafts takes."""


class Editing:
    """Edits the drafts of one ledger."""

    def __init__(self, services: EditorServices) -> None:
        self._settings = services.settings
        self._ledger = services.ledger
        self._drafts = services.drafts
        self._seen = services.seen_files
        self._index = services.index
        self._subjects = services.subjects
        self._now = services.now

    # files edited elsewhere

    def current(self, row: DraftRow, *, who: str = ON_DISK) -> DraftRow:
        """The draft as it is now, after taking up what a person did to its file.

        Raises:
            StaleDraft: another process changed it in the same moment.
            StorageError: its file cannot be read or written.
        """
        row = self._drafts.get(row.id)
        if row.path is None or row.sha is None or row.state not in EDITABLE:
            return row
        present = self._present(row.path)
        if present and sha256(present) == row.sha:
            return row
        # A crash leaves a version standing that the ledger is past; a person may also put one back.
        left_over = present and self._drafts.knows(row.id, sha256(present))
        if present and (not left_over or self._seen.held(row.id, row.path, row.sha)):
            return self._take_up(row, present, who)
        data = self._drafts.data(row)
        assert data is not None
        self._place(row, data)
        return row

    def take_up_all(self, *, who: str = ON_DISK, progress: Callable[[int], None] = lambda _: None) -> TakenUp:
        """Compare every draft file with the ledger; only files whose stamp changed are read."""
        result = TakenUp()
        for number, (draft, stamp) in enumerate(self._seen.changed(self._settings.output_dir, EDITABLE), 1):
            row = self._drafts.get(draft)
            try:
                after = self.current(row, who=who)
            except (StorageError, StaleDraft) as error:
                result.notes.append(str(error))
                continue
            if after.version != row.version:
                result.edited.append(after)
            elif stamp is None:
                result.restored += 1
            progress(number)
        return result

    def _take_up(self, row: DraftRow, data: bytes, who: str) -> DraftRow:
        """A file with bytes that the ledger never had is a person's edit."""
        judged = self.judge(row, data)
        if judged.moved and (taken := self._in_the_way(row, judged)):
            finding = Finding(TAKEN.code, "error", "question", taken)
            judged = Judged(
                data, row.question, row.subject, row.key, moved=False, findings=(*judged.findings, finding)
            )
        return self._record(row, judged, _Made(who, EDIT, None, row.offline))

    def _present(self, path: str) -> bytes | None:
        file = self._settings.output_dir / path
        if file.exists() and file.stat().st_size > LARGEST_BYTES:
            raise StorageError(str(file), f"is larger than {LARGEST_BYTES // 1_000_000} MB")
        return read_file(file)

    # edits made here

    def preview(self, row: DraftRow, changes: Mapping[str, str | bool]) -> Judged:
        """What the draft would be with these fields changed; nothing is saved.

        Args:
            row: the draft as the person saw it.
            changes: new values by name (:data:`FIELDS`): the answer as Markdown with real line breaks, keywords
                separated by commas, the date as ``2026-01-31``, ``no_index`` as a bool.

        Raises:
            EditRefused: a value that no article file carries, or a draft without text.
        """
        return self.judge(row, self._changed(row, changes))

    def save_fields(
        self,
        row: DraftRow,
        changes: Mapping[str, str | bool],
        *,
        who: str,
        origin: str = EDIT,
        made_by: int | None = None,
        offline: bool = False,
        reply_findings: Sequence[Finding] = (),
    ) -> DraftRow:
        """Change fields of a draft. ``row`` as the person saw it, ``changes`` as in :meth:`preview`.

        Args:
            origin, made_by: "revise" and the job, where the new texts are a model's.
            offline: whether that is the offline model; what it wrote stays marked.
            reply_findings: what the checks said of the reply that the new texts come from, where only they can say it.

        Raises:
            EditRefused: the values cannot be saved, or question and subject are another article's.
            StaleDraft: the draft or its file changed since ``row`` was read.
        """
        self._expect_unchanged(row)
        made = _Made(who, origin, made_by, row.offline or offline, tuple(reply_findings))
        return self._save(row, self._changed(row, changes), made)

    def judge(self, row: DraftRow, data: bytes) -> Judged:
        """Check an article file in a draft's place. Never raises for what the file may hold."""
        try:
            document = read(data)
        except FrontMatterError as error:
            finding = Finding(UNREADABLE.code, "error", "", f"line {error.line}: {error.reason}")
            return Judged(data, row.question, row.subject, row.key, moved=False, findings=(finding,))
        question = document.get("question") or row.question
        subject = document.get("subject") or row.subject
        key = _key(subject, question)
        moved = key is not None and str(key) != row.key and _agrees(document, key)
        address = key if moved else _as_key(row.key)
        findings = self._findings(row, data, document, self._context(row, address))
        if not moved:
            if str(key) != row.key:  # the file contradicts itself, which the checks say
                question, subject = row.question, row.subject
            return Judged(data, question, subject, row.key, moved=False, findings=findings)
        return Judged(data, question, subject, str(key), moved=True, findings=findings)

    # inside

    def _findings(
        self, row: DraftRow, data: bytes, document: Document, context: CheckContext
    ) -> tuple[Finding, ...]:
        """What is wrong with a file in a draft's place; of the model's last text, what its edits did not change."""
        versions = self._drafts.versions(row.id)
        if sha256(data) == row.sha:
            return next(version.findings for version in versions if version.n == row.version)
        made = next((version for version in reversed(versions) if version.origin != EDIT), None)
        if made is None:
            return check_draft_file(document, context)
        old = read(self._drafts.data(row, made.n) or b"")
        earlier = [finding for finding in made.findings if finding.code != SIMILAR.code]
        question = document.get("question") or row.question
        near = [] if question == old.get("question") else self._near(question, row)
        return (*check_edited(document, context, old=old, earlier=earlier), *near)

    def _expect_unchanged(self, row: DraftRow) -> None:
        """Refuse to save over what another process or another program did meanwhile."""
        if row.state not in EDITABLE or row.sha is None:
            raise EditRefused(f"a draft that is {row.state.replace('_', ' ')} cannot be edited")
        now = self.current(row)
        if now.sha != row.sha or now.lock != row.lock:
            raise StaleDraft(f"{row.key or row.question!r} was changed meanwhile; look at it again")

    def _changed(self, row: DraftRow, changes: Mapping[str, str | bool]) -> bytes:
        data = self._drafts.data(row)
        if data is None:
            raise EditRefused("there is no text to edit")
        try:
            document = read(data)
            return patch(document.text, self._patches(document, changes)).encode()
        except (FrontMatterError, PatchError) as error:
            raise EditRefused(str(error)) from error

    def _patches(self, document: Document, changes: Mapping[str, str | bool]) -> dict[str, Change]:
        """The fields of the file behind the names a person knows them by."""
        unknown = sorted(set(changes) - set(FIELDS))
        if unknown:
            raise EditRefused(f"there is no field {', '.join(unknown)}; there are {', '.join(FIELDS)}")
        texts = {name: value for name, value in changes.items() if isinstance(value, str)}
        patches: dict[str, Change] = {}
        if "question" in texts or "subject" in texts:
            patches |= self._moved_fields(document, texts)
        if "answer" in texts:
            try:
                patches["answer"] = encode(site_safe(clean(texts["answer"])).strip())
            except ValueError as error:
                raise EditRefused(str(error), field="answer") from error
        if "description" in texts:
            patches["seo.page_description"] = one_line(texts["description"])
        if "keywords" in texts:
            parts = [one_line(part) for part in texts["keywords"].replace("\n", ",").split(",")]
            patches["seo.page_keywords"] = ", ".join(part for part in parts if part)
        if "date" in texts:
            patches["date"] = _date(texts["date"])
        if "no_index" in changes:
            patches["no_index"] = True if changes["no_index"] is True else None
        return patches

    def _moved_fields(self, document: Document, texts: Mapping[str, str]) -> dict[str, Change]:
        question = one_line(texts.get("question", document.get("question", "")))
        subject = one_line(texts.get("subject", document.get("subject", "")))
        known = self._subjects.resolve(subject)
        subject = known.name if known else subject
        if self._subjects.names and known is None:
            raise EditRefused(f"{subject!r} is none of the subjects in config.yaml", field="subject")
        try:
            key = key_of(subject, question)
        except SlugError as error:
            raise EditRefused(
                error.reason, field="question" if error.text == question else "subject"
            ) from error
        return {
            "title": question,
            "article_title": question,
            "question": question,
            "subject": subject,
            "seo.title": seo_title(subject),
            "file_name": f"{key.slug}.md",
            "url": key.url,
        }

    def _save(self, row: DraftRow, data: bytes, made: "_Made") -> DraftRow:
        if sha256(data) == row.sha:
            return row
        judged = self.judge(row, data)
        if judged.moved and (taken := self._in_the_way(row, judged)):
            raise EditRefused(taken, field="question")
        judged = replace(judged, findings=(*judged.findings, *made.reply_findings))
        return self._record(row, judged, made)

    def _in_the_way(self, row: DraftRow, judged: Judged) -> str | None:
        """What keeps a draft from moving to another address."""
        assert judged.key is not None
        other = self._drafts.by_key(judged.key)
        if other is not None and other.id != row.id:
            return f"the draft of {other.question!r} has this address already: {judged.key}"
        if self._index.has_key(judged.key):
            return f"a published article has this address already: {judged.key}"
        for article in self._index.find_questions(judged.question, judged.subject):
            return f"a published article answers this question already: {article.key}"
        file = self._settings.output_dir / draft_path(judged.state, judged.key)
        present = read_file(file)
        if present and not self._drafts.knows(row.id, sha256(present)):
            return f"{file.name} exists already and is not a file of this draft"
        return None

    def _record(self, row: DraftRow, judged: Judged, made: "_Made") -> DraftRow:
        new = NewDraft(
            job=row.job,
            key=judged.key,
            question=judged.question,
            subject=judged.subject,
            state=judged.state,
            data=judged.data,
            path=draft_path(judged.state, judged.key) if judged.key else None,
            origin=made.origin,
            findings=judged.findings,
            offline=made.offline,
            reason=", ".join(sorted({item.code for item in errors(judged.findings)})) or None,
            made_by=made.job,
        )
        with self._drafts.transaction():
            after = self._drafts.revise(row, new, who=made.who, now=self._now())
        if after.path is not None:
            self._place(after, judged.data)
        if row.path is not None and row.path != after.path:
            self._remove(row)
        return after

    def _place(self, row: DraftRow, data: bytes) -> None:
        place(self._settings.output_dir, self._drafts, row, data)
        assert row.path is not None and row.sha is not None
        self._seen.note(self._settings.output_dir, row.id, row.path, row.sha)

    def _remove(self, row: DraftRow) -> None:
        """Take away the file at a draft's former place, unless somebody else put another there."""
        assert row.path is not None
        remove_draft_file(self._settings.output_dir, row, self._drafts)

    def _context(self, row: DraftRow, key: ArticleKey | None) -> CheckContext:
        passages = self._ledger.jobs.get(row.job).context.get("passages", ())
        return CheckContext(
            question=row.question,
            limits=self._settings.limits,
            offline=row.offline,
            passages={part["id"]: part["text"] for part in passages},
            subjects=self._subjects.names,
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


class _Made(NamedTuple):
    """Where a new version comes from."""

    who: str
    origin: str
    job: int | None
    offline: bool
    reply_findings: tuple[Finding, ...] = ()


def remove_draft_file(output_dir: Path, row: DraftRow, drafts: Drafts) -> None:
    """Remove a draft's file if it holds bytes that the ledger has."""
    assert row.path is not None
    file = output_dir / row.path
    present = read_file(file)
    if present is not None and drafts.knows(row.id, sha256(present)):
        file.unlink(missing_ok=True)


def _key(subject: str | None, question: str) -> ArticleKey | None:
    try:
        return key_of(subject, question) if subject else None
    except SlugError:
        return None


def _as_key(key: str | None) -> ArticleKey | None:
    return ArticleKey(*key.split("/", 1)) if key else None


def _agrees(document: Document, key: ArticleKey) -> bool:
    """Whether a file's own name and address follow from its question and subject."""
    return document.get("file_name") == f"{key.slug}.md" and document.get("url") == key.url


def _date(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise EditRefused(f"{text!r} is no date of the form 2026-01-31", field="date") from error
