"""Canonical addresses: which page they lead to, and the ends of their chains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.content.frontmatter import patch, read, render
from generator.content.seo.canonical import canonical_elsewhere, other_canonical_field
from generator.content.seo.canonical_pages import absolute_address, canonical_target, final_targets
from generator.content.site.site import Site
from generator.content.slugs import ArticleKey
from tests.support.duplicate_site import page

SITE = Site(origin="https://www.example.org")
KEY = ArticleKey("biology", "what-is-a-cell")


def test_the_address_of_a_page_leads_back_to_it():
    assert canonical_target(SITE, absolute_address(SITE, KEY)) == KEY
    assert canonical_target(Site(), "https://any.example/learn/biology/questions/what-is-a-cell/") == KEY


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/learn/biology/questions/what-is-a-cell",
        "https://www.example.org/about",
        "",
    ],
)
def test_an_address_elsewhere_leads_to_no_page(address):
    assert canonical_target(SITE, address) is None


def test_a_canonical_address_needs_an_origin():
    with pytest.raises(ValueError, match="site.origin"):
        absolute_address(Site(), KEY)


@given(st.dictionaries(st.sampled_from("abcdefg"), st.sampled_from("abcdefgh")))
def test_no_chain_is_left(targets):
    final = final_targets(targets)
    assert not set(final.values()) & targets.keys()
    for start, end in final.items():
        seen = set()
        while start in targets and start not in seen:
            seen.add(start)
            start = targets[start]
        assert start == end


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize("url", ["url: /learn/", "url: '/learn/"])
def test_the_address_is_written_on_the_line_after_url_and_no_other_byte_changes(eol, url):
    before = render(page("What is a cell?", id=1)).replace("\n", eol)
    if url.endswith("'/learn/"):
        before = before.replace(
            "url: /learn/biology/questions/what-is-a-cell", "url: '/learn/biology/questions/what-is-a-cell'"
        )
    address = absolute_address(SITE, ArticleKey("biology", "what-is-life"))
    after = patch(before, {"canonical": address})
    lines = after.split(eol)
    at = lines.index(f"canonical: {address}")
    assert lines[at - 1].startswith(url)
    assert eol.join(lines[:at] + lines[at + 1 :]) == before
    assert patch(after, {"canonical": None}) == before
    assert canonical_elsewhere(read(after), SITE) == address


FIELDS = pytest.mark.parametrize("field", ["canonical", "canonical_url"])
OWN_PATH = "/learn/biology/questions/what-is-a-cell"


def with_line(line):
    """A page whose front matter has one more line."""
    own = render(page("What is a cell?", id=1))
    written = own.replace("score: -1.0\n", f"{line}\nscore: -1.0\n")
    assert written != own
    return read(written)


@FIELDS
@pytest.mark.parametrize("origin", [SITE.origin, "https://WWW.EXAMPLE.ORG", "//www.example.org", ""])
@pytest.mark.parametrize("ending", ["", "/", "?a=b", "/#top"])
def test_the_own_address_is_no_other_page(field, origin, ending):
    assert canonical_elsewhere(with_line(f"{field}: '{origin}{OWN_PATH}{ending}'"), SITE) is None


@FIELDS
@pytest.mark.parametrize("value", ["", " ~", " null", " []"])
def test_an_empty_address_is_no_other_page(field, value):
    assert canonical_elsewhere(with_line(f"{field}:{value}"), SITE) is None


@FIELDS
@pytest.mark.parametrize(
    "address",
    [
        f"https://other.example{OWN_PATH}",
        f"//other.example{OWN_PATH}",
        f"https://www.example.org:8080{OWN_PATH}",
        f"https://[broken{OWN_PATH}",
        "https://www.example.org/",
        "/learn/biology/questions/what-is-life",
    ],
)
def test_another_host_or_path_is_another_page(field, address):
    assert canonical_elsewhere(with_line(f"{field}: '{address}'"), SITE) == address


def test_without_an_origin_only_the_path_decides():
    own = with_line(f"canonical: https://any.example{OWN_PATH}")
    other = with_line("canonical: https://any.example/learn/biology/questions/what-is-life")
    assert canonical_elsewhere(own, Site()) is None
    assert canonical_elsewhere(other, Site()) is not None


def test_the_second_field_counts_where_the_first_is_the_own_address():
    elsewhere = "https://other.example/x"
    document = with_line(f"canonical: {OWN_PATH}\ncanonical_url: {elsewhere}")
    assert other_canonical_field(document, SITE) == ("canonical_url", elsewhere)
