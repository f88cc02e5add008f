"""Which model checks claims, and the warning where it is of the family of the one that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.workflows.ports import HasClaims, HasSettings

if TYPE_CHECKING:
    from generator.services import Endpoint
    from generator.workflows.engine.progress import Progress


class VerifierServices(HasSettings, HasClaims, Protocol):
    """What choosing the verifier takes."""


def verifier_of(services: VerifierServices, writer: Endpoint) -> Endpoint | None:
    """The model that checks claims; None where there is only the offline model, which knows no more than the rules.

    Raises:
        ConfigError, UsageError: the model that the settings name cannot be asked.
    """
    endpoint = services.claims_endpoint(writer)
    return None if endpoint.backend == "offline" else endpoint


def announce(services: VerifierServices, verifier: Endpoint, progress: Progress) -> None:
    """Name the model, and warn where it is of the family of the one that writes."""
    if verifier.backend == "offline":
        return
    writer = services.settings.model.name
    progress.info(f"claims are checked by {verifier.model}")
    if same_family(verifier.model, writer):
        progress.note(
            f"note: {verifier.model} checks what {writer} writes: models of one family share their errors;"
            " set claims.model to one of another family"
        )


def same_family(first: str, second: str) -> bool:
    """Whether two models seem to be of one family, by the first part of their names."""
    return _family(first) == _family(second)


def _family(model: str) -> str:
    return model.rsplit("/", 1)[-1].split("-")[0].split(":")[0].rstrip("0123456789.").lower()
