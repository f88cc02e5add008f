"""Renders the prompts: Jinja2 templates become the two messages of a request.

A template is one file with a ``system`` and a ``user`` block. The default templates are part of the package; a file of
the same name in the override folder replaces a default. A ``PromptSet`` reads all files once, when it is created: its
messages and hashes agree even if the files change later. The same variables always give the same bytes.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import generator
from generator.content.house import Term
from generator.errors import PromptError
from generator.model.messages import Message
from generator.model.prompt_templates import SUFFIX, TemplateFile, compiled

_TERMS = "house_terms"
_WITH_TERMS = frozenset({"answer", "repair", "revise", "rewrite", "seo"})
"""The prompts that write texts of the site."""
_PACKAGE = Path(generator.__file__).parent


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
        paths = _template_files(default_directory())
        overriding = _template_files(override_dir) if override_dir is not None else {}
        self._overridden = frozenset(overriding)
        paths |= overriding
        self._templates = compiled(
            tuple(TemplateFile(name, str(path), _read(name, path)) for name, path in paths.items())
        )
        self._terms = self._templates.render_file(_TERMS, terms=list(terms.items())) if terms else ""

    def render(self, name: str, **variables: Any) -> tuple[Message, ...]:
        """The system and the user message of a prompt.

        Args:
            variables: the values of the template's variables. Values other than strings are cached by identity, so the
                caller must not change them afterwards.

        Raises:
            PromptError: there is no such prompt, its template is invalid (with file and line), or a variable is missing
                (with its name).
        """
        prompt = self._templates.prompt(name)
        missing = sorted(prompt.variables - variables.keys())
        if missing:
            raise PromptError(name, f"needs {', '.join(map(repr, missing))}, which the caller does not pass")
        return (
            {"role": "system", "content": self._with_terms(name, prompt.system(variables))},
            {"role": "user", "content": prompt.user(variables)},
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
        return self._templates.prompt(name).variables

    def not_overridden(self, *names: str) -> tuple[str, ...]:
        """The files of prompts and of all templates that they include that the override folder has not.

        Raises:
            PromptError: there is no such prompt, or its template is invalid.
        """
        used = frozenset[str]().union(*(self._templates.prompt(name).files for name in names))
        return tuple(sorted(used - self._overridden))

    def _hash(self, name: str) -> str:
        own = self._templates.prompt(name).hash
        terms = self._terms_of(name)
        return hashlib.sha256(f"{own}\0{terms}".encode()).hexdigest() if terms else own

    def _with_terms(self, name: str, system: str) -> str:
        terms = self._terms_of(name)
        return f"{system}\n\n\n{terms}" if terms else system

    def _terms_of(self, name: str) -> str:
        return self._terms if name in _WITH_TERMS else ""


def default_directory() -> Path:
    """The folder of the default templates: inside the installed package, or at the root of a checkout."""
    installed = _PACKAGE / "prompts"
    return installed if installed.is_dir() else _PACKAGE.parent / "prompts"


def _template_files(directory: Path) -> dict[str, Path]:
    return {path.name: path for path in sorted(directory.glob(f"*{SUFFIX}")) if path.is_file()}


def _read(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(name.removesuffix(SUFFIX), f"{path} cannot be read: {error}") from error
