"""What a check says: a state, what was found, and what to do."""

from typing import NamedTuple

from generator.workflows.doctor.requests import State


class Verdict(NamedTuple):
    """See ``requests.Finding``, which also names the check."""

    state: State
    found: str
    advice: str = ""
