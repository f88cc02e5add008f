"""Reads config.yaml into one frozen value; paths in it are relative to the file.

An unknown key is an error that names it. API keys and endpoints from the environment are read in
``generator.services``; this file holds no secrets.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from generator.content.claims.verdict import RequiredClaims
from generator.content.duplicates.thresholds import DEFAULT_ASK_FROM, DEFAULT_THRESHOLD, VETO_CAP
from generator.content.evidence.disclosure import Disclosure
from generator.content.evidence.release import RequiredRelease
from generator.content.frozen_model import FrozenModel
from generator.content.house import House
from generator.content.limits import Limits
from generator.content.questions.details import DETAIL_FIELDS
from generator.content.sampling import DEFAULT_CONFIDENCE, DEFAULT_LIMIT
from generator.content.search_data.click_rates import USUAL_CLICK_RATES, ClickRates
from generator.content.site.site import Site
from generator.content.site.subjects import Subject
from generator.errors import ConfigError
from generator.model.budget import Price

CONFIG_NAME = "config.yaml"
ArticleContext = Literal["titles", "passages", "off"]
Examination = Literal["claims", "judge"]
"""What a second model does with pages: the section of the settings that names it."""
REJECTION_REASONS = (
    "Wrong",
    "Does not answer the question",
    "Too shallow",
    "Already answered",
    "Bad writing",
    "Not for this site",
)
MAX_REASON_CHARS = 200
_COLUMN_FIELDS = ("question", "subject", "notes", "sources", *DETAIL_FIELDS)
# Other tiers, such as priority, cost more than the model's listed price.
_TIERS_WITHIN_THE_PRICE = (None, "auto", "default", "flex")


class ModelSettings(FrozenModel):
    """The model, its endpoint, and limits of the calls. ``parameters`` are sent to the endpoint unchanged."""

    name: str = "gpt-6-luna"
    base_url: str | None = None
    api_key_env: str = "OPENAI_API_KEY"
    concurrency: int = Field(default=32, ge=1, le=4096)
    timeout_seconds: float = Field(default=180, gt=0)
    attempts: int = Field(default=6, ge=1)
    longest_wait_minutes: float = Field(default=90, gt=0)
    outage_minutes: float = Field(default=120, ge=0)
    repairs: int = Field(default=2, ge=0)
    requests_per_minute: float | None = Field(default=None, gt=0)
    tokens_per_minute: float | None = Field(default=None, gt=0)
    longer_cap: float = Field(default=2.0, ge=1)
    seo_output_cap: int = Field(default=3000, ge=100)
    parameters: dict[str, Any] = Field(default_factory=lambda: {"max_completion_tokens": 6000})

    @field_validator("parameters")
    @classmethod
    def _capped(cls, value: dict[str, Any]) -> dict[str, Any]:
        cap = value.setdefault("max_completion_tokens", 6000)
        if not isinstance(cap, int) or isinstance(cap, bool) or cap < 1:
            raise ValueError("max_completion_tokens must be a whole number of tokens")
        reserved = {"messages", "model", "response_format", "stream", "n", "max_tokens"} & value.keys()
        if reserved:
            raise ValueError(f"{', '.join(sorted(reserved))} cannot be set here")
        try:
            json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise ValueError(f"cannot be sent as JSON: {error}") from error
        return value

    @property
    def output_cap(self) -> int:
        """The maximum of completion tokens per call; always sent."""
        cap: int = self.parameters["max_completion_tokens"]
        return cap


class ContextSettings(FrozenModel):
    """What a prompt holds besides the question.

    ``articles`` says how it refers to published articles: by the titles of the nearest ones, by whole answers as
    passages, or not at all. The offline model always gets passages, because it writes from them alone.
    """

    passages_chars: int = Field(default=10000, ge=0)
    articles: ArticleContext = "titles"
    grounding: Literal["off", "preferred", "required"] = "preferred"


class QuestionSettings(FrozenModel):
    """How question lists are read.

    Args:
        columns: more names of columns, by what the column holds: one of ``_COLUMN_FIELDS``.
    """

    columns: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @field_validator("columns", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        unknown = [str(key) for key in value if key not in _COLUMN_FIELDS]
        if unknown:
            raise ValueError(f"unknown column {unknown[0]!r}: {', '.join(_COLUMN_FIELDS)}")
        return {key: (names,) if isinstance(names, str) else names for key, names in value.items()}


class PublishSettings(FrozenModel):
    """What may be published, and whether a page that is rewritten keeps its date.

    ``require`` is the least by which a draft must be released, unless its subject says otherwise; ``disclosure`` is
    written into pages that nobody read.
    """

    allow_offline: bool = False
    date_on_rewrite: Literal["keep", "today"] = "keep"
    require: RequiredRelease = "bulk"
    disclosure: Disclosure | None = None

    @property
    def disclosed_in(self) -> frozenset[str]:
        """The field of the disclosure, which publishing assigns; empty without a disclosure."""
        return frozenset({self.disclosure.field} if self.disclosure else ())

    def refusal(self, *, offline: bool) -> str | None:
        """Why a text may not be published; None if it may. ``offline``: the offline model wrote it."""
        if offline and not self.allow_offline:
            return "was written by the offline model: publish.allow_offline in config.yaml is false"
        return None


class SamplingSettings(FrozenModel):
    """What the sample of a lot is to show: that less than the share ``limit`` is bad, with ``confidence`` (both 0 to 1)."""

    confidence: float = Field(default=DEFAULT_CONFIDENCE, gt=0, lt=1)
    limit: float = Field(default=DEFAULT_LIMIT, gt=0, lt=1)


class ReviewSettings(FrozenModel):
    """The reviewer, unless --reviewer names another (without either, git's user), and what approval needs.

    ``require_claims`` says which claims a person must settle before a draft may be approved. ``reasons`` are the
    frequent reasons of rejections; the first nine have the keys 1 to 9.
    """

    reviewer: str | None = None
    require_claims: RequiredClaims = "contradicted"
    reasons: tuple[str, ...] = REJECTION_REASONS

    @field_validator("reasons")
    @classmethod
    def _usable_reasons(cls, reasons: tuple[str, ...]) -> tuple[str, ...]:
        cleaned = tuple(" ".join(reason.split()) for reason in reasons)
        if "" in cleaned:
            raise ValueError("a reason is empty")
        if len({reason.casefold() for reason in cleaned}) < len(cleaned):
            raise ValueError("a reason is there twice")
        if any(len(reason) > MAX_REASON_CHARS for reason in cleaned):
            raise ValueError(f"a reason has more than {MAX_REASON_CHARS} characters")
        return cleaned

    sampling: SamplingSettings = SamplingSettings()


class ExaminerSettings(FrozenModel):
    """The model that checks claims or judges; each key that is not set is that of ``model``."""

    model: str | None = None
    base_url: str | None = None
    api_key_env: str | None = None


class JudgeSettings(ExaminerSettings):
    """The model that judges, and whether a published file gets its score."""

    write_score: bool = False


class DuplicateSettings(FrozenModel):
    """Minimum similarity of duplicate questions and of near-duplicate descriptions, above 0.5 to 1 (equal).

    Below 0.5, questions share only words. The search for descriptions needs more than half of their terms. From
    ``ask_from`` to ``similarity``, a model is asked whether one page would serve both questions; None: it never is.
    ``compare_answers`` says whether the answer of a draft is compared with those of other pages and drafts.
    """

    similarity: float = Field(default=DEFAULT_THRESHOLD, gt=VETO_CAP, le=1)
    ask_from: float | None = Field(default=DEFAULT_ASK_FROM, ge=VETO_CAP, le=1)
    description_similarity: float = Field(default=0.7, gt=0.5, le=1)
    compare_answers: bool = True


class SearchSettings(FrozenModel):
    """How search data is judged: the usual click rate (0 to 1) of position 1 and the next ones."""

    click_rates: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(USUAL_CLICK_RATES, min_length=1)

    @field_validator("click_rates")
    @classmethod
    def _falling(cls, rates: tuple[float, ...]) -> tuple[float, ...]:
        if any(later > earlier for earlier, later in pairwise(rates)):
            raise ValueError("no position may have a higher rate than the one before it")
        return rates

    @property
    def rates(self) -> ClickRates:
        """The usual click rates."""
        return ClickRates(self.click_rates)


class Settings(FrozenModel):
    """All settings of config.yaml."""

    content_dir: Path = Path("content/learn")
    output_dir: Path = Path("output")
    prompts_dir: Path = Path("prompts")
    sources_dir: Path | None = None
    model: ModelSettings = ModelSettings()
    prices: dict[str, Price] = Field(default_factory=dict)
    limits: Limits = Limits()
    context: ContextSettings = ContextSettings()
    questions: QuestionSettings = QuestionSettings()
    duplicates: DuplicateSettings = DuplicateSettings()
    site: Site = Site()
    house: House = House()
    publish: PublishSettings = PublishSettings()
    review: ReviewSettings = ReviewSettings()
    claims: ExaminerSettings = ExaminerSettings()
    judge: JudgeSettings = JudgeSettings()
    search: SearchSettings = SearchSettings()
    subjects: tuple[Subject, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_description_prefix(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Read the description prefix from ``limits.seo`` too, where older files have it."""
        site, limits = _keys(data.get("site", {})), _keys(data.get("limits", {}))
        seo = None if limits is None else _keys(limits.get("seo", {}))
        if site is None or limits is None or seo is None:
            return data  # validation reports the keys
        name, older = "description_prefix", seo.get("description_prefix")
        if older is not None and site.setdefault(name, older) != older:
            raise ValueError(f"limits.seo.{name} is not site.{name}: leave the former out")
        with suppress(ValidationError):  # validation reports the keys
            seo[name] = Site.model_validate(site).description_prefix
        return {**data, "site": site, "limits": {**limits, "seo": seo}}

    @field_validator("subjects", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        if not isinstance(value, Iterable) or isinstance(value, str | bytes):
            return value
        return tuple({"name": item} if isinstance(item, str) else item for item in value)

    def examiner(self, examination: Examination) -> ExaminerSettings:
        """The model of an examination."""
        return self.claims if examination == "claims" else self.judge

    def priced_as(self, model: str) -> str:
        """The key in ``prices`` for a model: ``MODEL@TIER`` if ``parameters`` ask for a more expensive service tier."""
        tier = self.model.parameters.get("service_tier")
        return model if tier in _TIERS_WITHIN_THE_PRICE else f"{model}@{tier}"

    def price_of(self, model: str) -> Price | None:
        """The price of a model; a dated name (``MODEL-2026-01-31``) has the undated one's price. None if unknown."""
        tier = self.priced_as(model).removeprefix(model)
        prices = {
            name.removesuffix(tier): price for name, price in self.prices.items() if name.endswith(tier)
        }
        if model in prices:
            return prices[model]
        dated = [name for name in prices if model.startswith(f"{name}-20")]
        return prices[max(dated, key=len)] if dated else None

    def beneath(self, folder: Path) -> "Settings":
        """The same settings with absolute paths; relative ones are below ``folder``."""
        paths = {
            name: (folder / value).resolve()
            for name in ("content_dir", "output_dir", "prompts_dir", "sources_dir")
            if (value := getattr(self, name)) is not None
        }
        return self.model_copy(update=paths)


def load_settings(path: Path | None, *, folder: Path) -> Settings:
    """Read the settings.

    Args:
        path: the settings file; None for ``config.yaml`` in ``folder``, which may be missing.
        folder: the current folder.

    Raises:
        ConfigError: the file does not exist, is not YAML, or has an unknown key or invalid value.
    """
    file = path or folder / CONFIG_NAME
    if path is None and not file.exists():
        return Settings().beneath(folder.resolve())
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror or error}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {' '.join(str(error).split())}") from error
    if data is not None and not isinstance(data, dict):
        raise ConfigError(f"{file}: not a YAML mapping")
    try:
        settings = Settings.model_validate(data or {})
    except ValidationError as error:
        raise ConfigError(f"{file}: {_explain(error)}") from error
    return settings.beneath(file.resolve().parent)


def _keys(value: object) -> dict[str, Any] | None:
    """A part of the settings as a new mapping of the keys that are set; None if it is not a mapping."""
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_unset=True)
    return dict(value) if isinstance(value, Mapping) else None


def _explain(error: ValidationError) -> str:
    """One line that names the first invalid keys."""
    lines = []
    for item in error.errors()[:3]:
        key = ".".join(str(part) for part in item["loc"])
        reason = item["msg"].removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            lines.append(f"unknown key {key!r}")
        else:
            lines.append(f"{key}: {reason}" if key else reason)
    return "; ".join(lines)
