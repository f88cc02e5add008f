"""Drafts that break one rule each, with the finding that is expected."""

from collections.abc import Callable
from typing import Any

from generator.content.drafts.draft import Draft
from tests.support.made_drafts import QUESTION

Change = Callable[[Draft], Draft]


def texts(**changes: Any) -> Change:
    """Fields replaced; a value may be a function of the old one."""

    def change(draft: Draft) -> Draft:
        values = {
            name: value(getattr(draft, name)) if callable(value) else value for name, value in changes.items()
        }
        return draft.model_copy(update=values)

    return change


def point(index: int, **changes: Any) -> Change:
    """One point's parts replaced."""

    def change(draft: Draft) -> Draft:
        points = list(draft.points)
        values = {
            name: value(getattr(points[index], name)) if callable(value) else value
            for name, value in changes.items()
        }
        points[index] = points[index].model_copy(update=values)
        return draft.model_copy(update={"points": tuple(points)})

    return change


def also(text: str) -> Callable[[str], str]:
    return lambda old: f"{old} {text}"


LONG = "Water rises because leaves lose vapour and the column holds together. "


BROKEN: list[tuple[str, str, Change]] = [
    ("no-numbered-points", "points", texts(points=())),
    ("point-count", "points", texts(points=lambda points: points[:3])),
    ("answer-length", "points", texts(points=lambda points: points[:2])),
    ("introduction-missing", "introduction", texts(introduction="")),
    ("introduction-length", "introduction", texts(introduction="Plants pull it up.")),
    ("conclusion-missing", "conclusion", texts(conclusion="  ")),
    ("conclusion-length", "conclusion", texts(conclusion=LONG * 12)),
    ("point-length", "points[1].body", point(1, body="It sticks.")),
    ("heading-length", "points[2].heading", point(2, heading="")),
    ("heading-format", "points[0].heading", point(0, heading="1. Root uptake")),
    ("heading-format", "points[0].heading", point(0, heading="**Root uptake**")),
    ("heading-format", "points[0].heading", point(0, heading="Root uptake:")),
    ("heading-format", "points[0].heading", point(0, heading="Cost in $")),
    ("heading-repeats-question", "points[0].heading", point(0, heading="How do plants move water, from root to leaf")),
    ("headings-alike", "points[3].heading", point(3, heading="root  uptake")),
    ("points-alike", "points[3].body", lambda draft: point(3, body=draft.points[0].body)(draft)),
    ("sentence-repeated", "conclusion", texts(conclusion=also("Hydrogen bonds hold water molecules together, so a column of water behaves like a thread under tension."))),
    ("cut-off", "conclusion", texts(conclusion=also("The rest is used to"))),
    ("cut-off", "conclusion", texts(conclusion=also("And so on..."))),
    ("cut-off", "points[0].body", point(0, body=also("They are:"))),
    ("cut-off", "introduction", texts(introduction=also("The column is held up by"))),
    ("unclosed-markup", "points[1].body", point(1, body=also("\n\n```python\nx = 1"))),
    ("unclosed-markup", "points[1].body", point(1, body=also("This is **bold and never closed."))),
    ("introduction-not-an-answer", "introduction", texts(introduction=lambda old: f"In this article, we look at it. {old}")),
    ("introduction-not-an-answer", "introduction", texts(introduction="Here are some of the ways in which plants move their water from the root up to the leaf:")),
    ("introduction-not-an-answer", "introduction", texts(introduction=lambda old: f"This is a complex question. {old}")),
    ("refusal", "introduction", texts(introduction=also("I cannot provide more."))),
    ("assistant-talk", "conclusion", texts(conclusion=also("I hope this helps you."))),
    ("assistant-talk", "introduction", texts(introduction=lambda old: f"Certainly! {old}")),
    ("assistant-talk", "points[2].body", point(2, body=also("As an AI language model, I know little."))),
    ("assistant-talk", "conclusion", texts(conclusion=also("Please let me know if more is needed."))),
    ("talks-of-sources", "points[0].body", point(0, body=also("Based on the provided context, this holds."))),
    ("talks-of-sources", "points[0].body", point(0, body=also("The gathered information supports that."))),
    ("talks-of-sources", "points[0].body", point(0, body=also("According to passage s1, it is so."))),
    ("talks-of-sources", "conclusion", texts(conclusion=also("The sources do not mention more."))),
    ("leftover", "points[1].body", point(1, body=also("Dear {{ name }}, see below."))),
    ("leftover", "points[1].body", point(1, body=also('{"points": []}.'))),
    ("leftover", "points[1].body", point(1, body=also("It rises [s1]."))),
    ("leftover", "points[1].body", point(1, body=also('<passage id="s1">It rises.'))),
    ("leftover", "points[1].body", point(1, body=also("TODO more."))),
    ("leftover", "page_description", texts(page_description="[insert description here] Water rises in the xylem of plants by the pull of leaves.")),
    ("math-error", "points[1].body", point(1, body=also("So $\\frac{a$ holds."))),
    ("unclosed-math", "points[1].body", point(1, body=also("\n\n$$\nE = mc^2"))),
    ("lost-math-line", "points[1].body", point(1, body=also("\n\n$$ E\n= mc^2\n$$"))),
    ("chemistry-command", "points[1].body", point(1, body=also("So $\\ce{H2O}$ rises."))),
    ("raw-math-delimiter", "points[1].body", point(1, body=also("So \\(a = b\\) holds."))),
    ("money-as-math", "points[1].body", point(1, body=also("It costs $5 for one and $9 for two."))),
    ("line-break-pair", "points[1].body", point(1, body=also('\n\n```c\nprintf("Water\\n");\n```'))),
    ("line-break-pair", "points[1].body", point(1, body=also("So $a \\neq b$ holds."))),
    ("cut-command", "points[1].body", point(1, body=also("So $a \neq b$ holds."))),
    ("html", "points[1].body", point(1, body=also("Use the <details> tag."))),
    ("html", "points[1].body", point(1, body=also("H<sub>2</sub>O rises."))),
    ("link-out", "points[1].body", point(1, body=also("See https://example.org now."))),
    ("link-out", "points[1].body", point(1, body=also("See [this](example.org/page)."))),
    ("link-out", "points[1].body", point(1, body=also("![tree](tree.png)."))),
    ("heading-inside", "points[1].body", point(1, body=also("\n\n### More\n\nIt rises further still."))),
    ("forbidden-character", "points[1].heading", point(1, heading="Cohesion\u200b and adhesion")),
    ("forbidden-character", "page_keywords", texts(page_keywords=lambda old: (*old, "pit\x07s"))),
    ("mojibake", "conclusion", texts(conclusion=also("The plantâ€™s loss is small."))),
    ("other-language", "conclusion", texts(conclusion="Растения поднимают воду из корня к листьям. " * 4)),
    ("description-too-long", "page_description", texts(page_description=also(LONG))),
    ("description-too-short", "page_description", texts(page_description="Water rises in the xylem.")),
    ("description-self-reference", "page_description", texts(page_description="This content explains how leaves pull the water up the xylem and osmosis refills it.")),
    ("description-self-reference", "page_description", texts(page_description="The article explores how leaves pull the water up the xylem and osmosis refills it.")),
    ("description-repeats-title", "page_description", texts(page_description=f"{QUESTION} Leaves pull it up the xylem by their transpiration.")),
    ("description-markup", "page_description", texts(page_description="Evaporation **pulls** water up the xylem, while osmosis refills the water column.")),
    ("description-markup", "page_description", texts(page_description="Evaporation pulls water up the xylem,\nwhile osmosis in the roots refills the column.")),
    ("description-markup", "page_description", texts(page_description="Evaporation pulls $H_2O$ up the xylem, while osmosis in the roots refills it.")),
    ("description-quotes", "page_description", texts(page_description="Evaporation “pulls” water up the xylem, while osmosis in roots refills the column.")),
    ("description-incomplete", "page_description", texts(page_description="Evaporation from leaves pulls water up the xylem, while osmosis in the roots refills")),
    ("keyword-count", "page_keywords", texts(page_keywords=lambda old: old[:2])),
    ("keyword-twice", "page_keywords", texts(page_keywords=lambda old: (*old, "Xylem"))),
    ("keyword-format", "page_keywords", texts(page_keywords=lambda old: (*old, "root, leaf"))),
    ("keyword-format", "page_keywords", texts(page_keywords=lambda old: (*old, "Water rises in plants."))),
    ("keyword-format", "page_keywords", texts(page_keywords=lambda old: (*old, "one two three four five six seven"))),
    ("keyword-format", "page_keywords", texts(page_keywords=lambda old: (*old, " "))),
]  # fmt: skip


DOUBTFUL: list[tuple[str, str, Change]] = [
    ("answer-length-target", "points", lambda draft: point(2, body="It evaporates from the leaf and pulls the next molecule up behind itself.")(texts(points=lambda points: points[:4])(draft))),
    ("filler", "introduction", texts(introduction=also("It is important to note that water is heavy."))),
    ("filler", "conclusion", texts(conclusion=also("In today's world, water plays a crucial role."))),
    ("description-target", "page_description", texts(page_description="Evaporation from leaves pulls water up, and osmosis refills the column.")),
    ("description-cut", "page_description", texts(page_description="Evaporation from leaves pulls water up the xylem, while osmosis in the roots refills the whole column of water there.")),
    ("description-call", "page_description", texts(page_description="Learn how evaporation from leaves pulls water up the xylem while osmosis refills the column.")),
    ("off-topic", "introduction", texts(introduction="Magnets attract iron because the spins of its electrons line up in a field, so that each grain becomes a small magnet with its poles turned towards the larger one that is held near it.")),
    ("one-country", "introduction", lambda draft: texts(introduction=lambda old: f"In Canada, this holds as well. {old}", conclusion=also("The Canadian winter stops it."), points=tuple(each.model_copy(update={"body": f"{each.body} Canadian maples show it."}) for each in draft.points))(draft)),
    ("house-term", "points[1].body", point(1, body=also("Plants utilize it."))),
    ("keyword-variants", "page_keywords", texts(page_keywords=lambda old: (*old, "guard cell"))),
]  # fmt: skip
