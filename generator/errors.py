"""The exceptions of the package: those that end a command have one base class and carry their details as attributes.

The tree shows the exit code of a command that an exception ends (see :mod:`generator.cli.terminal.exit_codes`), and in brackets
the module of an exception that is defined elsewhere::

    GeneratorError               2  the root
    ├── UsageError               2  a wrong flag or argument
    ├── ConfigError              2  settings that cannot be used
    ├── PromptError              2  a template that is missing or cannot be rendered
    ├── StorageError             2  a file, the ledger or the index cannot be read or written
    ├── ModelUnavailable         2  bad key, unknown model, exhausted quota, endpoint unreachable; ends the run
    ├── BudgetExceeded           1  the next call could exceed --max-cost; ends the run
    ├── WaitTooLong              1  a rate limit opens later than model.longest_wait_minutes; ends the run
    ├── CallFailed               1  one request failed after all retries; the others continue
    │   └── CallError            1  one HTTP call failed (model.failures.failure)
    ├── ReplyFormatError         2  a reply that is not the requested JSON; the model is asked again
    ├── QuestionListError        2  one row of a question list
    ├── SlugError                2  a question or subject without a usable address
    ├── FrontMatterError         1  an article file that cannot be parsed
    ├── PatchError               1  a field that cannot be changed alone
    ├── StaleRow                 2  a draft or proposal has changed (store.ledger.decision_log)
    │   ├── StaleDraft           2  a draft has changed (store.ledger.drafts.rows)
    │   ├── StaleProposal        2  a proposal has changed (store.ledger.seo.proposals)
    │   ├── StaleCluster         2  a cluster of duplicates has changed (store.ledger.duplicates.clusters)
    │   └── StaleLot             2  a lot has changed, or is in another state (store.ledger.sampling.judgements)
    ├── StaleRevision            2  a revision was decided on already (store.ledger.drafts.revisions)
    ├── WorkerError              2  a call to a worker process has no result (processes.pool)
    │   ├── WorkerFailed         2  the task raised (processes.pool)
    │   └── WorkerLost           2  the worker died (processes.pool)
    │       └── NoWorker         2  there is no worker (processes.pool)
    ├── NeedsReply               2  the next request of a job goes into a batch (workflows.engine.exchange)
    ├── Stopped                  2  the run is stopping and begins no call (workflows.engine.stopping.stop_signal)
    ├── StaleClaim               2  a claim that is not in the draft's text any more (workflows.review.decisions.claim_decisions)
    ├── EditRefused              2  an edit of a draft that cannot be saved (workflows.review.editing.editor)
    ├── NotApprovable            2  a draft that must be edited first (workflows.review.decisions.decisions)
    ├── CannotUndoLast           2  only an earlier decision can be undone (workflows.review.decisions.undo)
    ├── TooMuchWork              2  a reviewer has too many long requests in progress (web.serving.heavy_work)
    ├── PublishRefused           2  a draft that cannot be published (workflows.publish.plan)
    ├── GitError                 2  git is missing or refused a command (workflows.site.git_command)
    │   └── OutOfStep            2  the branch is behind its remote branch (workflows.site.in_step)
    └── UnknownTask              2  the offline model has no such task (extractive.prompt_reader)

These are always caught within the package and end no command::

    BadReply           an answer that is not a chat completion (model.reply.reply)
    TexError           a formula that KaTeX refuses (content.katex.lexer)
    UnsupportedFormat  a file that is not a question list (questions.lines)
    BadRow             a row of a Search Console export that cannot be right (search_console.console_row)
    ErrorReply         a request that the offline model answers with an error (extractive.error_replies)
    OutageOver         a call that waited for an endpoint begins again (model.outages)
    NotFound           a page that does not exist (web.context)
    Forbidden          a request that the reviewer's role does not allow (web.permissions)
    TooLarge           a request body above the limit (web.serving.request_body)
    TooSlow            a request body that does not arrive in time (web.serving.request_body)

Library code raises these and never prints or exits; ``generator.cli`` maps them to exit codes.
"""

from typing import Literal


class GeneratorError(Exception):
    """The root of the package's exceptions. Its text is a message for a person."""


class UsageError(GeneratorError):
    """A flag or argument is wrong."""


class ConfigError(GeneratorError):
    """The settings cannot be used; the text names the key."""


class PromptError(GeneratorError):
    """A prompt template is missing or cannot be rendered."""

    def __init__(self, template: str, reason: str) -> None:
        super().__init__(f"prompt {template!r}: {reason}")
        self.template = template
        self.reason = reason


class StorageError(GeneratorError):
    """A file or database cannot be read or written.

    Args:
        path: the file, which begins the message.
        reason: the rest of the sentence.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class ModelUnavailable(GeneratorError):
    """Every further call would fail too, so the run ends: by the kind of failure, or because nearly all jobs fail alike."""


class BudgetExceeded(GeneratorError):
    """The next call could exceed the budget.

    Args:
        spent: what is spent or reserved, as all amounts in US dollars.
        needed: what the next call may cost.
        limit: the budget.
        reason: why the call may cost unusually much; empty where it does not.
    """

    def __init__(self, spent: float, needed: float, limit: float, reason: str = "") -> None:
        super().__init__(
            f"the budget of ${limit:.2f} is used up: ${spent:.4f} spent or reserved, "
            f"the next call may cost ${needed:.4f}" + (f": {reason}" if reason else "")
        )
        self.spent = spent
        self.needed = needed
        self.limit = limit


class WaitTooLong(GeneratorError):
    """The next call would have to wait longer than ``model.longest_wait_minutes``."""


class CallFailed(GeneratorError):
    """One request failed: the endpoint refused it, or all retries failed.

    Args:
        cause: a short code, stored in the ledger.
        kind: how the failure is treated; see ``generator.model.failures.Failure``.
        request_id: the id of the request at the endpoint; None without one.
    """

    def __init__(
        self, cause: str, message: str, *, kind: str = "request", request_id: str | None = None
    ) -> None:
        super().__init__(message)
        self.cause = cause
        self.kind = kind
        self.request_id = request_id


ReplyContent = Literal["empty", "thinking", "repetition", "schema", "other", "list", "prose", "cut", "broken"]
"""What a reply is instead of the requested JSON."""


class ReplyFormatError(GeneratorError):
    """A reply is not the requested JSON.

    Args:
        raw: the reply's text.
        cut: whether it ends in the middle.
        content: what it is instead.
    """

    def __init__(self, reason: str, *, raw: str, cut: bool = False, content: ReplyContent = "broken") -> None:
        super().__init__(reason)
        self.reason = reason
        self.raw = raw
        self.cut = cut
        self.content = content


class QuestionListError(GeneratorError):
    """One row of a question list cannot be used; ``line`` is 1-based."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class SlugError(GeneratorError):
    """A question or subject has no usable address by the site's rule for slugs."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text!r}: {reason}")
        self.text = text
        self.reason = reason


class FrontMatterError(GeneratorError):
    """An article file cannot be parsed; ``line`` is the 1-based line of the problem."""

    def __init__(self, reason: str, *, line: int = 1, path: str | None = None) -> None:
        super().__init__(f"{path or 'article'}:{line}: {reason}")
        self.reason = reason
        self.line = line
        self.path = path


class PatchError(GeneratorError):
    """A field cannot be changed without changing other bytes of the file."""
