"""The reference pages in docs/ are those that the code makes. ``make docs`` writes them."""

import os
from pathlib import Path

import pytest

from tests.support.command_reference import command_reference
from tests.support.settings_reference import meanings, setting_paths, settings_reference

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"commands.md": command_reference, "configuration.md": settings_reference}
# Older files have it here; it follows from site.description_prefix.
NOT_EXPLAINED = {"limits.seo.description_prefix"}


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_is_what_the_code_makes(name: str) -> None:
    page = PAGES[name]()
    if os.environ.get("GENERATOR_UPDATE_GOLDEN"):
        (DOCS / name).write_text(page, encoding="utf-8")
    assert (DOCS / name).read_text(encoding="utf-8") == page, "run make docs"


def test_every_setting_is_explained() -> None:
    assert {path for path in setting_paths() if not meanings().get(path)} == NOT_EXPLAINED
