"""Markdown to HTML: with the structure of the site, and no content of a draft is executed."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.web.drafts.finding_marks import FindingPlace, mark_findings
from generator.web.rendering.markdown import ATTRIBUTES, render
from tests.support.attacks import ATTACKS
from tests.support.formulas import RENDERS


class ActiveMarkup(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def seen(html):
    parser = ActiveMarkup()
    parser.feed(html)
    parser.close()
    return parser.tags


def harmless(html, extra=frozenset()):
    for tag, attributes in seen(html):
        assert tag in {
            *ATTRIBUTES,
            *[
                "p",
                "br",
                "hr",
                "h1",
                "h2",
                "h3",
                "h4",
                "h5",
                "h6",
                "ul",
                "li",
                "blockquote",
                "pre",
                "em",
                "strong",
                "s",
                "table",
                "thead",
                "tbody",
                "tr",
            ],
            *extra,
        }, tag
        for name, value in attributes.items():
            assert not name.startswith("on") and name not in ("style", "src", "srcset", "action"), (tag, name)
            if name == "href":
                assert value.startswith(("https://", "http://", "mailto:", "#")), value


@pytest.mark.parametrize("text", ATTACKS)
def test_no_content_of_a_draft_is_executed(text):
    for markdown in (text, f"1. **A**: {text}", f"> {text}", f"- x\n\n  {text}", f"# {text}"):
        harmless(render(markdown))


@given(
    st.lists(
        st.sampled_from([*ATTACKS, "$", "`", "**", "<", ">", '"', "\n\n", "|", "\\", "&", "a b"]), max_size=8
    )
)
def test_no_combination_of_attacks_is_executed(parts):
    harmless(render("".join(parts)))


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_marks_change_nothing_else(text, start, length):
    html = mark_findings(text, [FindingPlace(1, start, start + length, "error")])
    harmless(html, extra={"mark"})


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a $x$ b", '<math display="inline">'),
        ("$$\nx\n$$", '<math display="block">'),
        (r"costs \$5 and \$6", "costs $5 and $6"),
        ("`$x$`", "<code>$x$</code>"),
        ("~a~ and ~~b~~", "<s>a</s> and <s>b</s>"),
        ("| a |\n|--:|\n| b |", '<td class="right">b</td>'),
        ("3. c\n4. d", '<ol start="3">'),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("![alt](https://x.example/a.png)", "alt [image https://x.example/a.png]"),
        (r"$\foo$", 'class="tex-error"'),
        (r"$\frac{a}{b}$", "<mfrac>"),
        ("$$\n\\begin{aligned}a&=b\\\\c&=d\\end{aligned}\n$$", "<mtable"),
        ("[x](https://a.example)", 'rel="noopener noreferrer nofollow"'),
    ],
)
def test_the_preview_shows_markdown_as_the_site_does(markdown, html):
    assert html in render(markdown)


def test_formulas_are_found_as_on_the_site():
    text = "It costs $5 or $6, and **$a * b$ and $c * d$**."
    assert render(text).count("<math") == 3


def test_a_formula_that_cannot_be_converted_is_shown_as_tex():
    assert "<code" in render(r"$\frac{$") or "$" in render(r"$\frac{$")
    assert render("$" + "{" * 500 + "}" * 500 + "$")


@pytest.mark.parametrize(
    ("tex", "html"),
    [
        (r"\lim_{x \to 0} f", "<munder><mo lspace=\"0\" rspace=\"0.1667em\" movablelimits=\"true\">lim</mo>"),
        (r"\bigcup_i A_i", '<munder><mo movablelimits="true">⋃</mo>'),
        (r"\boxed{x}", '<menclose notation="box">'),
        (r"\overline{AB}", '<menclose notation="top">'),
        (r"\not= y", "<mo>≠</mo>"),
        (r"\mathbf{ab}", "<mi>𝐚</mi><mi>𝐛</mi>"),
        (r"\mathscr{F}", "<mi>ℱ</mi>"),
        (r"\mathrm{d} x", "<mtext>d</mtext>"),
        (r"2 \sin x", '<mo lspace="0.1667em" rspace="0.1667em">sin</mo>'),
        (r"\begin{bmatrix} a \\[2pt] b \end{bmatrix} x", '<mrow><mo stretchy="true" fence="true" form="prefix">[</mo>'),
        (r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}", '<mtd columnalign="center" class="rule-left rule-top">'),
        (r"\begin{alignedat}{2} a &= b \end{alignedat}", "<mi>a</mi>"),
        (r"\xrightarrow{a}", '<mo stretchy="true">→</mo>'),
    ],
)  # fmt: skip
def test_a_formula_has_the_layout_of_the_site(tex, html):
    assert html in render(f"$$\n{tex}\n$$")


def test_limits_stand_beside_an_operator_in_a_line_unless_they_are_asked_for():
    assert 'movablelimits="true">∑' in render(r"$\sum_{i} x$")
    assert 'movablelimits="false">∑' in render(r"$\sum\limits_{i} x$")


def test_formulas_that_look_different_on_the_site_are_marked_and_counted():
    html = render(
        "Here $\\tag{1}$ is refused, $\\substack{a \\\\ b}$ differs, and so do $\\weierp$ and $x + 1$."
    )
    assert html.count('class="unlike"') == 2
    assert 'title="Looks different on the site: \\weierp"' in html
    assert "2 formulas look different on the site: <code>\\substack</code>, <code>\\weierp</code>" in html
    assert "unlike" not in render("Here $\\frac{a}{b} \\leq \\sum_i x_i$ looks alike.")


@pytest.mark.parametrize("tex", RENDERS)
def test_every_command_that_the_converter_does_not_know_is_named(tex):
    html = render(f"$$\n{tex}\n$$")
    shown, _, note = html.partition('<p class="unlike-note">')
    for name in re.findall(r"\\[A-Za-z]+", re.sub(r"<[^>]*>", " ", shown)):
        assert f"<code>{name}</code>" in note
