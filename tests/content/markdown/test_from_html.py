"""Web pages are converted to Markdown."""

from hypothesis import given
from hypothesis import strategies as st

from generator.content.markdown.from_html import page_text

PAGE = """<!doctype html><html><head><title>Tides &amp; moons</title><style>p {color: red}</style>
<script>alert("<p>no</p>")</script></head><body><nav><a>Home</a></nav>
<h1>Tides</h1><p>The <b>moon</b>
pulls.<p>So does the sun.
<ul><li>spring</li><li>neap</ul>
<table><tr><th>Tide</th><th>Height</th></tr><tr><td>spring</td><td>4 m</td></tr></table>
<pre>a
  b</pre><footer>imprint</footer></body></html>"""


def test_the_structure_is_converted_and_menus_and_scripts_are_left_out():
    page = page_text(PAGE)
    assert page.title == "Tides & moons"
    assert page.markdown.split("\n\n") == [
        "# Tides",
        "The moon pulls.",
        "So does the sun.",
        "- spring",
        "- neap",
        "Tide | Height",
        "spring | 4 m",
        "```\na\n  b\n```",
    ]


def test_an_unclosed_script_ends_with_the_page():
    assert page_text("<p>before<script>x</p>").markdown == "before"
    assert page_text("<nav>menu<p>x</body><p>after").markdown == "after"


@given(st.text(alphabet="<>/apbh1scriptlnv &;=\"'!-", max_size=200))
def test_every_text_is_converted(text):
    page_text(text)
