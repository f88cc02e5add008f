"""The options that select the drafts of a lot, or a slice of them."""

from __future__ import annotations

import typer

from generator.content.dates import parse_date
from generator.content.questions.kinds import KINDS, QuestionKind
from generator.errors import UsageError
from generator.store.ledger.queue.queue_filter import QueueFilter

SUBJECT = typer.Option(None, "--subject", metavar="NAME", help="Of this subject.")
RULE = typer.Option(None, "--rule", metavar="CODE", help="With a finding of this rule.")
MODEL = typer.Option(None, "--model", metavar="NAME", help="Answered by this model.")
RUN = typer.Option(None, "--run", metavar="N", help="Asked for in this run.")
TEXT = typer.Option(None, "--text", metavar="WORDS", help="Question or address contains these words.")
OWNER = typer.Option(None, "--owner", metavar="NAME", help="Owner in the question list.")
PRIORITY = typer.Option(None, "--priority", metavar="TEXT", help="Priority in the question list.")
DUE_BEFORE = typer.Option(
    None, "--due-before", metavar="YYYY-MM-DD", help="Due before this date, by the question list."
)
PUBLISH_BEFORE = typer.Option(
    None,
    "--publish-before",
    metavar="YYYY-MM-DD",
    help="To be published before this date, by the question list.",
)
KIND = typer.Option(None, "--kind", metavar="KIND", help=f"Questions of this kind: {', '.join(KINDS)}.")
CONFIDENCE = typer.Option(
    None,
    "--confidence",
    metavar="SHARE",
    help="How sure the sample is to be, such as 0.95; overrides config.yaml.",
)
LIMIT = typer.Option(
    None,
    "--limit",
    metavar="SHARE",
    help="What the sample is to show: less than this share is bad, such as 0.05; overrides config.yaml.",
)


def draft_filter(
    *,
    subject: str | None = None,
    rule: str | None = None,
    model: str | None = None,
    run: int | None = None,
    text: str | None = None,
    owner: str | None = None,
    priority: str | None = None,
    due_before: str | None = None,
    publish_before: str | None = None,
) -> QueueFilter:
    """The filter that options select.

    Raises:
        UsageError: a date has the wrong form.
    """
    for option, date in (("--due-before", due_before), ("--publish-before", publish_before)):
        if date is not None and parse_date(date) is None:
            raise UsageError(f"{option} {date!r} is not a date of the form YYYY-MM-DD")
    return QueueFilter(
        subject=subject,
        rule=rule,
        model=model,
        run=run,
        text=text,
        owner=owner,
        priority=priority,
        due_before=due_before,
        publish_before=publish_before,
    )


def question_kind(name: str | None) -> QuestionKind | None:
    """The value of ``--kind``.

    Raises:
        UsageError: it is no kind of question.
    """
    if name is None:
        return None
    kind = next((kind for kind in KINDS if kind == name), None)
    if kind is None:
        raise UsageError(f"--kind {name!r} is not one of {', '.join(KINDS)}")
    return kind
