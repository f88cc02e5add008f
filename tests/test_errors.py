"""The docstring of ``generator.errors`` lists every exception with its base class, module and exit code."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import generator
from generator import errors
from generator.cli.terminal.exit_codes import exit_code_of

_TREE_LINE = re.compile(
    r"^    (?P<branch>[│├└─ ]*)(?P<name>\w+) +(?P<code>\d+)  .*?(?:\((?P<module>[a-z_.]+)\))?$"
)
_OTHER_LINE = re.compile(r"^    (?P<name>\w+) {2,}\D.*\((?P<module>[a-z_.]+)\)$")


def subclasses(base: type[Exception]) -> Iterator[type[Exception]]:
    """All public exceptions of the package below ``base``."""
    for each in base.__subclasses__():
        if each.__module__.startswith("generator.") and not each.__name__.startswith("_"):
            yield each
        yield from subclasses(each)


def import_all() -> None:
    """Import every module of the package, so that every exception exists."""
    for module in pkgutil.walk_packages(generator.__path__, "generator."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def module_of(exception: type[Exception]) -> str | None:
    """The module as the docstring names it: below the package; None for ``generator.errors``."""
    name = exception.__module__.removeprefix("generator.")
    return None if name == "errors" else name


def documented_tree(text: str) -> list[tuple[str, str, int, str | None]]:
    """Name, base class, exit code and module of each exception in the tree of a docstring."""
    found = []
    bases = ["Exception"]
    for line in text.splitlines():
        if match := _TREE_LINE.match(line):
            depth = len(match["branch"]) // 4
            bases[depth + 1 :] = [match["name"]]
            found.append((match["name"], bases[depth], int(match["code"]), match["module"]))
    return found


def test_the_tree_of_exceptions_is_complete_and_right() -> None:
    import_all()
    actual = [
        (each.__name__, each.__mro__[1].__name__, exit_code_of(each.__new__(each)), module_of(each))
        for each in [errors.GeneratorError, *subclasses(errors.GeneratorError)]
    ]
    assert len(actual) > 20
    assert sorted(documented_tree(errors.__doc__ or ""), key=str) == sorted(actual, key=str)


def test_the_list_of_other_exceptions_is_complete_and_right() -> None:
    import_all()
    actual = [
        (each.__name__, module_of(each))
        for each in subclasses(Exception)
        if not issubclass(each, errors.GeneratorError)
    ]
    lines = (errors.__doc__ or "").splitlines()
    listed = [(match["name"], match["module"]) for line in lines if (match := _OTHER_LINE.match(line))]
    assert sorted(listed, key=str) == sorted(actual, key=str)
