"""Prints drafts, decisions and revisions, as text or JSON."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from generator.cli.drafting.rewrite_view_output import rewrite_object, say_rewrite
from generator.cli.drafting.team import comment_object, say_comment
from generator.cli.sampling.output import membership_in_words, membership_objects
from generator.cli.terminal.output import note, notes, safe_line, say, say_json, say_line, table
from generator.cli.terminal.spend_output import usd
from generator.content.display import dollars, in_words, plural
from generator.content.evidence.release import release_of
from generator.content.questions.details import DETAIL_FIELDS
from generator.store.ledger.drafts.decisions import RELEASED
from generator.store.ledger.queue.set_aside import SET_ASIDE_AGAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from generator.content.findings import Finding
    from generator.content.questions.details import QuestionDetails
    from generator.content.seo.search_result import SearchResult
    from generator.store.ledger.drafts.decisions import DraftDecision
    from generator.store.ledger.drafts.revisions import Revision
    from generator.store.ledger.drafts.rows import DraftRow
    from generator.store.ledger.team.assignments import Assignment
    from generator.workflows.draft_files.importer import ImportedEdits
    from generator.workflows.review.decisions.decisions import DecisionOutcome
    from generator.workflows.review.decisions.undo import UndoneDrafts
    from generator.workflows.review.editing.revise import RevisionOutcome
    from generator.workflows.review.editing.revisions import RevisionView
    from generator.workflows.review.views.draft_list import DraftList, ListedDraft
    from generator.workflows.review.views.draft_view import DraftView
    from generator.workflows.review.views.show import ShownDraft


_ASIDE = "set aside as before"


def show_list(listed: DraftList, *, next_command: str, as_json: bool, also: Sequence[str] = ()) -> None:
    """Print a line for each draft, and notes on imported edits; ``next_command`` is the draft command.

    Args:
        also: further attributes of drafts for the JSON.
    """
    if listed.imported is not None:
        _note_imported(listed.imported)
    if as_json:
        drafts = [
            {
                **_draft_object(item.row),
                **{name: getattr(item.row, name) for name in also},
                "revision": item.revision,
                **_details_object(item.details),
                **_assignment_object(item.assignment),
                **({"open_comments": item.comments.number} if item.comments else {}),
                **({"release": asdict(item.release)} if item.release and item.release.is_recorded else {}),
            }
            for item in listed.drafts
        ]
        say_json({"total": listed.total, "drafts": drafts})
        return
    if listed.imported is None:
        note(f"nothing drafted yet: {next_command}")
        return
    scores = [any(cells) for cells in zip(*(_scores(item.row) for item in listed.drafts), strict=True)]
    table([_columns(item, scores) for item in listed.drafts])
    if listed.total > len(listed.drafts):
        note(f"{len(listed.drafts):,} of {plural(listed.total, 'draft')}: see --limit and --offset")
    elif not listed.drafts:
        note("no draft matches")


def show_drafts(shown: Sequence[ShownDraft], *, next_command: Callable[..., str], as_json: bool) -> None:
    """Print each draft with its open revision; ``next_command`` builds the next command line from words."""
    if as_json:
        found = [_shown_object(draft) for draft in shown]
        say_json(found[0] if len(found) == 1 else found)
        return
    for draft in shown:
        _say_view(draft.view)
        if draft.assignment is not None:
            say_line(f"assigned to {draft.assignment.reviewer}")
        if draft.comments:
            say("comments")
        for comment in draft.comments:
            say_comment(comment, indent="  ")
        for view in draft.revisions:
            if view.revision.state == "proposed":
                say()
                _say_revision(draft.view.row, view, next_command)
        say()


def show_decided(word: str, outcome: DecisionOutcome, *, as_json: bool) -> int:
    """Print which drafts were decided on and which were not; returns the exit code.

    Args:
        word: their new state, such as "approved".
    """
    if as_json:
        say_json({word: [_draft_object(row) for row in outcome.decided], "left": list(outcome.left)})
    else:
        for row in outcome.decided[:50]:
            say(f"{row.key or row.question}: {word}")
        if len(outcome.decided) != 1:
            say(f"{plural(len(outcome.decided), 'draft')} {word}")
        notes(outcome.left, most=50)
        if outcome.insufficient:
            note(
                f"{plural(len(outcome.insufficient), 'draft')} cannot be published yet: publish.require in config.yaml asks"
                " for more than an approval in the shell; generator publish --approved --dry-run says what is missing"
            )
    return int(outcome.needs_person)


def show_undone(undone: UndoneDrafts, *, as_json: bool) -> int:
    """Print which drafts were restored, and which had changed since; returns the exit code."""
    if as_json:
        say_json(
            {
                "undone": undone.decision,
                "drafts": [_draft_object(row) for row in undone.rows],
                "proposals": [],
                "left": list(undone.left),
            }
        )
    else:
        for row in undone.rows[:50]:
            now = f"no longer {undone.decision}; {in_words(row.state)} now"
            say(f"{row.key or row.question}: {_ASIDE if undone.decision == SET_ASIDE_AGAIN else now}")
        if len(undone.rows) > 50:
            say(f"{plural(len(undone.rows), 'draft')}: no longer {undone.decision}")
        notes(undone.left)
    return int(undone.needs_person)


def show_proposed(outcome: RevisionOutcome, *, next_command: Callable[..., str], as_json: bool) -> int:
    """Print what the model would change in a draft; returns the exit code.

    Args:
        next_command: as for :func:`show_drafts`.
    """
    if as_json:
        say_json(_revision_object(outcome.revision))
    else:
        _say_revision(outcome.draft, outcome.revision, next_command)
    return int(outcome.needs_person)


def show_revised(outcome: RevisionOutcome, *, as_json: bool) -> int:
    """Print the accepted fields of a revision, and the draft's state; returns the exit code."""
    row, revision = outcome.draft, outcome.revision.revision
    if as_json:
        say_json({**_draft_object(row), "revision": _revision_object(outcome.revision)})
    else:
        taken = f": {', '.join(revision.accepted)}" if revision.accepted else ""
        say(f"{row.key}: {revision.state}{taken}; {in_words(row.state)} now")
    return int(outcome.needs_person)


def _note_imported(imported: ImportedEdits) -> None:
    for row in imported.edited[:20]:
        note(f"{row.key}: edited on disk, checked again, {in_words(row.state)} now")
    if imported.restored:
        note(f"{plural(imported.restored, 'missing draft file')} written again")
    notes(imported.notes)


def _scores(row: DraftRow) -> tuple[str, str]:
    """What the judge and the checks give a draft; empty where they gave nothing."""
    return (
        f"judge {row.score:.1f}" if row.score >= 0 else "",
        f"checks {row.checks:.0f}" if row.checks >= 0 else "",
    )


def _columns(item: ListedDraft, scores: Sequence[bool]) -> tuple[str, ...]:
    """The cells of a draft; ``scores`` says which of :func:`_scores` any listed draft has."""
    row = item.row
    waits = {"asked": "revision asked for", "proposed": "revision to look at"}.get(item.revision or "", "")
    faults = ", ".join(
        plural(count, name) for count, name in ((row.errors, "error"), (row.warnings, "warning")) if count
    )
    return (
        in_words(row.state),
        faults,
        *(cell for cell, shown in zip(_scores(row), scores, strict=True) if shown),
        row.subject or "",
        row.key or row.question[:80],
        waits or ("rewrite" if row.replaces and not row.reason else "") or (row.reason or "")[:60],
        item.release.kind if item.release else "",
    )


def _say_view(view: DraftView) -> None:
    row = view.row
    say_line(row.question)
    marks = [
        in_words(row.state),
        *(["offline model"] if row.offline else []),
        *(["edited"] if row.edited else []),
    ]
    say_line(
        f"  {row.key or 'no address yet'}  {', '.join(marks)}" + (f": {row.reason}" if row.reason else "")
    )
    made = f"   article {view.get('id')}, {view.get('date')}" if view.document else ""
    asked = f"{plural(view.cost.calls, 'call')}, {dollars(view.cost.amount)}"
    table(
        [("file", f"{row.path or 'none'}{made}"), ("model", f"{row.model or 'none'}   {asked}")], indent="  "
    )
    for member in view.lots:
        say_line(f"  {membership_in_words(member)}")
    if row.state in RELEASED:
        _say_release(view.decisions)
    if view.rewrite is not None:
        say_rewrite(view.rewrite)
    if view.search is not None:
        say("\nsearch result")
        say_line(f"  {view.search.title_shown}")
        say_line(f"  {view.search.description_shown}")
        say_line(f"  {_lengths(view.search)}")
    if view.keywords:
        say(f"\nkeywords  {', '.join(view.keywords)}")
    if view.answer:
        say(f"\n{view.answer}\n")
    table([("related", link.title, link.url) for link in view.related])
    if view.findings:
        say("findings")
        table(finding_rows(view.findings, partial(_place, view)), indent="  ")


def _say_release(decisions: Sequence[DraftDecision]) -> None:
    """Print who approved a draft, and on what evidence."""
    found = [(decision.who, decision.evidence) for decision in decisions if decision.evidence]
    for who, evidence in found[-1:]:
        say_line(f"  approved by {who} {evidence.in_words()}")


def finding_rows(
    findings: Iterable[Finding], place: Callable[[Finding], str] = attrgetter("field")
) -> list[tuple[str, str]]:
    """The rows of a table of findings; ``place`` gives the field of a finding as shown."""
    return [
        (finding.severity, f"{place(finding)}: {finding.message}  [{finding.code}]") for finding in findings
    ]


def _place(view: DraftView, finding: Finding) -> str:
    """The field, with line and column if the defect has a position in the answer."""
    if finding.field != "answer" or finding.start is None:
        return finding.field or "whole"
    before = view.answer[: finding.start]
    return f"answer {before.count(chr(10)) + 1}:{finding.start - before.rfind(chr(10))}"


def _say_revision(row: DraftRow, view: RevisionView, next_command: Callable[..., str]) -> None:
    revision: Revision = view.revision
    if revision.state == "failed":
        note(f"{row.key}: the model proposed nothing: {safe_line(revision.reason or '')}")
        return
    say_line(f"proposed by {revision.who}'s comment: {revision.comment}")
    for change in view.changes:
        say(f"\n{change.field}")
        say(f"  - {change.old}")
        say(f"  + {change.new}")
    table(finding_rows(revision.findings), indent="  ")
    if not view.changes:
        note("the model changed nothing")
    name = row.key or row.question
    note(f"\nto accept it: {next_command('revise', name, '--accept', 'all')} (or a FIELD instead of all)")
    note(f"to keep the draft: {next_command('revise', name, '--keep')}")


def _draft_object(row: DraftRow) -> dict[str, Any]:
    """A draft as JSON; the score of the checks only where it was computed, and the page only of a rewrite."""
    left_out = {
        "id",
        "job",
        "lock",
        "version",
        "words",
        "open_claims",
        *(["checks"] if row.checks < 0 else []),
    }
    left_out |= {"replaces", "basis"} if row.replaces is None else set()
    return {name: value for name, value in asdict(row).items() if name not in left_out}


def _details_object(details: QuestionDetails | None) -> dict[str, Any]:
    """What the list says about a question, as the JSON value ``details``: its columns, and what was read from them.

    Empty without details: the drafts of lists without columns are shown as they always were.
    """
    if details is None:
        return {}
    read = {name: getattr(details, name) for name in DETAIL_FIELDS}
    return {"details": {**read, "columns": dict(details.kept)}}


def _assignment_object(assignment: Assignment | None) -> dict[str, Any]:
    """To whom a draft is assigned, as the JSON value ``assigned_to``; empty where it is assigned to nobody."""
    return {} if assignment is None else {"assigned_to": assignment.reviewer}


def _shown_object(shown: ShownDraft) -> dict[str, Any]:
    view = shown.view
    search = view.search
    return {
        **_draft_object(view.row),
        "fields": dict(view.document.values) if view.document else {},
        "answer": view.answer,
        "keywords": list(view.keywords),
        "related": [link._asdict() for link in view.related],
        "search_result": _search_object(search) if search else None,
        "findings": [finding.as_dict() for finding in view.findings],
        "passages": view.passages,
        "calls": view.cost.calls,
        "cost_usd": usd(view.cost.amount),
        "decisions": [decision_object(decision) for decision in view.decisions],
        "revisions": [_revision_object(revision) for revision in shown.revisions],
        "withdrawn": asdict(view.withdrawal) if view.withdrawal else None,
        **({"rewrite": rewrite_object(view.rewrite)} if view.rewrite else {}),
        **_assignment_object(shown.assignment),
        **({"comments": list(map(comment_object, shown.comments))} if shown.comments else {}),
        **({"lots": membership_objects(view.lots)} if view.lots else {}),
    }


def _lengths(search: SearchResult) -> str:
    """The length of the description in characters and in pixels, each with its limit."""
    return (
        f"{search.description_chars} of {search.description_limit} characters,"
        f" {search.description_width} of {search.description_pixels} pixels"
    )


def _search_object(search: SearchResult) -> dict[str, Any]:
    return {
        "title": search.title,
        "description": search.description,
        "length": search.description_chars,
        "limit": search.description_limit,
        "shown": search.description_shown,
        "width": search.description_width,
        "width_limit": search.description_pixels,
        "shown_on_phone": search.description_shown_on_phone,
        "phone_width_limit": search.phone_pixels,
        "title_shown": search.title_shown,
        "title_width": search.title_width,
        "title_width_limit": search.title_pixels,
    }


def decision_object(decision: DraftDecision) -> dict[str, Any]:
    """A decision on a draft as JSON."""
    values = {
        name: value for name, value in asdict(decision).items() if name not in ("row", "release", "edit")
    }
    return {**values, "release": asdict(release_of(decision.release))} if decision.release else values


def _revision_object(view: RevisionView) -> dict[str, Any]:
    revision = view.revision
    return {
        "state": revision.state,
        "comment": revision.comment,
        "who": revision.who,
        "at": revision.at,
        "reason": revision.reason,
        "accepted": list(revision.accepted),
        "changes": [asdict(change) for change in view.changes],
        "findings": [finding.as_dict() for finding in revision.findings],
    }
