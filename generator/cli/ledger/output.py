"""Prints the results of ``status``, ``why`` and ``verify``, as text or JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from generator.cli.drafting.drafts_output import decision_object, finding_rows
from generator.cli.drafting.team import comment_object, say_comment
from generator.cli.sampling.output import lot_object, membership_in_words, membership_objects
from generator.cli.terminal.output import note, notes, say, say_json, say_line, table
from generator.cli.terminal.spend_output import spend_line, spend_object, usd
from generator.content.display import dollars, in_words, plural
from generator.content.evidence.release import RELEASE_KINDS
from generator.content.states import DRAFT_STATES
from generator.store.ledger.drafts.rewritten_page import rewritten_page_of
from generator.store.ledger.storage.file import RESTORE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.store.ledger.drafts.rewritten_page import RewrittenPage
    from generator.store.ledger.runs.jobs import Job
    from generator.workflows.ledger.history import DraftHistory, PaidCall
    from generator.workflows.ledger.judge_agreement import JudgeAgreement
    from generator.workflows.ledger.status import LedgerStatus, ReasonCount
    from generator.workflows.ledger.verify import VerifyOutcome

_REASONS = 20
_REASON_LENGTH = 90
_TITLE_LENGTH = 70
_HASH_LENGTH = 12


def show_status(status: LedgerStatus | None, *, next_command: str, as_json: bool) -> None:
    """Print the states of the drafts and the cost; without a status, name ``next_command``."""
    if status is None:
        if as_json:
            nothing: dict[str, Any] = {"states": {}, "waiting": {}, "offline_drafts": 0, "spend": None}
            say_json({**nothing, "failures": [], "reasons": []})
        else:
            say(f"nothing drafted yet: {next_command}")
        return
    notes(status.incomplete)
    if as_json:
        say_json(_status_object(status))
    else:
        _say_status(status)


def _status_object(status: LedgerStatus) -> dict[str, Any]:
    return {
        "states": dict(status.states),
        "waiting": dict(status.waiting),
        "offline_drafts": status.offline_drafts,
        "spend": spend_object(status.spend),
        "failures": [item._asdict() for item in status.failures],
        "reasons": [item._asdict() for item in status.reasons],
        **({"judge": _agreement_object(status.judge)} if status.judge else {}),
        **({"lots": [lot_object(view) for view in status.lots]} if status.lots else {}),
        **({"released": dict(status.released)} if set(status.released) - {"unknown"} else {}),
    }


def _agreement_object(judge: JudgeAgreement) -> dict[str, Any]:
    found = judge.agreement
    return {
        "decisions": judge.decisions,
        "missing": judge.missing,
        "kappa": round(found.kappa, 3) if found else None,
        "interval": [round(found.low, 3), round(found.high, 3)] if found else None,
    }


def _say_agreement(judge: JudgeAgreement) -> None:
    found = judge.agreement
    if judge.missing:
        say(
            f"judge: {plural(judge.decisions, 'decision')} of people on judged drafts;"
            f" {judge.missing} more are needed to say how well it agrees with them"
        )
    elif found is None:
        say(f"judge: all {judge.decisions:,} decisions are alike, so agreement cannot be measured")
    else:
        say(
            f"judge: weighted kappa {found.kappa:.2f} (95 % interval {found.low:.2f} to {found.high:.2f}) with the newest"
            f" {judge.decisions:,} decisions of people; 0 is chance, 1 is full agreement"
        )


def _say_status(status: LedgerStatus) -> None:
    states, spend = status.states, status.spend
    table([(in_words(state), f"{states[state]:,}") for state in DRAFT_STATES if state in states])
    for state, count in status.waiting.items():
        say(f"{plural(count, 'question')} {state}")
    if status.released:
        counts = ", ".join(
            f"{status.released[kind]:,} {kind}" for kind in RELEASE_KINDS if kind in status.released
        )
        say(f"released: {counts}")
    if status.offline_drafts:
        say(f"{plural(status.offline_drafts, 'draft')} by the offline model")
    say()
    if spend.calls:
        say(spend_line(spend))
        if spend.open_calls:
            say(f"{plural(spend.open_calls, 'call')} without an answer, counted at the reserved amount")
        if spend.estimated_calls:
            say(
                f"{plural(spend.estimated_calls, 'call')} without a credible token count, counted at the reserved amount"
            )
    elif status.offline_spend.calls:
        say(f"{plural(status.offline_spend.calls, 'call')} to the offline model, nothing spent")
    if status.judge is not None:
        _say_agreement(status.judge)
    for view in status.lots:
        say(
            f"lot {view.lot.id} is {in_words(view.state)}: {plural(view.lot.size, 'draft')}, {view.sample.progress}"
        )
    if status.failures:
        say("\nfailed calls by cause")
        table(
            [
                (item.cause, f"{item.calls:,}", f"in {plural(item.questions, 'question')}")
                for item in status.failures
            ]
        )
    if status.reasons:
        say("\nquestions that need a person")
        table(_reason_rows(status.reasons))


def _reason_rows(reasons: Sequence[ReasonCount]) -> list[tuple[str, str, str]]:
    """The most frequent reasons. Each near duplicate has a reason of its own, so they are one row."""
    rows = [
        (in_words(item.state), f"{item.drafts:,}", item.reason[:_REASON_LENGTH])
        for item in reasons
        if item.state != "near_duplicate"
    ][:_REASONS]
    near = sum(item.drafts for item in reasons if item.state == "near_duplicate")
    if near:
        rows.append(
            (
                in_words("near_duplicate"),
                f"{near:,}",
                "generator list --state near_duplicate shows of which question",
            )
        )
    return rows


def show_checked(checked: VerifyOutcome, *, as_json: bool) -> None:
    """Print the problems of the ledger, and what to do about them."""
    problems = checked.problems
    if as_json:
        say_json({"sound": not problems, "problems": list(problems)})
        return
    for problem in problems:
        say_line(problem)
    if problems:
        note(f"{plural(len(problems), 'problem')}: {RESTORE}")
    else:
        note("the ledger is sound" if checked.exists else "there is no ledger yet")


def history_object(history: DraftHistory) -> dict[str, Any]:
    """The history of a draft as JSON."""
    draft, job = history.draft, history.job
    return {
        "key": draft.key,
        "question": draft.question,
        "subject": draft.subject,
        "state": draft.state,
        "reason": draft.reason,
        **({"unread_reply": history.unread} if history.unread is not None else {}),
        "file": draft.path,
        "edited": draft.edited,
        "offline": draft.offline,
        "article_id": job.article_id,
        "date": job.date,
        "list": job.context.get("origin"),
        **({"rewrites": _page_object(page)} if (page := rewritten_page_of(job)) else {}),
        "prompt_hash": job.prompt_hash,
        "model_asked": job.request["model"],
        "model_answered": draft.model,
        "mode": draft.mode,
        "calls": [{**call.columns, "cost_usd": usd(call.charge)} for call in history.calls],
        "cost_usd": usd(history.cost.amount),
        "versions": [asdict(version) for version in history.versions],
        "passages": job.context.get("passages", []),
        "related": job.context.get("related", []),
        "decisions": [decision_object(decision) for decision in history.decisions],
        **({"comments": list(map(comment_object, history.comments))} if history.comments else {}),
        **({"lots": membership_objects(history.lots)} if history.lots else {}),
    }


def _page_object(page: RewrittenPage) -> dict[str, Any]:
    return {name: value for name, value in asdict(page).items() if name != "text"}


def _origin(job: Job) -> tuple[str, str]:
    """Where a draft comes from: the row of a list, or the page that it rewrites."""
    page = rewritten_page_of(job)
    if page is None:
        return "list", f"{job.context.get('origin')}   article {job.article_id}, {job.date}"
    note = f": {' '.join(page.note.split())}" if page.note else ""
    return "page", f"{page.path}   {page.mode}, {plural(len(page.findings), 'finding')} told{note}"


def say_history(history: DraftHistory) -> None:
    """Print the history of a draft."""
    draft, job = history.draft, history.job
    say_line(draft.question)
    say_line(f"  {draft.key or 'no address yet'}  {in_words(draft.state)}" + _because(draft.reason))
    if history.unread is not None:
        say_line(f"  the last reply begins: {history.unread or '(it is empty)'}")
    asked, answered = job.request["model"], draft.model or "nobody"
    table(
        [
            *([("file", draft.path + ("  (edited)" if draft.edited else ""))] if draft.path else []),
            _origin(job),
            ("prompt", job.prompt_hash[:_HASH_LENGTH]),
            ("model", f"asked {asked}, answered by {answered} ({draft.mode or 'no reply'})"),
            ("cost", f"{dollars(history.cost.amount)} in {plural(history.cost.calls, 'call')}"),
        ],
        indent="  ",
    )
    for member in history.lots:
        say_line(f"  {membership_in_words(member)}")
    for call in history.calls:
        _say_call(call)
    for version in history.versions:
        sha = version.sha[:_HASH_LENGTH]
        say_line(f"  version {version.n}  {version.origin}  {sha}  {version.created_at}")
        table(finding_rows(version.findings), indent="    ")
    if passages := job.context.get("passages", []):
        say_line("  passages")
        table(
            [
                (passage["id"], passage["kind"], passage["key"], passage["title"][:_TITLE_LENGTH])
                for passage in passages
            ],
            indent="    ",
        )
    for decision in history.decisions:
        evidence = f"  {decision.evidence.in_words()}" if decision.evidence else ""
        say_line(
            f"  {decision.at}  {decision.before} -> {decision.decision}  by {decision.who}"
            f"  {(decision.sha or '')[:_HASH_LENGTH]}{evidence}" + _because(decision.note)
        )
    for comment in history.comments:
        say_comment(comment, indent="  ")
    say()


def _say_call(call: PaidCall) -> None:
    columns = call.columns
    tokens = columns["message"] if columns["outcome"] == "ok" and columns["message"] else ""
    if columns["prompt_tokens"]:
        tokens = f"{columns['prompt_tokens']:,} in, {columns['completion_tokens']:,} out"
    parts = (
        columns["sent_at"],
        columns["purpose"],
        f"try {columns['attempt']}",
        columns["outcome"] or "no answer: counted at the reserved amount",
        tokens,
        columns["request_id"],
    )
    say_line("    " + "  ".join(str(part) for part in parts if part))


def _because(reason: str | None) -> str:
    return f": {reason}" if reason else ""
