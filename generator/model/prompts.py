"""Renders the prompts: Jinja2 templates become the two messages of a request.

A template is one file with a ``system`` and a ``user`` block. The default templates are part of the package; a file of
the same name in the override folder replaces a default. A ``PromptSet`` reads all files once, when it is created: its
messages and hashes agree even if the files change later. The same variables always give the same bytes.
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
from generator.content.house import Term
from generator.content.text import clean, one_line
from generator.errors import PromptError
from generator.model.messages import Message

SUFFIX = ".j2"
_TERMS = "house_terms"
_WITH_TERMS = frozenset({"answer", "repair", "revise", "rewrite", "seo"})
"""The prompts that write texts of the site."""
_CACHED_SYSTEM_MESSAGES = 64
_PACKAGE = Path(generator.__file__).parent

# The tags around quoted text in the prompts. The offline model finds its material by these tags.
_TAG = re.compile(
    r"<(?=\s*/?\s*(?:passages?|notes|subjects?|question|draft|findings|fields|comment|answer|current|avoid"
    r"|examples?|covered|date|claims?|blanks?|candidates?|published)\b)",
    re.IGNORECASE,
)


class PromptSet:
    """The templates in use: the defaults, each replaced by the file of its name in the override folder, if any.

    Args:
        override_dir: the override folder; None, or a folder that does not exist, overrides nothing.
        terms: what the house avoids; the prompts that write texts say so at the end of their system message. Without
            any, no message has a word about them.

    Raises:
        PromptError: a file cannot be read.
    """

    def __init__(self, override_dir: Path | None = None, *, terms: Mapping[str, Term] | None = None) -> None:
        self._files = _template_files(default_directory())
        overriding = _template_files(override_dir) if override_dir is not None else {}
        self._overridden = frozenset(overriding)
        self._files |= overriding
        self._sources = {name: _read(name, path) for name, path in self._files.items()}
        self._environment = _environment(self._sources)
        self._prompts: dict[str, _Prompt] = {}
        self._terms = self._render_terms(terms) if terms else ""

    def render(self, name: str, **variables: Any) -> tuple[Message, ...]:
        """The system and the user message of a prompt.

        Args:
            variables: the values of the template's variables. Values other than strings are cached by identity, so the
                caller must not change them afterwards.

        Raises:
            PromptError: there is no such prompt, its template is invalid (with file and line), or a variable is missing
                (with its name).
        """
        prompt = self._prompt(name)
        missing = sorted(prompt.variables - variables.keys())
        if missing:
            raise PromptError(name, f"needs {', '.join(map(repr, missing))}, which the caller does not pass")
        return (
            {"role": "system", "content": self._with_terms(name, self._system(name, prompt, variables))},
            {"role": "user", "content": self._block(name, prompt.template, "user", variables)},
        )

    def hash(self, *names: str) -> str:
        """SHA-256 (hex) of the sources of prompts and of all templates that they include.

        Raises:
            PromptError: there is no such prompt, or its template is invalid.
        """
        hashes = [self._hash(name) for name in names]
        return hashes[0] if len(hashes) == 1 else hashlib.sha256("\0".join(hashes).encode()).hexdigest()

    def variables(self, name: str) -> frozenset[str]:
        """The variables that a prompt and the templates that it includes use. Raises as :meth:`hash`."""
        return self._prompt(name).variables

    def not_overridden(self, *names: str) -> tuple[str, ...]:
        """The files of prompts and of all templates that they include that the override folder has not.

        Raises:
            PromptError: there is no such prompt, or its template is invalid.
        """
        used = set[str]()
        for name in names:
            self._prompt(name)
            used.update(self._trees(name + SUFFIX))
        return tuple(sorted(used - self._overridden))

    def _hash(self, name: str) -> str:
        own = self._prompt(name).hash
        terms = self._terms_of(name)
        return hashlib.sha256(f"{own}\0{terms}".encode()).hexdigest() if terms else own

    def _with_terms(self, name: str, system: str) -> str:
        terms = self._terms_of(name)
        return f"{system}\n\n\n{terms}" if terms else system

    def _terms_of(self, name: str) -> str:
        return self._terms if name in _WITH_TERMS else ""

    def _render_terms(self, terms: Mapping[str, Term]) -> str:
        try:
            return self._environment.get_template(_TERMS + SUFFIX).render(terms=list(terms.items())).strip()
        except (TemplateError, TypeError, ValueError, LookupError) as error:
            raise PromptError(_TERMS, str(error)) from error

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
            self._variables_of_block(trees, trees[name + SUFFIX], "system"),
            digest.hexdigest(),
        )

    def _variables_of_block(
        self, trees: Mapping[str, nodes.Template], tree: nodes.Template, block: str
    ) -> tuple[str, ...] | None:
        """The variables that one block and its includes use; None where an include's name is known only at run time."""
        body = [each for found in tree.find_all(nodes.Block) if found.name == block for each in found.body]
        part = nodes.Template(body)
        part.set_environment(self._environment)
        used: set[str] = set()
        included: set[str] = set()
        waiting = [part]
        while waiting:
            current = waiting.pop()
            used |= find_undeclared_variables(current)
            for name in find_referenced_templates(current):
                if name is None:
                    return None
                if name not in included:
                    included.add(name)
                    waiting.append(trees[name])
        return tuple(sorted(used))

    def _trees(self, file: str) -> dict[str, nodes.Template]:
        """The syntax trees of a template file and of all files that it includes."""
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
        """The system message. Requests of one subject share it, so it is rendered once for equal values and cached."""
        if prompt.system_variables is None:
            return self._block(name, prompt.template, "system", variables)
        values = [variables[each] for each in prompt.system_variables]
        key = tuple(value if isinstance(value, str) else id(value) for value in values)
        cached = prompt.system_messages.get(key)
        if cached is None:
            if len(prompt.system_messages) >= _CACHED_SYSTEM_MESSAGES:
                prompt.system_messages.clear()
            # The values are stored too: while they exist, no other object can get the id of one of them.
            cached = (values, self._block(name, prompt.template, "system", variables))
            prompt.system_messages[key] = cached
        return cached[1]

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
    """A compiled template with its variables and its hash.

    ``system_variables`` are those of the system block, None where they are not known before it is rendered;
    ``system_messages`` caches rendered system messages, each with the values that it was rendered with.
    """

    __slots__ = ("hash", "system_messages", "system_variables", "template", "variables")

    def __init__(
        self,
        template: Template,
        variables: frozenset[str],
        system_variables: tuple[str, ...] | None,
        digest: str,
    ) -> None:
        self.template = template
        self.variables = variables
        self.system_variables = system_variables
        self.system_messages: dict[tuple[object, ...], tuple[list[Any], str]] = {}
        self.hash = digest


def default_directory() -> Path:
    """The folder of the default templates: inside the installed package, or at the root of a checkout."""
    installed = _PACKAGE / "prompts"
    return installed if installed.is_dir() else _PACKAGE.parent / "prompts"


def quoted(text: object) -> str:
    """Untrusted text for a place between the tags of a prompt: cleaned, with the "<" of any such tag in it replaced."""
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
    """A value as JSON on one line. It remains valid JSON after ``quoted``, since tags occur only within its strings."""
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
