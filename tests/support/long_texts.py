"""Texts of any length whose rendering, checking or comparing might take more than linear time."""

from collections.abc import Callable


def _runs(mark: str) -> Callable[[int], str]:
    """Runs of a mark, each one longer than the one before it, so that no run closes another."""
    return lambda size: "".join(mark * length + " a " for length in range(1, int((2 * size) ** 0.5)))


def _repeated(text: str, before: str = "") -> Callable[[int], str]:
    return lambda size: before + text * (size // len(text))


SHAPES: dict[str, Callable[[int], str]] = {
    "list lines": _repeated("1. a\n"),
    "points": _repeated("1. **Heading:**\n   - text of it.\n\n"),
    "bullets": _repeated("- a\n"),
    "list in list": _repeated("- a\n  - b\n"),
    "nested lists": lambda size: "\n".join("  " * depth + "- a" for depth in range(int(size**0.5))),
    "nested quotes": _repeated(">"),
    "lazy quotes": _repeated("a\n", ">" * 100 + " a\n"),
    "quotes and lists": _repeated("> - "),
    "emphasis": _repeated("*a **b "),
    "emphasis marks": _repeated("*"),
    "underscores": _repeated("_a "),
    "brackets": _repeated("["),
    "links": _repeated("[a]("),
    "images": _repeated("![a]("),
    "references": _repeated("[a]: /x\n"),
    "dollars": _repeated("$a$$b "),
    "dollar runs": _runs("$"),
    "backtick runs": _runs("`"),
    "table": _repeated("|a|b|\n", "|a|b|\n|---|---|\n"),
    "wide table": lambda size: f"|{'a|' * (size // 4)}\n|{'-|' * (size // 4)}\n",
    "long line": _repeated("word "),
    "long word": _repeated("w"),
    "spaces": _repeated(" ", "a"),
    "comments": _repeated("<!-- "),
    "tags": _repeated("<a "),
    "instructions": _repeated("<?"),
    "cdata": _repeated("<![CDATA["),
    "entities": _repeated("&#1;"),
    "numbers": _repeated("1. "),
    "headings": _repeated("# a\n"),
    "math blocks": _repeated("$$\na\n$$\n"),
    "fractions": lambda size: "$" + r"\frac{a}{" * (size // 10) + "}" * (size // 10) + "$",
}
