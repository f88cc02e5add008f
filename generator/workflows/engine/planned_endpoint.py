"""The endpoint of a plan: a plan makes no call, so it needs no key for the model that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.workflows.ports import HasEndpoints, HasSettings

if TYPE_CHECKING:
    from generator.services import Endpoint
    from generator.workflows.engine.progress import Progress


class PlannedEndpointServices(HasSettings, HasEndpoints, Protocol):
    """The services that choosing the endpoint of a plan needs."""


def planned_endpoint(
    services: PlannedEndpointServices, *, model: str | None, offline: bool, progress: Progress
) -> Endpoint:
    """The endpoint of a plan: the model that was asked for, also where its key is missing, which a note says then.

    Raises:
        UsageError, ConfigError: as ``Services.endpoint``.
    """
    if model is None or offline or services.has_model_endpoint:
        return services.endpoint(offline=offline, model=model)
    key = services.settings.model.api_key_env
    progress.note(f"{key} is not set: this plans {model}, and a run with it needs the key")
    return services.file_endpoint(model)
