"""``generator list``, ``show``, ``approve``, ``reject``, ``allow``, ``revise``, ``undo``: review from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from generator.cli.options import EARLIER, JSON, MAX_COST, OUTPUT_DIR, open_services
from generator.cli.output import note, notes, safe_line, say, say_json, say_line, table
from generator.content.display import dollars, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.content.findings import Finding
    from generator.content.revision import FieldChange
    from generator.desk import Desk
    from generator.store.ledger.drafts import DraftRow
    from generator.store.ledger.revisions import Revision, RevisionState
    from generator.workflows.review.draft_view import DraftView

REVIEWER = typer.Option(
    None, "--reviewer", metavar="NAME", help="Who decides; config.yaml or git by default."
)
SLUGS = typer.Argument(None, metavar="SLUG...", help="subject/slug, a slug, or the question itself.")


def list_drafts(
    context: typer.Context,
    state: list[str] = typer.Option((), "--state", metavar="STATE", help="drafted, needs_fix, approved, ..."),
    subject: str = typer.Option(None, "--subject", metavar="NAME", help="Of this subject."),
    rule: str = typer.Option(None, "--rule", metavar="CODE", help="With a finding of this rule."),
    model: str = typer.Option(None, "--model", metavar="NAME", help="Answered by this model."),
    run: int = typer.Option(None, "--run", metavar="N", help="Asked for in this run."),
    text: str = typer.Option(
        None, "--text", metavar="WORDS", help="With these words in question or address."
    ),
    sort: str = typer.Option("age", "--sort", metavar="KEY", help="age, score, findings or changed."),
    descending: bool = typer.Option(False, "--reverse", help="Largest or newest first."),
    limit: int = typer.Option(50, "--limit", min=1, metavar="N", help="At most N."),
    offset: int = typer.Option(0, "--offset", min=0, metavar="N", help="After the first N."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """List drafts, after taking up what was edited on disk.

    Example: generator list --state needs_fix --sort findings --reverse
    """
    from generator.store.ledger.draft_queue import QueueFilter

    _check(state, sort)
    with open_services(context, output_dir=output_dir) as services:
        if not services.has_ledger:
            say_json({"total": 0, "drafts": []}) if as_json else note(
                "nothing drafted yet: generator draft QUESTIONS"
            )
            return 0
        desk = _desk(services)
        _take_up(desk)
        wanted = QueueFilter(
            states=tuple(state),  # type: ignore[arg-type]
            subject=subject,
            rule=rule,
            model=model,
            run=run,
            text=text,
        )
        total = desk.queue.count(wanted)
        rows = desk.queue.page(
            wanted,
            sort=sort,  # type: ignore[arg-type]
            descending=descending,
            limit=limit,
            offset=offset,
        )
        revisions = desk.revisions.open_states()
        if as_json:
            drafts = [{**_summary(row), "revision": revisions.get(row.id)} for row in rows]
            say_json({"total": total, "drafts": drafts})
            return 0
        table([_columns(row, revisions.get(row.id)) for row in rows])
        if total > len(rows):
            note(f"{len(rows):,} of {plural(total, 'draft')}: see --limit and --offset")
        elif not rows:
            note("no such draft")
        return 0


def show(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="SLUG", help="subject/slug, a slug, or the question itself."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Show a draft as a reviewer must see it: text, search result, findings with their places, revisions.

    Example: generator show psychology/what-is-operant-conditioning
    """
    from generator.cli.ledger import find_drafts

    with open_services(context, output_dir=output_dir) as services:
        desk = _desk(services)
        views = [desk.inspecting.view(desk.editing.current(row)) for row in find_drafts(services, name)]
        if as_json:
            found = [_whole(desk, view) for view in views]
            say_json(found[0] if len(found) == 1 else found)
        else:
            for view in views:
                _say_view(desk, view)
        return 0


def approve(
    context: typer.Context,
    names: list[str] = SLUGS,
    clean: bool = typer.Option(
        False, "--clean", help="All drafts to review without finding or open revision, as one decision."
    ),
    reviewer: str = REVIEWER,
    message: str = typer.Option(None, "--note", metavar="TEXT", help="Kept with the decision."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Approve drafts: their exact bytes, for publishing. One with errors must be edited first.

    Example: generator approve --clean
    """
    from generator.errors import GeneratorError, UsageError

    if bool(names) == clean:
        raise UsageError("name the drafts to approve, or give --clean")
    with open_services(context, output_dir=output_dir) as services:
        desk = _desk(services)
        who = desk.reviewer(reviewer)
        if clean:
            result = desk.deciding.approve_clean(who=who, note=message)
            return _report("approved", result.decided, result.left, as_json)
        done, left = [], []
        for row in _named(desk, names):
            try:
                done.append(desk.deciding.approve(row, who=who, note=message))
            except GeneratorError as error:
                left.append(str(error))
        return _report("approved", done, left, as_json)


def reject(
    context: typer.Context,
    names: list[str] = typer.Argument(
        ..., metavar="SLUG...", help="subject/slug, a slug, or the question itself."
    ),
    reason: str = typer.Option(..., "--reason", metavar="TEXT", help="Why; kept with the decision."),
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Reject drafts.

    Example: generator reject what-is-life --reason "answers another question"
    """
    from generator.errors import GeneratorError

    with open_services(context, output_dir=output_dir) as services:
        desk = _desk(services)
        who = desk.reviewer(reviewer)
        done, left = [], []
        for row in _named(desk, names):
            try:
                done.append(desk.deciding.reject(row, reason=reason, who=who))
            except GeneratorError as error:
                left.append(str(error))
        return _report("rejected", done, left, as_json)


def allow(
    context: typer.Context,
    names: list[str] = typer.Argument(
        ..., metavar="SLUG...", help="subject/slug, a slug, or the question itself."
    ),
    reviewer: str = REVIEWER,
    message: str = typer.Option(None, "--note", metavar="TEXT", help="Kept with the decision."),
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Have near duplicates drafted anyway: the next draft of their list asks for them.

    Example: generator allow biology/what-are-the-major-functions-of-the-liver
    """
    from generator.errors import GeneratorError

    with open_services(context, output_dir=output_dir) as services:
        desk = _desk(services)
        who = desk.reviewer(reviewer)
        done, left = [], []
        for row in _named(desk, names):
            try:
                done.append(desk.deciding.allow(row, who=who, note=message))
            except GeneratorError as error:
                left.append(str(error))
        code = _report("allowed", done, left, as_json)
        if done and not as_json:
            note("run generator draft with their list again to have them drafted")
        return code


def undo(
    context: typer.Context,
    name: str = typer.Argument(
        None, metavar="[SLUG]", help="The draft or article: its last decision, whoever took it."
    ),
    earlier: bool = EARLIER,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Take back your last decision on drafts or SEO proposals, a bulk one as a whole. Published stays: withdraw.

    Example: generator undo
    """
    from generator.cli.seo_proposals import article_with_proposals, say_undone
    from generator.workflows.seo.decisions import UndoneProposals

    with open_services(context, output_dir=output_dir) as services:
        desk = _desk(services)
        who = desk.reviewer(reviewer)
        draft = key = None
        if name:
            key = article_with_proposals(services, name)
            draft = _one(desk, name) if key is None or services.drafts.named(key) else None
        undone = desk.undoing.undo(who=who, draft=draft, key=key, earlier=earlier)
        if isinstance(undone, UndoneProposals):
            return say_undone(undone, as_json)
        if as_json:
            say_json(
                {
                    "undone": undone.decision,
                    "drafts": [_summary(row) for row in undone.drafts],
                    "proposals": [],
                    "left": list(undone.left),
                }
            )
        else:
            for row in undone.drafts:
                say(f"{row.key or row.question}: {row.state.replace('_', ' ')} again")
            notes(undone.left)
        return 1 if undone.left else 0


def revise(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="SLUG", help="subject/slug, a slug, or the question itself."),
    comment: str = typer.Option(None, "--note", metavar="TEXT", help="What the model is to change."),
    accept: list[str] = typer.Option(
        (), "--accept", metavar="FIELD", help="Take over a field of the proposal, or 'all'."
    ),
    keep: bool = typer.Option(False, "--keep", help="Keep the draft as it is and drop the proposal."),
    model: str = typer.Option(None, "--model", metavar="NAME", help="The model to ask."),
    offline: bool = typer.Option(False, "--offline", help="Ask the offline model."),
    max_cost: float = MAX_COST,
    reviewer: str = REVIEWER,
    output_dir: str = OUTPUT_DIR,
    as_json: bool = JSON,
) -> int:
    """Have a draft revised: ask with --note, look at the proposal, then --accept fields of it or --keep the draft.

    Example: generator revise what-is-life --note "shorter, and mention viruses"
    """
    from generator.errors import UsageError
    from generator.workflows.engine.interrupts import Interruption, run_async

    if sum((bool(comment), bool(accept), keep)) != 1:
        raise UsageError("give one of --note, --accept and --keep")
    with open_services(context, output_dir=output_dir) as services:
        desk = _desk(services)
        who = desk.reviewer(reviewer)
        row = _one(desk, name)
        if not comment:
            return _settle(desk, row, list(accept), who, as_json)
        endpoint = services.endpoint(offline=offline, model=model)
        work = desk.revise(endpoint, row.id, comment=comment, who=who, max_cost=max_cost)
        revision = run_async(work, Interruption())
        changes = desk.revising.changes(revision)
        if as_json:
            say_json(_revision(revision, changes))
        else:
            _say_revision(row, revision, changes)
        return 1


def _settle(desk: Desk, row: DraftRow, accept: list[str], who: str, as_json: bool) -> int:
    from generator.errors import UsageError

    revision = desk.revisions.open_of(row.id)
    if revision is None or revision.state != "proposed":
        raise UsageError(f"there is no proposal for {row.key or row.question!r}: ask with --note")
    if accept:
        fields = None if "all" in accept else accept
        row = desk.revising.accept(revision, fields, who=who)
        revision = desk.revisions.get(revision.id)
    else:
        revision = desk.revising.decline(revision, who=who)
    if as_json:
        say_json({**_summary(row), "revision": _revision(revision, ())})
    else:
        taken = f": {', '.join(revision.accepted)}" if revision.accepted else ""
        say(f"{row.key}: {revision.state}{taken}; {row.state.replace('_', ' ')} now")
    return 0


# what is shown


def _say_view(desk: Desk, view: DraftView) -> None:
    row = view.row
    say_line(row.question)
    marks = [
        row.state.replace("_", " "),
        *(["offline model"] if row.offline else []),
        *(["edited"] if row.edited else []),
    ]
    say_line(
        f"  {row.key or 'no address yet'}  {', '.join(marks)}" + (f": {row.reason}" if row.reason else "")
    )
    say(f"  file     {row.path or 'none'}   article {view.get('id')}, {view.get('date')}")
    say_line(f"  model    {row.model or 'none'}   {plural(view.calls, 'call')}, {dollars(view.cost)}")
    if view.search is not None:
        say("\nas search results show it")
        say_line(f"  {view.search.title}")
        say_line(f"  {view.search.shown}")
        say_line(f"  {view.search.length} characters, {view.search.limit} are shown")
    if view.keywords:
        say(f"\nkeywords  {', '.join(view.keywords)}")
    if view.answer:
        say(f"\n{view.answer}\n")
    for link in view.related:
        say_line(f"related   {link.title}  {link.url}")
    if view.findings:
        say("findings")
        for finding in view.findings:
            say_line(f"  {finding.severity:7}  {_place(view, finding)}: {finding.message}  [{finding.code}]")
    for revision in view.revisions:
        if revision.state == "proposed":
            say()
            _say_revision(row, revision, desk.revising.changes(revision))
    say()


def _place(view: DraftView, finding: Finding) -> str:
    """The field, and the line and column of the defect where it has a place in the answer."""
    if finding.field != "answer" or finding.start is None:
        return finding.field or "whole"
    before = view.answer[: finding.start]
    return f"answer {before.count(chr(10)) + 1}:{finding.start - before.rfind(chr(10))}"


def _say_revision(row: DraftRow, revision: Revision, changes: Sequence[FieldChange]) -> None:
    if revision.state == "failed":
        note(f"{row.key}: the model made nothing of it: {safe_line(revision.reason or '')}")
        return
    say_line(f"proposed by {revision.who}'s comment: {revision.comment}")
    for change in changes:
        say(f"\n{change.field}")
        say(f"  - {change.old}")
        say(f"  + {change.new}")
    for finding in revision.findings:
        say_line(f"  {finding.severity:7}  {finding.field}: {finding.message}  [{finding.code}]")
    if not changes:
        note("the model changed nothing")
    note(f"\ntake it over: generator revise {row.key} --accept all (or FIELD), or keep the draft: --keep")


def _columns(row: DraftRow, revision: RevisionState | None) -> tuple[str, ...]:
    said = {"asked": "revision asked for", "proposed": "revision to look at"}.get(revision or "", "")
    faults = f"{row.errors}/{row.warnings}" if row.errors or row.warnings else ""
    return (
        row.state.replace("_", " "),
        faults,
        row.subject or "",
        row.key or row.question[:80],
        said or (row.reason or "")[:60],
    )


def _summary(row: DraftRow) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        name: value for name, value in asdict(row).items() if name not in ("id", "job", "lock", "version")
    }


def _whole(desk: Desk, view: DraftView) -> dict[str, Any]:
    from dataclasses import asdict

    search = view.search
    return {
        **_summary(view.row),
        "fields": dict(view.document.values) if view.document else {},
        "answer": view.answer,
        "keywords": list(view.keywords),
        "related": [link._asdict() for link in view.related],
        "search_result": {**asdict(search), "shown": search.shown} if search else None,
        "findings": [finding.as_dict() for finding in view.findings],
        "passages": view.passages,
        "calls": view.calls,
        "cost_usd": None if view.cost is None else view.cost / 1e9,
        "decisions": [asdict(decision) for decision in view.decisions],
        "revisions": [_revision(item, desk.revising.changes(item)) for item in view.revisions],
        "withdrawn": asdict(view.withdrawal) if view.withdrawal else None,
    }


def _revision(revision: Revision, changes: Sequence[FieldChange]) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "state": revision.state,
        "comment": revision.comment,
        "who": revision.who,
        "at": revision.at,
        "reason": revision.reason,
        "accepted": list(revision.accepted),
        "changes": [asdict(change) for change in changes],
        "findings": [finding.as_dict() for finding in revision.findings],
    }


def _report(done_word: str, done: Sequence[DraftRow], left: Sequence[str], as_json: bool) -> int:
    if as_json:
        say_json({done_word: [_summary(row) for row in done], "left": list(left)})
    else:
        for row in done[:50]:
            say(f"{row.key or row.question}: {done_word}")
        if len(done) != 1:
            say(f"{plural(len(done), 'draft')} {done_word}")
        notes(left, most=50)
    return 1 if left else 0


# which drafts


def _desk(services: Any) -> Desk:
    from generator.desk import Desk

    return Desk(services)


def _named(desk: Desk, names: Sequence[str]) -> list[DraftRow]:
    """The drafts that a person names, as they are now; each name must be one draft's."""
    return [_one(desk, name) for name in names]


def _one(desk: Desk, name: str) -> DraftRow:
    from generator.cli.ledger import find_drafts
    from generator.errors import UsageError

    rows = find_drafts(desk.shop, name)
    if len(rows) > 1:
        raise UsageError(f"several drafts are named {name!r}: {', '.join(row.key or '?' for row in rows)}")
    return desk.editing.current(rows[0])


def _take_up(desk: Desk) -> None:
    found = desk.editing.take_up_all()
    for row in found.edited[:20]:
        note(f"{row.key}: edited on disk, checked again, {row.state.replace('_', ' ')} now")
    if found.restored:
        note(f"{plural(found.restored, 'missing draft file')} written again")
    notes(found.notes)


def _check(states: Sequence[str], sort: str) -> None:
    from generator.content.states import DRAFT_STATES
    from generator.errors import UsageError
    from generator.store.ledger.draft_queue import SORTS

    for state in states:
        if state not in DRAFT_STATES:
            raise UsageError(f"--state {state!r} is none of {', '.join(DRAFT_STATES)}")
    if sort not in SORTS:
        raise UsageError(f"--sort takes {', '.join(SORTS)}, not {sort!r}")
