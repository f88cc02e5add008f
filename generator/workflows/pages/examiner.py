"""Which model examines pages, and the warning where it is of the family of the one that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from generator.model.requests import CAP
from generator.workflows.ports import HasEndpoints, HasExaminers, HasSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.config import Examination, Settings
    from generator.services import Endpoint
    from generator.workflows.engine.progress import Progress


class _Wording(NamedTuple):
    """How messages say what an examination does: to what in the passive, and as a verb."""

    passive: str
    verb: str


_WORDINGS: Mapping[Examination, _Wording] = {
    "claims": _Wording("claims are checked", "checks"),
    "judge": _Wording("pages are judged", "judges"),
}


class ExaminerServices(HasSettings, HasExaminers, Protocol):
    """What choosing the model of an examination takes."""


class ChosenExaminerServices(ExaminerServices, HasEndpoints, Protocol):
    """What choosing it by the flags of a command takes."""


def examiner_of(services: ExaminerServices, examination: Examination, writer: Endpoint) -> Endpoint | None:
    """The model of an examination; None where there is only the offline model, which knows no more than the rules.

    Raises:
        ConfigError, UsageError: the model that the settings name cannot be asked.
    """
    endpoint = services.examiner_endpoint(examination, writer)
    return None if endpoint.backend == "offline" else endpoint


def chosen_examiner(
    services: ChosenExaminerServices, examination: Examination, model: str | None, progress: Progress
) -> Endpoint | None:
    """The model of an examination, which is announced: that of a flag, else that of the settings; None without a key.

    Raises:
        UsageError, ConfigError: the model cannot be asked.
    """
    if model is not None:
        endpoint: Endpoint | None = services.endpoint(model=model)
    else:
        writer = services.endpoint(offline=not services.has_model_endpoint)
        endpoint = examiner_of(services, examination, writer)
    if endpoint is not None and endpoint.backend != "offline":
        announce(services, examination, endpoint, progress)
    return endpoint


def announce(
    services: ExaminerServices, examination: Examination, examiner: Endpoint, progress: Progress
) -> None:
    """Name the model, and warn where it is of the family of the one that writes."""
    writer, wording = services.settings.model.name, _WORDINGS[examination]
    progress.info(f"{wording.passive} by {examiner.model}")
    if same_family(examiner.model, writer):
        progress.note(
            f"note: {examiner.model} {wording.verb} what {writer} writes: models of one family share their errors;"
            f" set {examination}.model to one of another family"
        )


def parameters_of(settings: Settings, examiner: Endpoint) -> Mapping[str, Any]:
    """The parameters of an examination's requests. Another model than the writer's gets the output cap alone."""
    model = settings.model
    return model.parameters if examiner.model == model.name else {CAP: model.output_cap}


def same_family(first: str, second: str) -> bool:
    """Whether two models seem to be of one family, by the first part of their names."""
    return _family(first) == _family(second)


def _family(model: str) -> str:
    return model.rsplit("/", 1)[-1].split("-")[0].split(":")[0].rstrip("0123456789.").lower()
