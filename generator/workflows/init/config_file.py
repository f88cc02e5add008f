"""Writes a commented config.yaml, for a new site or with what an existing site's articles tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined

from generator.content.display import plural
from generator.content.limits import AnswerLimits, Range
from generator.content.site.site import Site
from generator.content.site.site_facts import FoundSubject, SiteFacts

if TYPE_CHECKING:
    from collections.abc import Sequence

NEW_BRAND = "Example Site"
NEW_SUBJECTS = ("Biology", "Economics", "History", "Physics")
_COMMENT_COLUMN = 31
_MEANINGS = {
    "author": "of every article",
    "page_title": "what the site makes the title of a page",
    "seo_title": "what seo.title of every article must be",
    "description_prefix": "the site puts it in front of every description",
    "address": "of a page, from the site's root",
    "origin": "the site's own address, without a path; a search result shows its host",
    "body": "the line below the front matter of every file",
}
_EXAMPLES = {"origin": "https://www.example.org"}
_UNKNOWN = {"page_title": "{title} | {brand}", "description_prefix": ""}
"""What only the site's own code says, with the values of a site about which nothing is known."""
_CONTENT = "published articles: <subject-slug>/<slug>.md"
_RISKY = re.compile(r"\b(?:medic|nurs|law|legal|health|pharma|dent)", re.IGNORECASE)
"""Subjects in which an error can harm a reader."""
_UNCLEAR = "could not be told from the articles"


def new_config(content_dir: str) -> str:
    """The settings of a new project with the usual patterns, for a site that has no articles yet."""
    defaults = Site.model_fields
    values = {name: str(defaults[name].default) for name in _MEANINGS if name not in _EXAMPLES}
    values |= _UNKNOWN
    lines = [_line(name, values.get(name), _MEANINGS[name]) for name in _MEANINGS]
    return _render(content_dir, NEW_BRAND, lines, AnswerLimits(), "", (), list(map(scalar, NEW_SUBJECTS)))


def config_of(facts: SiteFacts, content_dir: str) -> str:
    """The settings of an existing site. What its articles do not tell is a comment that says so."""
    brand = facts.brand or facts.author or NEW_BRAND
    known = {
        "author": None if facts.author is None else facts.author.replace(brand, "{brand}"),
        "seo_title": facts.seo_title,
        "address": facts.address,
        "origin": facts.origin,
        "body": facts.body,
    }
    lines = []
    for name, meaning in _MEANINGS.items():
        value = known.get(name)
        if value is not None:
            lines.append(_line(name, value, meaning))
        elif name in _UNKNOWN:
            lines.append(_line(name, _UNKNOWN[name], f"{meaning}: not in the articles, copy it here"))
        else:
            lines.append(_line(name, None, f"{meaning}: {_UNCLEAR}"))
    return _render(
        content_dir,
        brand,
        lines,
        _limits(facts),
        _measured(facts),
        _subject_notes(facts),
        [_subject(subject) for subject in facts.subjects],
    )


def scalar(text: str) -> str:
    """A text as a YAML value on one line, quoted where YAML needs it."""
    dumped = yaml.safe_dump([text], default_flow_style=True, allow_unicode=True, width=10_000)
    return dumped.strip().removeprefix("[").removesuffix("]")


def _render(
    content_dir: str,
    brand: str,
    site_lines: Sequence[str],
    answer: AnswerLimits,
    measured: str,
    subject_notes: Sequence[str],
    subject_lines: Sequence[str],
) -> str:
    environment = Environment(
        loader=PackageLoader("generator.workflows.init"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # YAML, no HTML
    )
    environment.globals["line"] = _commented
    environment.filters["scalar"] = scalar
    environment.filters["range"] = lambda limits: f"{{min: {limits.min}, max: {limits.max}}}"
    return environment.get_template("config.yaml.j2").render(
        content_dir_line=_commented(f"content_dir: {scalar(content_dir)}", _CONTENT),
        brand=brand,
        site_lines=site_lines,
        answer=answer,
        measured=measured,
        subject_notes=subject_notes,
        subject_lines=subject_lines,
    )


def _line(name: str, value: str | None, comment: str) -> str:
    """One line of the site's facts: the value, or commented out where there is none."""
    if value is None:
        default = _EXAMPLES.get(name) or str(Site.model_fields[name].default)
        return _commented(f"# {name}: {scalar(default)}", comment)
    return _commented(f"{name}: {scalar(value)}", comment)


def _commented(text: str, comment: str, column: int = _COMMENT_COLUMN) -> str:
    """A line with its comment, which begins in the column if the line is short enough."""
    return f"{text:{column - 2}}  # {comment}"


def _limits(facts: SiteFacts) -> AnswerLimits:
    """The usual limits, with the lengths that the site's answers have."""
    usual = AnswerLimits()
    found: dict[str, Range] = {}
    if facts.words is not None and facts.target_words is not None:
        found |= {"words": facts.words, "target_words": facts.target_words}
    if facts.points is not None:
        found["points"] = facts.points
    return usual.model_copy(update=found)


def _measured(facts: SiteFacts) -> str:
    if facts.words is None:
        return "; too few articles to measure what is usual here"
    what = "words, target_words and points" if facts.points is not None else "words and target_words"
    return f"; {what} as in the middle 90 % (target: 50 %) of {plural(facts.articles, 'article')}"


def _subject_notes(facts: SiteFacts) -> list[str]:
    notes = [f"Read from {plural(facts.articles, 'article')}."]
    if facts.ids is not None:
        notes.append(f"Their ids are {facts.ids[0]} to {facts.ids[1]}; new articles get the next ones.")
    notes.append(
        "Which subjects the site lists cannot be told from the articles, except where all are hidden."
    )
    if facts.is_english is False:
        notes.append("The articles do not look English. Checks, prompts and duplicates are made for English.")
    risky = [subject.name for subject in facts.subjects if _RISKY.search(subject.name)]
    if risky:
        notes.append("Errors in these subjects can harm readers, so require: read is recommended for them:")
        notes += [f"  - {{name: {scalar(name)}, require: read}}" for name in risky]
    return notes


def _subject(subject: FoundSubject) -> str:
    name = scalar(subject.name)
    value = f"{{name: {name}, listed: false}}" if subject.is_hidden else name
    notes = [plural(subject.articles, "article")]
    if subject.spellings:
        notes.append(f"also written {', '.join(subject.spellings)}")
    return _commented(value, "; ".join(notes))
