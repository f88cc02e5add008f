"""The checks of the project: settings, key, folders, disk, index, ledger, git, prompts, clock. No call is made."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from generator.content.display import plural
from generator.errors import GeneratorError
from generator.model.prompt_copies import outdated_copies, unknown_overrides
from generator.workflows.doctor.requests import Finding
from generator.workflows.doctor.verdict import Verdict
from generator.workflows.ledger.verify import ledger_problems
from generator.workflows.ports import HasCorpus, HasEndpoints, HasLedger, HasSettings, HasTime
from generator.workflows.site.git import Checkout

PROJECT = "project"
LEDGER = "ledger"
_LEAST_BYTES = 100_000_000
_FEW_BYTES = 2_000_000_000
_CLOCK_TOLERANCE = timedelta(minutes=5)


class ProjectServices(HasSettings, HasLedger, HasCorpus, HasEndpoints, HasTime, Protocol):
    """What the checks of the project take."""


class ProjectCheck(NamedTuple):
    """One check of the project: its stable name, its name for a person, and what it finds."""

    name: str
    title: str
    judge: Callable[[ProjectServices], Verdict]


def project_findings(services: ProjectServices) -> tuple[Finding, ...]:
    """What all checks of the project find. A check that fails itself is ``broken``."""
    return tuple(_finding(services, check) for check in PROJECT_CHECKS)


def _finding(services: ProjectServices, check: ProjectCheck) -> Finding:
    try:
        verdict = check.judge(services)
    except (GeneratorError, OSError) as error:
        verdict = Verdict("broken", str(error), "put this right first; the other checks do not depend on it")
    return Finding(PROJECT, check.name, check.title, *verdict)


def _key(services: ProjectServices) -> Verdict:
    settings = services.settings.model
    if not services.has_model_endpoint:
        return Verdict(
            "warning",
            f"{settings.api_key_env} is not set, and there is no address: the offline model drafts",
            f"set {settings.api_key_env}, or model.base_url for a server that needs no key, to draft with a model",
        )
    endpoint = services.endpoint()
    if endpoint.api_key is None:
        return Verdict("ok", f"none for {endpoint.base_url}, which may need none")
    return Verdict("ok", f"{settings.api_key_env} is set")


def _price(services: ProjectServices) -> Verdict:
    model = services.settings.model.name
    if services.settings.price_of(model) is None:
        return Verdict(
            "warning",
            f"that of {model} is not known",
            f"add {model} to prices in config.yaml: --max-cost needs it, and costs are shown as unknown",
        )
    return Verdict("ok", f"that of {model} is known")


def _content(services: ProjectServices) -> Verdict:
    return _folder(services.settings.content_dir, "content_dir")


def _output(services: ProjectServices) -> Verdict:
    return _folder(services.settings.output_dir, "output_dir")


def _folder(folder: Path, setting: str) -> Verdict:
    if folder.exists() and not folder.is_dir():
        return Verdict("broken", f"{folder} is no folder", f"name another folder as {setting} in config.yaml")
    existing = _existing(folder)
    if not os.access(existing, os.W_OK | os.X_OK):
        return Verdict("broken", f"{existing} cannot be written", f"change its permissions, or {setting}")
    if existing != folder:
        return Verdict("ok", f"{folder} will be made")
    return Verdict("ok", f"{folder} can be written")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(one for one in (folder, *folder.parents) if one.is_dir())


def _disk(services: ProjectServices) -> Verdict:
    free = shutil.disk_usage(_existing(services.settings.output_dir)).free
    found = f"{free / 1e9:.1f} GB free for {services.settings.output_dir}"
    if free < _LEAST_BYTES:
        return Verdict("broken", found, "make room: a ledger needs about 30 KB for a draft")
    if free < _FEW_BYTES:
        return Verdict(
            "warning", found, "make room before a large run: a ledger needs about 30 KB for a draft"
        )
    return Verdict("ok", found)


def _index(services: ProjectServices) -> Verdict:
    if not services.settings.content_dir.is_dir():
        return Verdict("ok", "there are no articles yet")
    if not services.settings.output_dir.is_dir():
        return Verdict("ok", "not built yet; the next command builds it")
    state = services.index.state()
    found = plural(state.articles, "article")
    if state.unreadable:
        unreadable = plural(state.unreadable, "file")
        return Verdict(
            "warning",
            f"{found}; {unreadable} cannot be read",
            "generator index names them; repair or remove them",
        )
    if state.pending:
        return Verdict(
            "ok", f"{found}; {plural(state.pending, 'file')} changed since, which the next command reads"
        )
    return Verdict("ok", f"{found}, up to date")


def _ledger(services: ProjectServices) -> Verdict:
    if not services.has_ledger:
        return Verdict("ok", "nothing drafted yet")
    problem = next(ledger_problems(services), None)
    if problem is not None:
        return Verdict("broken", problem, "generator verify shows all; restore the last generator backup")
    return Verdict("ok", "sound")


def _git(services: ProjectServices) -> Verdict:
    folder = services.settings.content_dir
    checkout = Checkout.find(folder)
    if checkout is None:
        return Verdict("ok", f"{folder} is in no checkout: changes can be undone from copies only")
    behind = checkout.behind()
    if behind is not None:
        return Verdict(
            "warning",
            f"{behind.branch} is {plural(behind.commits, 'commit')} behind {behind.upstream} as last fetched",
            "run git pull: until then, nothing is written into the folder",
        )
    changed = len(checkout.changed())
    branch = checkout.branch() or "detached HEAD"
    if changed:
        return Verdict(
            "warning",
            f"{branch}; {plural(changed, 'file')} with uncommitted changes",
            "commit them: files with changes of others are not written",
        )
    return Verdict("ok", f"{branch}, nothing uncommitted")


def _prompts(services: ProjectServices) -> Verdict:
    folder = services.settings.prompts_dir
    unknown, outdated = unknown_overrides(folder), outdated_copies(folder)
    if unknown:
        return Verdict(
            "warning", f"no prompt has the name of {', '.join(unknown)}", f"correct the names in {folder}"
        )
    if outdated:
        return Verdict(
            "warning",
            f"{', '.join(outdated)} changed in the package since they were copied to {folder}",
            "compare them with the package's, or delete those that you did not change",
        )
    return Verdict(
        "ok", f"{folder} overrides nothing outdated" if folder.is_dir() else "those of the package"
    )


def _clock(services: ProjectServices) -> Verdict:
    now = datetime.fromisoformat(services.now())
    newest = services.ledger.runs.newest_time() if services.has_ledger else None
    if newest is not None and datetime.fromisoformat(newest) > now + _CLOCK_TOLERANCE:
        return Verdict(
            "warning",
            f"{now:%Y-%m-%d %H:%M} UTC, but the last run began at {newest[:16].replace('T', ' ')}",
            "set the clock of this machine: dates of articles and the order of decisions follow it",
        )
    return Verdict("ok", f"{now:%Y-%m-%d %H:%M} UTC")


PROJECT_CHECKS: tuple[ProjectCheck, ...] = (
    ProjectCheck("key_present", "key", _key),
    ProjectCheck("price", "price", _price),
    ProjectCheck("content_dir", "content folder", _content),
    ProjectCheck("output_dir", "output folder", _output),
    ProjectCheck("disk", "disk", _disk),
    ProjectCheck("index", "index", _index),
    ProjectCheck(LEDGER, "ledger", _ledger),
    ProjectCheck("git", "git", _git),
    ProjectCheck("prompts", "prompts", _prompts),
    ProjectCheck("clock", "clock", _clock),
)
"""The checks of the project, in the order in which they are shown."""
