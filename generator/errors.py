"""The exceptions of the package, all below one root, each holding its evidence as fields.

    GeneratorError
    ├── UsageError                 wrong flag or argument; exit 2
    ├── ConfigError                config.yaml cannot be used; exit 2
    ├── PromptError                a template is missing or names an unknown variable; exit 2
    ├── StorageError               ledger, index or output folder cannot be used; exit 2
    ├── ModelUnavailable           bad key, no such model, quota used up, endpoint unreachable; exit 2
    ├── BudgetExceeded             the next call could pass --max-cost; ends the run, exit 1
    ├── CallFailed                 one request failed for good, the others go on
    ├── ReplyFormatError           a reply that cannot be parsed
    ├── QuestionListError          one row of a question list
    ├── SlugError                  a question or subject that gives no usable path
    ├── FrontMatterError           an article file that cannot be read
    └── PatchError                 a field that cannot be patched, or a file edited meanwhile

Library code raises these and never prints or exits; ``generator.cli`` maps them to exit codes.
"""


class GeneratorError(Exception):
    """Root of everything this package raises on purpose; its text is fit to be shown to a person."""


class UsageError(GeneratorError):
    """A flag or argument that cannot be followed."""


class ConfigError(GeneratorError):
    """Settings that cannot be used; the text names the key."""


class PromptError(GeneratorError):
    """A prompt template that cannot be rendered."""

    def __init__(self, template: str, reason: str) -> None:
        super().__init__(f"prompt {template!r}: {reason}")
        self.template = template
        self.reason = reason


class StorageError(GeneratorError):
    """A file or database that cannot be read or written."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class ModelUnavailable(GeneratorError):
    """A failure that every further call would meet too, by what it is or as all of a run's first did; the run ends."""


class BudgetExceeded(GeneratorError):
    """The next call's reservation would pass the cap. Amounts in US dollars; ``because`` is why it needs so much."""

    def __init__(self, spent: float, needed: float, limit: float, because: str = "") -> None:
        super().__init__(
            f"the budget of ${limit:.2f} is used up: ${spent:.4f} spent or reserved, "
            f"the next call may cost ${needed:.4f}" + (f": {because}" if because else "")
        )
        self.spent = spent
        self.needed = needed
        self.limit = limit


class CallFailed(GeneratorError):
    """One request failed for good: refused by the endpoint, or its retries are used up."""

    def __init__(
        self, cause: str, message: str, *, kind: str = "request", request_id: str | None = None
    ) -> None:
        super().__init__(message)
        self.cause = cause
        self.kind = kind
        self.request_id = request_id


class ReplyFormatError(GeneratorError):
    """A reply that is not the JSON asked for; ``cut`` tells that it ends in the middle."""

    def __init__(self, reason: str, *, raw: str, cut: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.raw = raw
        self.cut = cut


class QuestionListError(GeneratorError):
    """One row of a question list that cannot be used, with its 1-based line."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class SlugError(GeneratorError):
    """A text that the site's slug rule turns into no usable path."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text!r}: {reason}")
        self.text = text
        self.reason = reason


class FrontMatterError(GeneratorError):
    """An article file that cannot be read, with the 1-based line where reading stopped."""

    def __init__(self, reason: str, *, line: int = 1, path: str | None = None) -> None:
        super().__init__(f"{path or 'article'}:{line}: {reason}")
        self.reason = reason
        self.line = line
        self.path = path


class PatchError(GeneratorError):
    """A change that cannot be made without touching other bytes."""
