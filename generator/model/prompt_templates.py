"""Compiles the Jinja2 templates of prompts: once per process for the same files."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any, NamedTuple

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

from generator.errors import PromptError
from generator.model.prompt_text import FILTERS

SUFFIX = ".j2"
_CACHED_SYSTEM_MESSAGES = 64
_CACHED_SETS = 8


class TemplateFile(NamedTuple):
    """A template as it was read.

    Args:
        name: the file's name, with its suffix.
        path: where the file is, for messages.
    """

    name: str
    path: str
    source: str


@lru_cache(maxsize=_CACHED_SETS)
def compiled(files: tuple[TemplateFile, ...]) -> "Templates":
    """The templates of a set of files. Equal files give the same object."""
    return Templates(files)


class Templates:
    """Templates that may include each other. A prompt is compiled when it is first used.

    Threads may share it: what two of them compile at the same time is equal.
    """

    def __init__(self, files: tuple[TemplateFile, ...]) -> None:
        self._paths = {file.name: file.path for file in files}
        self._sources = {file.name: file.source for file in files}
        self._environment = Environment(
            loader=DictLoader(self._sources),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            autoescape=False,  # prompts are plain text, not HTML
        )
        self._environment.filters.update(FILTERS)
        self._prompts: dict[str, CompiledPrompt] = {}

    def prompt(self, name: str) -> "CompiledPrompt":
        """A prompt by its name, without suffix.

        Raises:
            PromptError: there is no such prompt, its template is invalid (with file and line), includes a missing
                file, or lacks a block.
        """
        prompt = self._prompts.get(name)
        if prompt is None:
            prompt = self._prompts[name] = self._compile(name)
        return prompt

    def render_file(self, name: str, **variables: Any) -> str:
        """A whole template without blocks, stripped.

        Raises:
            PromptError: it cannot be rendered.
        """
        try:
            return self._environment.get_template(name + SUFFIX).render(variables).strip()
        except (TemplateError, TypeError, ValueError, LookupError) as error:
            raise PromptError(name, str(error)) from error

    def _compile(self, name: str) -> "CompiledPrompt":
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
            where = _place(self._paths, error.name, error.lineno)
            raise PromptError(name, f"{where}: {error.message}") from error
        except TemplateNotFound as error:
            raise PromptError(name, f"includes {error.name!r}, which does not exist") from error
        template = templates[name + SUFFIX]
        for block in ("system", "user"):
            if block not in template.blocks:
                raise PromptError(name, f"{self._paths[name + SUFFIX]} has no block {block!r}")
        return CompiledPrompt(
            name,
            template,
            frozenset(trees),
            frozenset(variables),
            self._variables_of_block(trees, trees[name + SUFFIX], "system"),
            digest.hexdigest(),
            self._paths,
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


class CompiledPrompt:
    """A compiled template with a ``system`` and a ``user`` block.

    Args:
        files: the template's file and all that it includes.
        variables: what it and its includes use.
        system_variables: those of the system block; None where they are not known before it is rendered.
        digest: SHA-256 (hex) of the sources of ``files``.
        paths: where the files are, for messages.
    """

    __slots__ = (
        "_paths",
        "_system_messages",
        "_system_variables",
        "_template",
        "files",
        "hash",
        "name",
        "variables",
    )

    def __init__(
        self,
        name: str,
        template: Template,
        files: frozenset[str],
        variables: frozenset[str],
        system_variables: tuple[str, ...] | None,
        digest: str,
        paths: Mapping[str, str],
    ) -> None:
        self.name = name
        self.files = files
        self.variables = variables
        self.hash = digest
        self._template = template
        self._paths = paths
        self._system_variables = system_variables
        self._system_messages: dict[tuple[object, ...], tuple[list[Any], str]] = {}

    def system(self, variables: Mapping[str, Any]) -> str:
        """The system message. Requests of one subject share it, so it is rendered once for equal values and cached.

        Raises:
            PromptError: it cannot be rendered (with file and line).
        """
        if self._system_variables is None:
            return self._block("system", variables)
        values = [variables[each] for each in self._system_variables]
        key = tuple(value if isinstance(value, str) else id(value) for value in values)
        cached = self._system_messages.get(key)
        if cached is None:
            if len(self._system_messages) >= _CACHED_SYSTEM_MESSAGES:
                self._system_messages.clear()
            # The values are stored too: while they exist, no other object can get the id of one of them.
            cached = (values, self._block("system", variables))
            self._system_messages[key] = cached
        return cached[1]

    def user(self, variables: Mapping[str, Any]) -> str:
        """The user message. Raises as :meth:`system`."""
        return self._block("user", variables)

    def _block(self, block: str, variables: Mapping[str, Any]) -> str:
        context = self._template.new_context(dict(variables))
        try:
            return "".join(self._template.blocks[block](context)).strip()
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
            where = [_place(self._paths, *place) for place in _lines(error.__traceback__)]
            raise PromptError(self.name, ": ".join([*where[-1:], str(error)])) from error


def _place(paths: Mapping[str, str], file: str | None, line: int) -> str:
    return f"{paths.get(file or '', file)}, line {line}"


def _lines(traceback: TracebackType | None) -> Iterator[tuple[str, int]]:
    """The template lines that an error passed through, outermost first."""
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            yield template.name or "", template.get_corresponding_lineno(traceback.tb_lineno)
        traceback = traceback.tb_next
