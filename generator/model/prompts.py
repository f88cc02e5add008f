"""Renders the prompts: Jinja2 templates in, the two messages of a request out.

A template is one file with a ``system`` and a ``user`` block. The defaults ship with the package; a file
of the same name in the override folder takes a default's place. All files are read once, when a
``PromptSet`` is made, so that messages and hashes belong together however the files change meanwhile.
The same variables always give the same bytes.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import (
    DictLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)
from jinja2.meta import find_referenced_templates, find_undeclared_variables

import generator
from generator.content.text import clean, one_line
from generator.errors import PromptError
from generator.model.messages import Message

SUFFIX = ".j2"
_KEPT_SYSTEM_MESSAGES = 64
_PACKAGE = Path(generator.__file__).parent

# The tags that mark off what is quoted in a prompt; the offline model finds its material by them.
_TAG = re.compile(
    r"<(?=\s*/?\s*(?:passages?|notes|subjects?|question|draft|findings|fields|comment|answer|current|avoid"
    r"|examples?)\b)",
    re.IGNORECASE,
)


class PromptSet:
    """The templates in force: the defaults, overridden file by file from ``override_dir``.

    A folder that does not exist overrides nothing.

    Raises:
        PromptError: a file cannot be read.
    """

    def __init__(self, override_dir: Path | None = None) -> None:
        self._files = _template_files(default_directory())
        if override_dir is not None:
            self._files |= _template_files(override_dir)
        self._sources = {name: _read(name, path) for name, path in self._files.items()}
        self._environment = _environment(self._sources)
        self._prompts: dict[str, _Prompt] = {}

    def render(self, name: str, **variables: Any) -> tuple[Message, ...]:
        """The system and the user message of a prompt.

        Values other than texts are told apart by identity: one that was given is not changed afterwards.

        Raises:
            PromptError: no such prompt, a broken template (with file and line), or a variable that it
                needs and that is not given (named).
        """
        prompt = self._prompt(name)
        missing = sorted(prompt.variables - variables.keys())
        if missing:
            raise PromptError(name, f"needs {', '.join(map(repr, missing))}, which the caller does not give")
        return (
            {"role": "system", "content": self._system(name, prompt, variables)},
            {"role": "user", "content": self._block(name, prompt.template, "user", variables)},
        )

    def hash(self, name: str) -> str:
        """SHA-256 (hex) over the sources of a prompt and of everything it includes.

        Raises:
            PromptError: as :meth:`render`.
        """
        return self._prompt(name).hash

    def _prompt(self, name: str) -> "_Prompt":
        prompt = self._prompts.get(name)
        if prompt is None:
            prompt = self._prompts[name] = self._compile(name)
        return prompt

    def _compile(self, name: str) -> "_Prompt":
        if name + SUFFIX not in self._sources:
            known = ", ".join(sorted(file.removesuffix(SUFFIX) for file in self._sources))
            raise PromptError(name, f"there is no template {name + SUFFIX}; there are {known}")
        digest = hashlib.sha256()
        variables: set[str] = set()
        try:
            trees = self._trees(name + SUFFIX)
            templates = {file: self._environment.get_template(file) for file in sorted(trees)}
            for file in templates:
                source = self._sources[file]
                digest.update(f"{file}\0{len(source)}\0{source}".encode())
                variables |= find_undeclared_variables(trees[file])
        except TemplateSyntaxError as error:
            raise PromptError(name, f"{self._where(error.name, error.lineno)}: {error.message}") from error
        except TemplateNotFound as error:
            raise PromptError(name, f"includes {error.name!r}, which does not exist") from error
        template = templates[name + SUFFIX]
        for block in ("system", "user"):
            if block not in template.blocks:
                raise PromptError(name, f"{self._files[name + SUFFIX]} has no block {block!r}")
        return _Prompt(
            template,
            frozenset(variables),
            self._used_in(trees, trees[name + SUFFIX], "system"),
            digest.hexdigest(),
        )

    def _used_in(
        self, trees: Mapping[str, nodes.Template], tree: nodes.Template, block: str
    ) -> tuple[str, ...] | None:
        """The variables that one block of a template needs, what it includes and all; None where any may be."""
        body = [each for found in tree.find_all(nodes.Block) if found.name == block for each in found.body]
        part = nodes.Template(body)
        part.set_environment(self._environment)
        used: set[str] = set()
        seen: set[str] = set()
        waiting = [part]
        while waiting:
            current = waiting.pop()
            used |= find_undeclared_variables(current)
            for name in find_referenced_templates(current):
                if name is None:  # it is named at run time
                    return None
                if name not in seen:
                    seen.add(name)
                    waiting.append(trees[name])
        return tuple(sorted(used))

    def _trees(self, file: str) -> dict[str, nodes.Template]:
        """A template file and all that it includes, parsed."""
        trees: dict[str, nodes.Template] = {}
        waiting = [file]
        while waiting:
            current = waiting.pop()
            if current in trees:
                continue
            if current not in self._sources:
                raise TemplateNotFound(current)
            trees[current] = self._environment.parse(self._sources[current], current)
            waiting += [name for name in find_referenced_templates(trees[current]) if name is not None]
        return trees

    def _system(self, name: str, prompt: "_Prompt", variables: Mapping[str, Any]) -> str:
        """The system message; the requests of a subject share it, so it is rendered once for the same values."""
        if prompt.used_in_system is None:
            return self._block(name, prompt.template, "system", variables)
        used = [variables[each] for each in prompt.used_in_system]
        key = tuple(value if isinstance(value, str) else id(value) for value in used)
        known = prompt.rendered.get(key)
        if known is None:
            if len(prompt.rendered) >= _KEPT_SYSTEM_MESSAGES:
                prompt.rendered.clear()
            # The values are kept along, so that no other gets the identity of one.
            known = (used, self._block(name, prompt.template, "system", variables))
            prompt.rendered[key] = known
        return known[1]

    def _block(self, name: str, template: Template, block: str, variables: Mapping[str, Any]) -> str:
        context = template.new_context(dict(variables))
        try:
            return "".join(template.blocks[block](context)).strip()
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
            where = [self._where(*place) for place in _places(error.__traceback__)]
            raise PromptError(name, ": ".join([*where[-1:], str(error)])) from error

    def _where(self, file: str | None, line: int) -> str:
        return f"{self._files.get(file or '', file)}, line {line}"


class _Prompt:
    """A compiled template with what it needs and what identifies it."""

    __slots__ = ("hash", "rendered", "template", "used_in_system", "variables")

    def __init__(
        self,
        template: Template,
        variables: frozenset[str],
        used_in_system: tuple[str, ...] | None,
        digest: str,
    ) -> None:
        self.template = template
        self.variables = variables
        self.used_in_system = used_in_system
        self.rendered: dict[tuple[object, ...], tuple[list[Any], str]] = {}
        self.hash = digest


def default_directory() -> Path:
    """The folder of the default templates: inside the installed package, or at the top of a checkout."""
    shipped = _PACKAGE / "prompts"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "prompts"


def quoted(text: object) -> str:
    """Untrusted text, fit to stand between our tags: cleaned, and its own copies of the tags disarmed."""
    return _quoted(str(text))


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    # The prompts of one run quote the same articles again and again.
    return _TAG.sub("‹", clean(text))


def _quoted_line(text: object) -> str:
    return quoted(one_line(str(text)))


def _attribute(text: object) -> str:
    return _quoted_attribute(str(text))


@lru_cache(maxsize=4096)
def _quoted_attribute(text: str) -> str:
    return _quoted_line(text).replace('"', "'")


def _json(value: object) -> str:
    """JSON on one line that stays JSON behind ``quoted``: tags stand in its strings only."""
    return quoted(json.dumps(value, ensure_ascii=False))


def _environment(sources: Mapping[str, str]) -> Environment:
    environment = Environment(
        loader=DictLoader(sources),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        autoescape=False,  # prompts are plain text, not HTML
    )
    environment.filters.update(quoted=quoted, line=_quoted_line, attribute=_attribute, json=_json)
    return environment


def _template_files(directory: Path) -> dict[str, Path]:
    return {path.name: path for path in sorted(directory.glob(f"*{SUFFIX}")) if path.is_file()}


def _read(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(name.removesuffix(SUFFIX), f"{path} cannot be read: {error}") from error


def _places(traceback: TracebackType | None) -> Iterator[tuple[str, int]]:
    """The template lines that an error passed through, outermost first."""
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            yield template.name or "", template.get_corresponding_lineno(traceback.tb_lineno)
        traceback = traceback.tb_next
