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


def test_the_items_of_an_ordered_list_keep_their_numbers():
    html = (
        "<ol><li>mix<li>heat<ul><li>slowly</ul><li>cool</ol><ol start=4><li>rest<li value=9>end</ol>"
        "<ol start=x><li>one<li value=-1>two</ol></ol><ul><li>last"
    )
    items = ["1. mix", "2. heat", "- slowly", "3. cool", "4. rest", "9. end", "1. one", "2. two", "- last"]
    assert page_text(html).markdown.split("\n\n") == items
    assert page_text(f"<ol start={'9' * 5000}><li>x").markdown == "1. x"


def test_an_unclosed_script_ends_with_the_page():
    assert page_text("<p>before<script>x</p>").markdown == "before"
    assert page_text("<nav>menu<p>x</body><p>after").markdown == "after"


@given(st.text(alphabet="<>/apbh1scriptlnv &;=\"'!-", max_size=200))
def test_every_text_is_converted(text):
    page_text(text)
