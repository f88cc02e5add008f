"""Parses the blocks of a Markdown text as the site's parser does: CommonMark with tables and ``$$`` blocks."""

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.html_re import HTML_TAG_RE as HTML_TAG
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

__all__ = ["HTML_TAG", "MAX_NESTING", "block_tokens", "fence_rule", "math_rule"]

MAX_NESTING = 20
"""So deep are blocks and brackets parsed; each level takes a pass over what is in it."""

_MAY_BEGIN_BLOCK = re.compile(r"^[^A-Za-z\n]", re.MULTILINE)
_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")


def block_tokens(source: str) -> list[Token]:
    """The markdown-it block tokens of a text whose lines end in line feeds."""
    return _PARSER.parse(source) if _MAY_BEGIN_BLOCK.search(source) else _paragraphs(source)


def _paragraphs(source: str) -> list[Token]:
    """The tokens that the parser would find in a text whose lines all begin with a letter; faster than the parser."""
    tokens: list[Token] = []
    first = position = 0
    for match in _PARAGRAPH.finditer(source):
        first += source.count("\n", position, match.start())
        last = first + match.group().count("\n") + 1
        tokens.append(Token("paragraph_open", "p", 1, map=[first, last], block=True))
        tokens.append(Token("inline", "", 0, map=[first, last], level=1, content=match.group(), block=True))
        first, position = last - 1, match.end()
    return tokens


def math_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """The markdown-it rule for ``$$`` blocks, which are like fences; no ``$`` may follow the opening mark."""
    return _fenced(state, start_line, end_line, silent, marks="$", minimum=2, kind="math_flow")


def fence_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """The markdown-it rule for fenced code; its tokens say in ``meta`` whether the fence is closed."""
    return _fenced(state, start_line, end_line, silent, marks="`~", minimum=3, kind="fence")


def _fenced(
    state: StateBlock, start_line: int, end_line: int, silent: bool, *, marks: str, minimum: int, kind: str
) -> bool:
    position = state.bMarks[start_line] + state.tShift[start_line]
    end = state.eMarks[start_line]
    if state.is_code_block(start_line) or position >= end or state.src[position] not in marks:
        return False
    mark = state.src[position]
    after = state.skipCharsStr(position, mark)
    size = after - position
    info = state.src[after:end]
    if size < minimum or (mark != "~" and mark in info):
        return False
    if silent:
        return True
    line, closed = start_line + 1, False
    while line < end_line:
        begin = state.bMarks[line] + state.tShift[line]
        if begin < state.eMarks[line] and state.sCount[line] < state.blkIndent:
            break
        text = state.src[begin : state.eMarks[line]].rstrip(" \t")
        if len(text) >= size and not text.strip(mark) and not state.is_code_block(line):
            closed = True
            break
        line += 1
    token = state.push(kind, "", 0)
    token.info = info
    token.markup = mark * size
    token.content = state.getLines(start_line + 1, line, state.sCount[start_line], True)
    token.meta = {"closed": closed}
    state.line = line + closed
    token.map = [start_line, state.line]
    return True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    interrupts: Any = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.at("fence", fence_rule, interrupts)
    parser.block.ruler.before("fence", "math_flow", math_rule, interrupts)
    parser.core.ruler.enableOnly(["block"])
    return parser


_PARSER = _parser()
