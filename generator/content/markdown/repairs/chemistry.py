r"""Writes plain chemical formulas, marked with mhchem's ``\ce{…}``, in TeX that the site shows: ``\text{H}_2\text{O}``.

Only what has one reading is written: elements, groups in brackets, numbers, charges, isotopes, states, arrows and plus
signs. Bonds, precipitates, nested commands and other parts of mhchem's language stay as they are.
"""

import re

_TOKEN = re.compile(
    r"(?P<arrow><=>|<->|->|<-|→|⇌)(?:\[(?P<above>[^\[\]{}\\$]*)\])?"
    r"|(?P<space>\s+)"
    r"|\^(?:\{(?P<up>[^{}\\$]*)\}|(?P<up1>\d*[+-]))"
    r"|_(?:\{(?P<down>[^{}\\$]*)\}|(?P<down1>\d+))"
    r"|(?P<state>\((?:s|l|g|aq)\))"
    r"|(?P<letters>[A-Z][a-z]?|[()\[\]]|e(?=\^|-|\Z))"
    r"|(?P<number>\d+(?:/\d+|\.\d+)?)"
    r"|(?P<sign>[+-])"
    r"|(?P<dot>[.*·](?=\s*\d*\s*[A-Z]))"
)
_ARROWS = {
    "->": r"\rightarrow",
    "→": r"\rightarrow",
    "<-": r"\leftarrow",
    "<->": r"\leftrightarrow",
    "<=>": r"\rightleftharpoons",
    "⇌": r"\rightleftharpoons",
}
_SCRIPT = re.compile(r"\d*[+-]?|[+-]\d*|[nxm]")
# An isotope's first number, after which the second one follows.
_ISOTOPE = re.compile(r"\{\}[\^_](?:\w|\{[^{}]*\})\Z")
_COMMAND = re.compile(r"\\ce(?![a-zA-Z@])\s*\{")


class _Unclear(ValueError):
    """A formula has a part with more than one reading."""


def chemistry_commands(text: str) -> list[tuple[int, int, str]]:
    r"""Start, end and TeX of every ``\ce{…}`` of a text that has one reading."""
    found: list[tuple[int, int, str]] = []
    for command in _COMMAND.finditer(text):
        end = _closing(text, command.end())
        tex = plain_chemistry(text[command.end() : end]) if end is not None else None
        if tex is not None and end is not None:
            found.append((command.start(), end + 1, tex))
    return found


def plain_chemistry(formula: str) -> str | None:
    r"""The content of ``\ce{…}`` as TeX without mhchem; None where it has no single reading or is empty."""
    try:
        return _written(formula.strip()) or None
    except _Unclear:
        return None


def _closing(text: str, position: int) -> int | None:
    depth = 1
    for index in range(position, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return None


def _written(formula: str) -> str:
    tex = letters = ""
    position = 0
    begins = True  # at the beginning of a species, where a number is a coefficient and scripts belong to an isotope
    while position < len(formula):
        token = _TOKEN.match(formula, position)
        if token is None:
            raise _Unclear(formula)
        position = token.end()
        if token["number"] and not begins and "." in token["number"]:  # the dot before the water of a hydrate
            token = _TOKEN.match(formula, token.start(), formula.index(".", token.start()))
            assert token is not None
            position = token.end()
        if token["letters"]:
            letters += token["letters"]
            begins = False
            continue
        after = formula[position : position + 1]
        if letters:
            tex += rf"\text{{{letters}}}"
            letters = ""
        part, begins = _part(token, begins=begins, before=tex, ends=after in {"", " "})
        tex += part
    return tex + (rf"\text{{{letters}}}" if letters else "")


def _part(token: re.Match[str], *, begins: bool, before: str, ends: bool) -> tuple[str, bool]:
    """The TeX of a token that is no letter, and whether a new species begins after it."""
    if token["space"]:
        return "", True
    if token["arrow"]:
        return _arrow(token), True
    if token["state"]:
        return rf"\text{{{token['state']}}}", False
    script = next((token[name] for name in ("up", "up1", "down", "down1") if token[name] is not None), None)
    if script is not None:
        if not script or not _SCRIPT.fullmatch(script.strip()):
            raise _Unclear(script)
        base = "{}" if begins and not _ISOTOPE.search(before) else ""
        return f"{base}{token.group()[0]}{_braced(script.strip())}", begins
    if token["number"]:
        if begins:
            above, _, below = token["number"].partition("/")
            return (rf"\tfrac{{{above}}}{{{below}}}" if below else above), True
        if not token["number"].isdigit():
            raise _Unclear(token["number"])
        return f"_{_braced(token['number'])}", False
    if token["dot"]:
        if begins or not before:
            raise _Unclear(token["dot"])
        return r" \cdot ", True
    if begins and before and ends and token["sign"] == "+":
        return " + ", True
    if not begins and ends:
        return f"^{token['sign']}", False
    raise _Unclear(token["sign"])


def _arrow(token: re.Match[str]) -> str:
    arrow, above = _ARROWS[token["arrow"]], token["above"]
    if above is None:
        return f" {arrow} "
    if arrow != r"\rightarrow" or not re.fullmatch(r"[A-Za-z, ]+", above):
        raise _Unclear(above)
    return rf" \xrightarrow{{\text{{{above.strip()}}}}} "


def _braced(script: str) -> str:
    return script if len(script) == 1 else f"{{{script}}}"
