"""The preview has the structure of the site's page: the same blocks, the same text, formulas at the same places."""

import re
from html.parser import HTMLParser

import pytest

from generator.content.frontmatter import read
from generator.content.markdown.line_breaks import decode, encode
from generator.web.rendering.markdown import render
from tests.support import renderer
from tests.support.nightly import every

TAGS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "strong",
        "em",
        "s",
        "a",
    ]
)
MATH = frozenset({"math", "katex", "katex-display", "katex-error", "language-math", "tex", "tex-error"})
WRITTEN = [
    "a\n\n1. **B**: c\n\n   - d\n   - e\n\n2. f\n\ng",
    "| a | $x$ |\n|:--|--:|\n| `b` | c \\| d |",
    "1. a\n   ```py\n   x < 1\n   ```\n2. b",
    "$$\nx\n$$\n\n$$ lost\ny\n$$",
    "It costs $5 or $6. ~a~ ~~b~~ `$c$`",
    "> a\n> - b\n\n***\n\n3) c\n4) d",
    "<b>x</b> &amp; <div>\n\n**c**",
    "line  \nbreak\\\nand [link](https://a.example)",
    "**$a$** and *$b$* and a**$c$**b",
    "    indented\n\n# h\n\nh2\n---",
]


class Structure(HTMLParser):
    """Tags, line breaks and text in order; a formula is one word, whatever it is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._open: list[str] = []
        self._formula = 0

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in {"br", "hr", "img"}:
            self.parts += [tag] if not self._formula else []
            return
        self._open.append(tag)
        if self._formula:
            self._formula += 1
        elif tag == "math" or MATH & set((given.get("class") or "").split()):
            self._formula = 1
            self.parts.append("FORMULA")
        elif tag in TAGS:
            self.parts.append(f"<{tag} {given['start']}>" if given.get("start", "1") != "1" else f"<{tag}>")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in {"br", "hr", "img"}:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if not self._open or tag in {"br", "hr", "img"}:
            return
        self._open.pop()
        if self._formula:
            self._formula -= 1
        elif tag in TAGS:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data):
        if not self._formula:
            self.parts.append(data)


def structure(html):
    html = re.sub(r'<span class="lost">.*?</span>', "", html)
    parser = Structure()
    parser.feed(html.replace("<del>", "<s>").replace("</del>", "</s>"))
    parser.close()
    text = " ".join(" ".join(parser.parts).split())
    for around in ("p", "pre"):
        text = text.replace(f"<{around}> FORMULA </{around}>", "FORMULA")
    return text


def skip_without_site():
    if (missing := renderer.missing()) is not None:
        pytest.skip(missing)


@pytest.mark.site
def test_written_samples_have_the_structure_of_the_site():
    skip_without_site()
    pages = renderer.render([encode(markdown) for markdown in WRITTEN])
    for markdown, page in zip(WRITTEN, pages, strict=True):
        assert structure(render(markdown)) == structure(page.html), markdown


@pytest.mark.site
@pytest.mark.corpus
def test_published_articles_have_the_structure_of_the_site(corpus_dir):
    skip_without_site()
    files = every(16, sorted(corpus_dir.glob("*/*.md")))
    answers = [read(file.read_bytes()).get("answer", "") for file in files]
    pages = renderer.render(answers)
    different = [
        file.stem
        for file, answer, page in zip(files, answers, pages, strict=True)
        if structure(render(decode(answer))) != structure(page.html)
    ]
    assert len(different) <= len(files) // 200, different
