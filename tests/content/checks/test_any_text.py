"""Every text that a model returns can be checked: no text makes a check raise."""

from hypothesis import given
from hypothesis import strategies as st

from generator.content.checks import check_draft
from generator.content.drafts.draft import Point
from generator.content.findings import Finding
from tests.support.made_drafts import healthy_context, healthy_draft

ANY = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                "$",
                "$$",
                "\n",
                "\n\n",
                "`",
                "```",
                "**",
                "1. ",
                "- ",
                "# ",
                "|",
                "\\(",
                "\\)",
                "\\n",
                "<br>",
                "{{",
                "[s1]",
            ]
            + [
                "word",
                " ",
                "I cannot answer",
                ".",
                ":",
                "…",
                "“",
                "~~~",
                "\\neq",
                "(",
                ")",
                "](",
                "https://a.b",
                "\u200b",
            ]
        ),
        max_size=12,
    ).map("".join),
)


@given(ANY, ANY, ANY, ANY, ANY, st.lists(ANY, max_size=4))
def test_every_draft_can_be_checked(
    introduction: str, heading: str, body: str, conclusion: str, description: str, keywords: list[str]
) -> None:
    draft = healthy_draft().model_copy(
        update={
            "introduction": introduction,
            "points": (Point(heading=heading, body=body), Point(heading=body, body=heading)),
            "conclusion": conclusion,
            "page_description": description,
            "page_keywords": tuple(keywords),
        }
    )
    names = {"introduction", "points", "conclusion", "page_description", "page_keywords", "subject", ""}
    for finding in check_draft(draft, healthy_context()):
        assert isinstance(finding, Finding)
        assert finding.message
        assert finding.field in names or finding.field.startswith("points[")
