"""A rendered file has the site's form byte for byte, and every reader reads it back equal."""

import datetime
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.content.article import Article, RelatedArticle, Seo
from generator.content.frontmatter import read, render, scalars
from generator.content.site.site import Site
from generator.content.text import one_line
from generator.errors import FrontMatterError
from tests.support.made_articles import ALONE, GOLDEN, PENDULUM
from tests.support.nightly import examples

SEED = Path(__file__).resolve().parents[4] / "shared" / "seed-article.md"

LINES = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="ab: #-?'\"\\n[]{},&*!|>%@`~=<.0159e_+\xa0\u200bé漢😀", max_size=30),
    st.sampled_from(
        ["", "No", "null", "~", "1e3", "0o7", "1_000", "12:30:45", "2024-12-03", ".inf", "=", "<<", "- a",
         "a: b", "a #b", "#", "---", "...", "? a", "y", "0x1F", "-1", "+.5", "%TAG", "{", "a:", "1:30", "0b1"]
    ),
).map(one_line)  # fmt: skip
ARTICLES = st.builds(
    Article,
    id=st.integers(0, 10**9),
    date=st.dates(min_value=datetime.date(1970, 1, 1)),
    title=LINES,
    seo=st.builds(Seo, title=LINES, page_description=LINES, page_keywords=LINES),
    question=LINES,
    answer=LINES,
    subject=LINES,
    file_name=LINES,
    url=LINES,
    no_index=st.booleans(),
    score=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    related=st.lists(
        st.builds(RelatedArticle, id=st.integers(0, 10**9), title=LINES, subject=LINES, url=LINES), max_size=5
    ).map(tuple),
    author=LINES,
    body=LINES,
)


@pytest.mark.parametrize(("article", "name"), [(PENDULUM, "related.md"), (ALONE, "alone.md")])
def test_a_rendered_article_is_the_golden_file(article: Article, name: str) -> None:
    assert render(article).encode() == (GOLDEN / name).read_bytes()


def test_the_seed_article_is_rebuilt_from_its_fields() -> None:
    if not SEED.is_file():
        pytest.skip("the seed article is not available")
    seed = SEED.read_bytes()
    fields = yaml.safe_load(seed.decode().split("---\n")[1])
    article = Article.compose(
        site=Site(),
        id=fields["id"],
        date=fields["date"],
        question=fields["question"],
        subject=fields["subject"],
        answer=fields["answer"],
        description=fields["seo"]["page_description"],
        keywords=fields["seo"]["page_keywords"].split(", "),
        related=[RelatedArticle(**fields[f"related_article{number}"]) for number in (1, 2, 3)],
    )
    assert render(article).encode() == seed


def test_a_file_without_score_and_related_articles_has_no_empty_line_before_its_fence() -> None:
    text = render(ALONE.model_copy(update={"score": None}))
    assert text.endswith("what-sets-the-period-of-a-pendulum\n---\n\n&nbsp;")


@settings(max_examples=examples())
@given(ARTICLES)
def test_a_rendered_article_is_read_back_equal(article: Article) -> None:
    assert read(render(article)).article() == article


@settings(max_examples=examples())
@given(ARTICLES)
def test_both_loaders_of_pyyaml_read_the_same_values(article: Article) -> None:
    source = render(article).split("\n---\n")[0]
    python = yaml.load(source, Loader=yaml.SafeLoader)
    assert_equal(python, article)
    if yaml.__with_libyaml__:
        assert yaml.load(source, Loader=yaml.CSafeLoader) == python


@pytest.mark.parametrize(
    "text",
    ["two\nlines", " leading", "\tleading", "nul\0", "del\x7f", "c1\x9b", "nel\x85", "ls\u2028", "\ud800", "\uffff"],
)  # fmt: skip
@pytest.mark.parametrize("field", ["question", "subject"])
def test_a_text_that_cannot_be_written_on_one_line_is_an_error_with_the_field(field: str, text: str) -> None:
    article = PENDULUM.model_copy(update={field: text})
    if field == "subject" and text.endswith("leading"):
        assert read(render(article)).article() == article  # quoted
        return
    with pytest.raises(FrontMatterError, match=field):
        render(article)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Law", "Law"),
        ("No", "'No'"),
        ("1e3", "'1e3'"),
        ("Law: Civil", "'Law: Civil'"),
        ("C #1", "'C #1'"),
        ("C#", "C#"),
        ("", "''"),
        ("it's", "it's"),
        ("'t", "'''t'"),
        ("3d-printing.md", "3d-printing.md"),
        ("QuickTakes | Law", "QuickTakes | Law"),
        ("2024-12-03", "'2024-12-03'"),
        ("-x", "-x"),
        ("- x", "'- x'"),
    ],
)
def test_plain_scalars_are_quoted_only_where_needed(text: str, written: str) -> None:
    rendered = render(PENDULUM.model_copy(update={"subject": text}))
    assert f"\nsubject: {written}\n" in rendered


@pytest.mark.parametrize(
    ("score", "written"),
    [(-1.0, "-1.0"), (0.85, "0.85"), (7.0, "7.0"), (1e-7, "0.0000001"), (1e22, "1" + "0" * 22 + ".0")],
)
def test_a_score_has_a_decimal_point_and_no_exponent(score: float, written: str) -> None:
    assert scalars.number(score) == written


def js_yaml() -> list[Path]:
    """The js-yaml packages beside the site's renderer: version 3, and 4 where it is installed too."""
    root = Path(os.environ.get("ORACLE_DEPS", Path.home() / ".cache" / "article-oracle"))
    modules = root if root.name == "node_modules" else root / "node_modules"
    found = (
        sorted(path.parent for path in modules.glob("**/js-yaml/package.json")) if modules.is_dir() else []
    )
    if not found or shutil.which("node") is None:
        pytest.skip("node or js-yaml is not installed (set ORACLE_DEPS)")
    return found


@pytest.mark.site
def test_js_yaml_reads_the_same_values(tmp_path: Path) -> None:
    collected: list[Article] = []

    @settings(deadline=None, max_examples=300, database=None)
    @given(ARTICLES)
    def collect(article: Article) -> None:
        collected.append(article)

    collect()
    sources = [render(article).split("\n---\n")[0] for article in collected]
    (tmp_path / "sources.json").write_text(json.dumps(sources), encoding="utf-8")
    script = (
        "const [lib, file] = process.argv.slice(1); const yaml = require(lib);"
        "const texts = JSON.parse(require('fs').readFileSync(file, 'utf8'));"
        "console.log(JSON.stringify(texts.map(text => yaml.load(text))));"
    )
    for package in js_yaml():
        command = ["node", "-e", script, str(package), str(tmp_path / "sources.json")]
        done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
        for values, article in zip(json.loads(done.stdout), collected, strict=True):
            values["date"] = datetime.date.fromisoformat(values["date"][:10])
            if "score" in values:
                values["score"] = float(values["score"])  # JSON has one kind of number
            assert_equal(values, article)


def assert_equal(values: dict[str, object], article: Article) -> None:
    """Asserts that the typed values of a reader are those of the article."""
    expected = article.model_dump()
    related = expected.pop("related")
    del expected["body"]
    for number, link in enumerate(related, start=1):
        expected[f"related_article{number}"] = link
    if not expected["no_index"]:
        del expected["no_index"]
    if expected["score"] is None:
        del expected["score"]
    constants = {
        "_schema": "default",
        "article_title": article.title,
        "date_format": "MMM DD, YYYY",
        "post_on_text": "Posted on",
    }
    assert values == expected | constants


LOADERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]


@pytest.mark.parametrize("loader", LOADERS)
@given(text=st.from_regex(re.compile(r"[A-Za-z/](?:[\w /|.-]*[\w/.])?", re.ASCII), fullmatch=True))
def test_plain_words_are_written_plain_and_read_unchanged(loader: type[yaml.SafeLoader], text: str) -> None:
    typed = text.lower() in {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
    assert scalars.plain(text) == scalars.plain(text, flow=True) == (None if typed else text)
    if not typed:
        source = f"key: {text}\nlist: [{text}, {text}]\n"
        assert yaml.load(source, Loader=loader) == {"key": text, "list": [text, text]}


@pytest.mark.parametrize("loader", LOADERS)
@given(char=st.characters(categories=None, exclude_categories=()))
def test_a_readable_character_is_read_unchanged(loader: type[yaml.SafeLoader], char: str) -> None:
    text = f"a{char}b"
    if scalars.unreadable(text) is None:
        assert yaml.load(f"key: {scalars.single_quoted(text)}\n", Loader=loader) == {"key": text}
