"""A healthy draft that the tests of the rules break in one place each."""

from generator.content.checks import CheckContext
from generator.content.drafts.draft import Draft, Point
from generator.content.house import House
from generator.content.site.subjects import Subject, SubjectList

QUESTION = "How do plants move water from root to leaf?"
SUBJECT = "Biology"

_BODIES = {
    "Root uptake": "Root hairs take up mineral ions with the help of carrier proteins, which lowers the water"
    " potential inside the cell. Water follows by osmosis and crosses the cortex towards the xylem, both through"
    " cells and along their walls, until the waxy strip of the endodermis forces it through a membrane.",
    "Cohesion and adhesion": "Hydrogen bonds hold water molecules together, so a column of water behaves like a"
    " thread under tension. Adhesion to the vessel walls keeps that thread from tearing away from its sides, even"
    " in a tree of 100 metres.",
    "Transpiration pull": "Water evaporates from the moist walls inside the leaf and leaves through the stomata."
    " Each molecule that escapes draws the next one up behind it, which puts the whole column under a tension of"
    " up to $-2$ megapascals on a dry afternoon.",
    "Control by stomata": "Guard cells swell and open the pore when they gain potassium ions, and close it when"
    " abscisic acid tells them that the soil is drying out:\n\n- open in light and moist air\n- closed at night and"
    " in drought",
    "Limits of the column": "When tension grows too strong, air is drawn into a vessel and the thread breaks."
    " Pits between neighbouring vessels let water flow around the gap, and many species refill the damaged vessel"
    " at night by pressure from the root.",
}


def healthy_draft() -> Draft:
    """A draft without any finding, given :func:`healthy_context`."""
    return Draft(
        introduction="Plants move water from root to leaf mainly by the pull of evaporation: as leaves lose vapour,"
        " tension draws a continuous column of water up through the xylem, and osmosis in the roots keeps"
        " refilling it from the soil below.",
        points=tuple(Point(heading=heading, body=body) for heading, body in _BODIES.items()),
        conclusion="The plant spends almost no energy of its own on this transport, because sunlight does the work"
        " of evaporation. The price is a constant loss of water, which is why the opening of the stomata is always"
        " a bargain between gaining carbon dioxide and drying out.",
        page_description="Evaporation from leaves pulls water up the xylem, while osmosis in the roots refills the column.",
        page_keywords=(
            "xylem",
            "transpiration",
            "cohesion",
            "adhesion",
            "root pressure",
            "stomata",
            "guard cells",
            "water potential",
            "osmosis",
        ),
    )


def healthy_context() -> CheckContext:
    """The context of :func:`healthy_draft`."""
    return CheckContext(
        question=QUESTION,
        subjects=SubjectList((Subject(name=SUBJECT), Subject(name="Physics"))),
        subject=SUBJECT,
        house=House.model_validate({"terms": {"utilize": {"preferred": "use", "reason": "shorter"}}}),
    )
