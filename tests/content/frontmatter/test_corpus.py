"""Every file of the real site's sample is read and rendered without loss; every third (nightly: all) is patched."""

from pathlib import Path

import pytest

from generator.content import slugs
from generator.content.frontmatter import has_canonical_ending, patch, patch_related, read, render
from generator.content.site.site import Site
from generator.content.slugs import ArticleKey
from tests.support.nightly import every

pytestmark = [pytest.mark.slow, pytest.mark.corpus]

DESCRIPTION = 'It\'s new: "one line", with # signs and a {brace}.'


@pytest.fixture(scope="module")
def files(corpus_dir: Path) -> dict[Path, str]:
    return {path: path.read_bytes().decode() for path in sorted(corpus_dir.glob("*/*.md"))}


def test_every_file_reads_as_an_article_and_renders_to_itself(files: dict[Path, str]) -> None:
    for path, text in files.items():
        document = read(text)
        rendered = render(document.article())
        assert document.text == text
        assert has_canonical_ending(text, Site().body), path
        if "\ntitle: >-\n" in text:
            assert rendered == text, path
        else:
            assert read(rendered).values == document.values, path


def test_slugs_follow_the_rule_in_every_file(files: dict[Path, str]) -> None:
    for path, text in files.items():
        article = read(text).article()
        assert article.file_name == slugs.file_name(article.question) == path.name
        assert article.url == Site().address_of(article.key)
        assert Site().key_of_address(article.url) == article.key == ArticleKey(path.parent.name, path.stem)


def test_a_patch_with_the_same_values_changes_nothing(files: dict[Path, str]) -> None:
    for path, text in every(3, list(files.items())):
        document = read(text)
        assert patch(text, document.values) == text, path
        assert patch_related(text, document.article().related) == text, path


def test_a_new_description_changes_only_its_line(files: dict[Path, str]) -> None:
    for path, text in every(3, list(files.items())):
        old, new = text.split("\n"), patch(text, {"seo.page_description": DESCRIPTION}).split("\n")
        line = read(text).line("seo.page_description")
        assert new == [*old[:line], f"    {DESCRIPTION}", *old[line + 1 :]], path
