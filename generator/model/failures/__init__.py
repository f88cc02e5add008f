"""What failed calls mean: whether to retry, whether the run must end, and whether the call may have cost money.

``classify_response`` reads an HTTP answer with an error, ``classify_bad_reply`` a success that is not a completion,
``classify_exception`` a call without an answer. The tables of ``meanings`` say what each error means; ``error_body``
finds an error in the many forms of answers, ``waits`` the wait that it asks for, ``stated_limits`` the limits that it
states. Messages are one printable line and never contain the key.
"""

from generator.model.failures.classify import classify_bad_reply, classify_response
from generator.model.failures.error_body import ErrorBody
from generator.model.failures.exceptions import classify_exception
from generator.model.failures.failure import (
    MAX_RETRY_AFTER_SECONDS,
    RETRYABLE,
    CallError,
    CallTarget,
    Failure,
    Kind,
)
from generator.model.failures.secrets import without_secrets
from generator.model.failures.waits import requested_wait, retry_after

__all__ = [
    "MAX_RETRY_AFTER_SECONDS",
    "RETRYABLE",
    "CallError",
    "CallTarget",
    "ErrorBody",
    "Failure",
    "Kind",
    "classify_bad_reply",
    "classify_exception",
    "classify_response",
    "requested_wait",
    "retry_after",
    "without_secrets",
]
