"""The two sides of a comparison: each has its prompts and its model, and shares everything else with the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from generator.errors import UsageError
from generator.model.prompts import PromptSet
from generator.workflows.compare.requests import SideName
from generator.workflows.ports import HasCorpus, HasEndpoints, HasPrompts, HasSettings

if TYPE_CHECKING:
    from pathlib import Path

    from generator.config import Settings
    from generator.content.site.subjects import SubjectList
    from generator.services import Endpoint
    from generator.store.corpus.index import CorpusIndex
    from generator.workflows.compare.requests import CompareRequest, SideRequest

PROMPTS = ("answer", "repair")
"""The prompts that a draft is made with."""


class SideServices(HasSettings, HasCorpus, HasPrompts, HasEndpoints, Protocol):
    """What making the sides takes."""


@dataclass(frozen=True)
class Side:
    """One side, with the parts of the services that making and writing jobs takes.

    Args:
        prompts: its own; the rest is shared.
    """

    name: SideName
    endpoint: Endpoint
    prompts: PromptSet
    settings: Settings
    index: CorpusIndex
    subjects: SubjectList

    @property
    def prompt_hash(self) -> str:
        """The version of all prompts that a draft is made with."""
        return self.prompts.hash(*PROMPTS)


def make_sides(services: SideServices, request: CompareRequest) -> tuple[Side, Side]:
    """Both sides.

    Raises:
        UsageError: a folder of prompts is missing, incomplete or of an earlier version, the sides are the same, or no
            model can be asked.
        PromptError: a template is invalid.
    """
    a = _make_side(services, request, request.a, "A")
    b = _make_side(services, request, request.b, "B")
    if (a.prompt_hash, a.endpoint.model) == (b.prompt_hash, b.endpoint.model):
        raise UsageError(
            f"A and B have the same prompts and the same model ({a.endpoint.model}): there is nothing to compare;"
            " name another folder (--b) or model (--model-b)"
        )
    return a, b


def _make_side(services: SideServices, request: CompareRequest, side: SideRequest, letter: str) -> Side:
    folder = side.prompts or services.settings.prompts_dir
    prompts = services.prompts if side.prompts is None else _prompts_of(side.prompts)
    _check_variables(prompts, folder)
    endpoint = services.endpoint(offline=request.offline, model=side.model)
    return Side(
        SideName(letter, str(folder), prompts.hash(*PROMPTS), endpoint.model),
        endpoint,
        prompts,
        services.settings,
        services.index,
        services.subjects,
    )


def _prompts_of(folder: Path) -> PromptSet:
    """The prompts of a folder, which has every template that a draft is made with.

    What the folder lacks would come from the program: what is compared would then depend on the version that compares.
    """
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}")
    prompts = PromptSet(folder)
    missing = prompts.not_overridden(*PROMPTS)
    if missing:
        raise UsageError(
            f"{folder} has no {', '.join(missing)}: a comparison takes every template of a draft from the folder;"
            " copy those that are missing from the prompts folder of this version"
        )
    return prompts


def _check_variables(prompts: PromptSet, folder: Path) -> None:
    """Refuse templates that need what the program does not pass, before anything is paid for."""
    own = PromptSet()
    for name in PROMPTS:
        unknown = prompts.variables(name) - own.variables(name)
        if unknown:
            raise UsageError(
                f"{name}.j2 in {folder} uses {', '.join(sorted(map(repr, unknown)))}, which this version does not pass:"
                f" it was written for another one; begin again with the {name}.j2 of this version"
            )
