"""Titles of sections are recognised in documents without Markdown headings."""

import pytest

from generator.content.markdown.sections import sections_of

TEXT = "The nurse reads the scale aloud and waits for an answer."


@pytest.mark.parametrize(
    ("document", "headings"),
    [
        (f"# Guide\n\n## Scale\n\n{TEXT}", ["Scale"]),
        (f"# Guide\n\n{TEXT}\n\n## Scale\n\n### Use\n\n{TEXT}", ["Guide", "Scale › Use"]),
        (f"# One\n\n## Scale\n\n{TEXT}\n\n# Two\n\n{TEXT}", ["One › Scale", "Two"]),
        (f"Scale\n=====\n\n{TEXT}\n\nUse\n---\n\n{TEXT}", ["Scale", "Scale › Use"]),
        (f"**Scale**\n\n{TEXT}", ["Scale"]),
        (f"**Scale**\n{TEXT}", ["Scale"]),
        (f"**Scale.** {TEXT}\n\n{TEXT}", ["Scale", "Scale"]),
        (f"**Scale**: {TEXT}", ["Scale"]),
        (f"**Note:** {TEXT}\n\n{TEXT}", ["Note", ""]),
        (f"**The scale** is read aloud. {TEXT}", [""]),
        (f"1. Scales\n\n1.1 Use of scales\n\n{TEXT}\n\n2. Charts\n\n{TEXT}", ["Scales › Use of scales", "Charts"]),
        (f"§ 14 Duty to examine\n\n{TEXT}", ["Duty to examine"]),
        (f"PAIN SCALES\n\nNumerical scale\n\n{TEXT}", ["PAIN SCALES › Numerical scale"]),
        (f"PAIN SCALES\n{TEXT}", ["PAIN SCALES"]),
        (f"Use:\n\n{TEXT}", ["Use"]),
        (f"Use:\n\n- one\n- two\n\n{TEXT}", ["Use", "Use", "Use"]),
        ("1. Apples\n2. Pears\n3. Plums\n\nThe fruit is washed before it is eaten.", ["", "", "", ""]),
        ("- Apples\n- Pears", ["", ""]),
        (f"A short line.\n\n{TEXT}", [""] * 2),
        ("A line of its own", [""]),
        (f"{TEXT}\nNext line", [""]),
    ],
)  # fmt: skip
def test_the_headings_of_a_document(document: str, headings: list[str]) -> None:
    assert [section.heading for section in sections_of(document)] == headings
