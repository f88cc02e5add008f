"""The names of articles, in the form that stores look up."""

from pathlib import Path
from typing import NamedTuple

import pytest

from generator.config import Settings
from generator.errors import UsageError
from generator.workflows.site.article_names import plain_name, single_match


class Row(NamedTuple):
    """A row about an article."""

    key: str | None


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("biology/what-is-life", "biology/what-is-life"),
        ("what-is-life", "what-is-life"),
        ("what-is-life.md", "what-is-life"),
        (" biology/what-is-life.md ", "biology/what-is-life"),
        ("content/learn/biology/what-is-life.md", "biology/what-is-life"),
        ("/learn/biology/questions/what-is-life", "biology/what-is-life"),
        ("https://www.example.org/learn/biology/questions/what-is-life/?a=1", "biology/what-is-life"),
        ("", ""),
    ],
)
def test_an_article_is_named_by_address_path_key_or_slug(name, plain):
    assert plain_name(name, Settings().beneath(Path.cwd())) == plain


@pytest.mark.parametrize(
    "name", ["/backup/content/biology/cells.md", "/biology/cells.md", "old/learn/biology/cells.md"]
)
def test_a_path_of_another_folder_names_no_article(name):
    assert plain_name(name, Settings().beneath(Path.cwd())) == name


def test_a_name_of_several_is_refused_with_their_keys():
    assert single_match([], "cells", "drafts") is None
    assert single_match([Row(None)], "cells", "drafts") == Row(None)
    with pytest.raises(UsageError, match="several drafts are named 'cells': a/cells, one without an address"):
        single_match([Row("a/cells"), Row(None)], "cells", "drafts")
