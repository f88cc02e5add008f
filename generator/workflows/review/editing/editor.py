"""Saves a person's edits of drafts from the review page: checks them, and saves a new version.

An edit by somebody else is never overwritten. A new question or subject changes the address and moves the file.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from generator.content.checks import RULES
from generator.content.dates import parse_date
from generator.content.display import in_words
from generator.content.drafts.composition import clean_description
from generator.content.frontmatter import patch, read
from generator.content.keywords import clean_keywords, join_keywords
from generator.content.markdown.answer import encode, site_safe
from generator.content.slugs import key_of
from generator.content.states import EDITABLE
from generator.content.text import clean, one_line
from generator.errors import FrontMatterError, GeneratorError, PatchError, SlugError
from generator.store.files import sha256
from generator.workflows.draft_files.checker import EDIT, DraftFileChecker
from generator.workflows.draft_files.importer import EditImporter
from generator.workflows.draft_files.versions import VersionOrigin, save_version
from generator.workflows.ports import HasCorpus, HasDraftFiles, HasDrafts, HasLedger, HasSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from generator.content.findings import Finding
    from generator.content.frontmatter import Change, Document
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.workflows.draft_files.checker import CheckedFile

FIELDS = ("question", "subject", "answer", "description", "keywords", "date", "no_index")
"""The fields that a person can change. All other fields of an article file follow from them."""


class EditRefused(GeneratorError):
    """An edit that cannot be saved; nothing was changed. ``field`` is the field concerned, empty if it is unknown."""

    def __init__(self, reason: str, *, field: str = "") -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.reason = reason
        self.field = field


class EditorServices(HasSettings, HasLedger, HasDrafts, HasDraftFiles, HasCorpus, Protocol):
    """The services that editing drafts needs."""


class DraftEditor:
    """Edits the drafts of one ledger."""

    def __init__(self, services: EditorServices) -> None:
        self._services = services
        self._site = services.settings.site
        self._drafts = services.drafts
        self._subjects = services.subjects
        self._checker = DraftFileChecker(services)
        self._importer = EditImporter(services)

    def preview(self, row: DraftRow, changes: Mapping[str, str | bool]) -> CheckedFile:
        """Check the draft with these fields changed. Nothing is saved.

        Args:
            row: the draft as the person saw it.
            changes: new values by name (:data:`FIELDS`): the answer as Markdown with real line breaks, keywords
                separated by commas, the date as ``2026-01-31``, ``no_index`` as a bool.

        Raises:
            EditRefused: an article file cannot have one of the values, or the draft has no text.
        """
        return self.prepared(row, changes)()

    def prepared(self, row: DraftRow, changes: Mapping[str, str | bool]) -> Callable[[], CheckedFile]:
        """As :meth:`preview`, but the result is a function that checks; it uses no store, so any thread may call it."""
        return self._checker.prepared(row, self._changed(row, changes))

    def examine(self, row: DraftRow, changes: Mapping[str, str | bool]) -> CheckedFile | None:
        """Check the draft with these fields changed, as :meth:`save_fields` would save it; None if no byte changes.

        Raises:
            EditRefused: the values cannot be saved, or another article has the question and the subject.
        """
        self._require_state(row)
        return self._examined(row, self._changed(row, changes))

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
        checked: CheckedFile | None = None,
    ) -> DraftRow:
        """Save changed fields of a draft as a new version.

        Args:
            row, changes: as in :meth:`preview`.
            who: the person who edits.
            origin, made_by: "revise" and the number of the job if a model wrote the new texts; the origin
                "spreadsheet" if they come from one.
            offline: whether the offline model wrote the new texts. The draft stays marked as offline.
            reply_findings: findings on the model's reply that cannot be found in the texts.
            checked: what :meth:`prepared` found for the same draft and changes; None to check here.

        Raises:
            EditRefused: the values cannot be saved, or another article has the question and the subject.
            StaleDraft: the draft or its file changed since ``row`` was read.
            StorageError: the output folder cannot be read or written.
        """
        self._require_editable(row)
        data = self._changed(row, changes)
        return self._save(
            row, data, VersionOrigin(who, origin, row.offline or offline, made_by), reply_findings, checked
        )

    def save_file(
        self, row: DraftRow, data: bytes, *, who: str, origin: str, earlier_findings: Sequence[Finding] = ()
    ) -> DraftRow:
        """Save a whole article file as a new version of a draft; arguments and errors as for :meth:`save_fields`.

        Args:
            earlier_findings: those of these bytes when they were last checked.

        Raises:
            EditRefused: in addition, the file cannot be read.
        """
        self._require_editable(row)
        try:
            read(data)
        except FrontMatterError as error:
            raise EditRefused(f"the file cannot be read: {error}") from error
        return self._save(
            row, data, VersionOrigin(who, origin, row.offline), findings_on_reply(earlier_findings)
        )

    def _require_state(self, row: DraftRow) -> None:
        if row.state not in EDITABLE or row.sha is None:
            raise EditRefused(f"a draft that is {in_words(row.state)} cannot be edited")

    def _require_editable(self, row: DraftRow) -> None:
        self._require_state(row)
        self._importer.require_unchanged(row)

    def _examined(self, row: DraftRow, data: bytes, checked: CheckedFile | None = None) -> CheckedFile | None:
        """The checked file, which may be ``checked`` already; None if it has the bytes of the draft."""
        if sha256(data) == row.sha:
            return None
        if checked is None or checked.data != data:
            checked = self._checker.check(row, data)
        conflict = self._checker.address_conflict(row, checked)
        if conflict is not None:
            raise EditRefused(conflict, field="question")
        return checked

    def _save(
        self,
        row: DraftRow,
        data: bytes,
        origin: VersionOrigin,
        reply_findings: Sequence[Finding],
        checked: CheckedFile | None = None,
    ) -> DraftRow:
        found = self._examined(row, data, checked)
        if found is None:
            return row
        added = [item for item in reply_findings if item not in found.findings]
        return save_version(self._services, row, replace(found, findings=(*found.findings, *added)), origin)

    def _changed(self, row: DraftRow, changes: Mapping[str, str | bool]) -> bytes:
        data = self._drafts.data(row)
        if data is None:
            raise EditRefused("there is no text to edit")
        try:
            document = read(data)
            return patch(
                document.text, self._patches(document, changes, is_rewrite=row.replaces is not None)
            ).encode()
        except (FrontMatterError, PatchError) as error:
            raise EditRefused(str(error)) from error

    def _patches(
        self, document: Document, changes: Mapping[str, str | bool], *, is_rewrite: bool
    ) -> dict[str, Change]:
        """The patches of the article file for the changes."""
        unknown = sorted(set(changes) - set(FIELDS))
        if unknown:
            raise EditRefused(f"there is no field {', '.join(unknown)}; the fields are {', '.join(FIELDS)}")
        texts = {name: value for name, value in changes.items() if isinstance(value, str)}
        patches: dict[str, Change] = {}
        moving = [name for name in ("question", "subject") if name in texts]
        if is_rewrite:
            moving = [name for name in moving if one_line(texts[name]) != document.get(name, "")]
        if moving and is_rewrite:
            reason = "cannot be changed: a rewrite keeps the question, subject and address of its page"
            raise EditRefused(reason, field=moving[0])
        if moving:
            patches |= self._address_fields(document, texts)
        if "answer" in texts:
            try:
                patches["answer"] = encode(site_safe(clean(texts["answer"])).strip())
            except ValueError as error:
                raise EditRefused(str(error), field="answer") from error
        if "description" in texts:
            patches["seo.page_description"] = clean_description(texts["description"])
        if "keywords" in texts:
            patches["seo.page_keywords"] = join_keywords(clean_keywords([texts["keywords"]]))
        if "date" in texts:
            patches["date"] = _date(texts["date"])
        if "no_index" in changes:
            patches["no_index"] = True if changes["no_index"] is True else None
        return patches

    def _address_fields(self, document: Document, texts: Mapping[str, str]) -> dict[str, Change]:
        """The patches of all fields that follow from question and subject."""
        question = one_line(texts.get("question", document.get("question", "")))
        subject = one_line(texts.get("subject", document.get("subject", "")))
        known = self._subjects.resolve(subject)
        subject = known.name if known else subject
        if self._subjects.names and known is None:
            raise EditRefused(f"{subject!r} is not one of the subjects in config.yaml", field="subject")
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
            "seo.title": self._site.seo_title_of(subject),
            "file_name": f"{key.slug}.md",
            "url": self._site.address_of(key),
        }


def findings_on_reply(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings of rules that need the model's reply, for example that the answer was cut off."""
    return tuple(
        finding
        for finding in findings
        if (rule := RULES.get(finding.code)) is not None and rule.needs == "reply"
    )


def _date(text: str) -> str:
    date = parse_date(text.strip())
    if date is None:
        raise EditRefused(f"{text!r} is not a date of the form 2026-01-31", field="date")
    return date.isoformat()
