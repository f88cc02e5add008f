"""The facts of a site: titles and addresses are composed and parsed back; an error names the wrong key."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from generator.content.site.site import Site
from generator.content.slugs import ArticleKey

PIECES = st.text(alphabet="abz019-_.~+%", max_size=6)
SLUGS = st.from_regex(r"[a-z0-9-]+", fullmatch=True)
KEYS = st.builds(ArticleKey, SLUGS, SLUGS)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """Patterns of addresses: both placeholders in any order, each in a separate part, between other parts."""
    parts = draw(st.lists(PIECES.filter(bool), max_size=4))
    for name in draw(st.permutations(["{subject}", "{slug}"])):
        place = draw(st.integers(0, len(parts)))
        parts.insert(place, f"{draw(PIECES)}{name}{draw(PIECES)}")
    return f"/{'/'.join(parts)}{draw(st.sampled_from(['', '/']))}"


def error_of(**facts: object) -> str:
    """The key and the reason of the first error in these facts."""
    with pytest.raises(ValidationError) as caught:
        Site.model_validate(facts)
    first = caught.value.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def test_the_defaults_are_those_of_the_site() -> None:
    site = Site()
    assert (site.author, site.body, site.origin) == ("QuickTakes", "&nbsp;", None)
    assert site.page_title_of("Why?", "Physics") == "Student Question : Why? | Physics | QuickTakes"
    assert site.seo_title_of("Physics") == "QuickTakes | Physics"
    assert site.description_of(" Because.\n") == "Get the full answer from QuickTakes - Because."
    key = ArticleKey("health-studies", "what-is-mdma")
    assert site.address_of(key) == "/learn/health-studies/questions/what-is-mdma"


def test_another_brand_is_used_in_every_text() -> None:
    site = Site(brand="Acme Answers")
    assert site.author == "Acme Answers"
    assert site.page_title_of("Why?", "Physics") == "Student Question : Why? | Physics | Acme Answers"
    assert site.seo_title_of("Physics") == "Acme Answers | Physics"
    assert site.description_prefix == "Get the full answer from Acme Answers - "
    own = Site(brand="Acme", seo_title="{subject} at {brand}", author="The {brand} team")
    assert (own.seo_title_of("Law"), own.author) == ("Law at Acme", "The Acme team")


def test_braces_in_a_title_are_not_placeholders() -> None:
    assert Site().page_title_of("{subject} {0}", "S") == "Student Question : {subject} {0} | S | QuickTakes"


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "quicktakes"),
        ("https://www.example.org", "www.example.org"),
        ("http://localhost:3000/", "localhost"),
    ],
)
def test_a_search_result_names_the_host_or_the_brand(origin: str | None, host: str) -> None:
    site = Site(origin=origin)
    assert site.host == host
    assert site.origin is None or not site.origin.endswith("/")


@pytest.mark.parametrize(
    "address",
    [
        "/learn/medicine/questions/what-is-mdma",
        "/learn/medicine/questions/what-is-mdma/",
        "https://site.example/learn/medicine/questions/what-is-mdma?from=mail#top",
    ],
)
def test_an_address_gives_its_key(address: str) -> None:
    assert Site().key_of_address(address) == ArticleKey("medicine", "what-is-mdma")


@pytest.mark.parametrize(
    "address", ["", "/learn/medicine", "/learn/../questions/x", "/learn/a/questions/b/c", "javascript:x"]
)
def test_an_address_of_no_article_gives_none(address: str) -> None:
    assert Site().key_of_address(address) is None


@given(addresses(), KEYS)
def test_an_address_of_any_pattern_gives_its_key(pattern: str, key: ArticleKey) -> None:
    site = Site(address=pattern, origin="https://www.example.org")
    address = site.address_of(key)
    for form in (address, address.rstrip("/"), f"{site.origin}{address}", f"{address}?from=mail#top"):
        assert site.key_of_address(form) == key


@given(addresses(), KEYS, KEYS)
def test_no_two_articles_have_one_address(pattern: str, one: ArticleKey, other: ArticleKey) -> None:
    site = Site(address=pattern)
    assert (site.address_of(one) == site.address_of(other)) == (one == other)


@given(
    st.sampled_from(
        ["{brand} | {subject}", "{subject} - {brand}", "{subject}", "All of {subject}, by {brand}"]
    ),
    st.text(alphabet="ab é|-,(C#", min_size=1).map(str.strip).filter(bool),
)
def test_an_seo_title_gives_its_subject(pattern: str, subject: str) -> None:
    site = Site(brand="Acme Answers", seo_title=pattern)
    title = site.seo_title_of(subject)
    assert site.subject_of_seo_title(title) == subject
    assert site.subject_of_seo_title(title.replace("Acme Answers |", "Acme Answers  |")) == subject


def test_an_seo_title_of_another_brand_gives_no_subject() -> None:
    assert Site(brand="Acme").subject_of_seo_title("QuickTakes | Physics") is None


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("brand", "", "at least 1 character"),
        ("brand", "{title}", "must not contain braces"),
        ("body", "by {brand}", "must not contain braces"),
        ("origin", "https://{brand}.org", "must not contain braces"),
        ("author", "  ", "at least 1 character"),
        ("author", "Ada\nGrace", "one line"),
        ("page_title", "{topic} | {title}", "{topic} is unknown; known are {brand}, {subject}, {title}"),
        ("page_title", "{subject}", "{title} is missing"),
        ("page_title", "{title} }", "contains an unpaired brace"),
        ("seo_title", "{brand}", "{subject} is missing"),
        ("seo_title", "{subject} | {subject}", "{subject} is used more than once"),
        ("description_prefix", "More on {subject} - ", "{subject} is unknown; known are {brand}"),
        ("address", "/learn/{subject}/questions", "{slug} is missing"),
        ("address", "/{subject}/{slug}/{slug}", "{slug} is used more than once"),
        ("address", "/{brand}/{subject}/{slug}", "{brand} is unknown; known are {slug}, {subject}"),
        ("address", "/learn/{subject}-{slug}", "must have a / between {subject} and {slug}"),
        ("address", "learn/{subject}/{slug}", "must be a path"),
        ("address", "//{subject}/{slug}", "must be a path"),
        ("address", "/learn?of={subject}/{slug}", "must be a path"),
        ("address", "/the learned/{subject}/{slug}", "must be a path"),
        ("address", "/people's/{subject}/{slug}", "must be a path"),
        ("origin", "www.example.org", "an http or https address"),
        ("origin", "ftp://example.org", "an http or https address"),
        ("origin", "https://example.org/learn", "without a path"),
        ("origin", "https://example.org?x", "without a path"),
        ("origin", "https://me@example.org", "an http or https address"),
        ("origin", "https://:80", "an http or https address"),
        ("origin", "https://example.org:port", "an http or https address"),
        ("body", "one\ntwo", "one line"),
    ],
)
def test_a_wrong_fact_is_an_error(key: str, value: str, reason: str) -> None:
    error = error_of(**{key: value})
    assert error.startswith(f"{key}: ")
    assert reason in error


def test_a_site_can_be_pickled_for_worker_processes() -> None:
    site = Site(brand="Acme", address="/help/{subject}/{slug}")
    assert pickle.loads(pickle.dumps(site)) == site
