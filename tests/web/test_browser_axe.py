"""Every page of the review page in every state: no finding of axe, no sideways scrolling, targets of 24 pixels."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.browsing import shot
from tests.support.page_states import STATES, open_state, server_of_states

pytestmark = [pytest.mark.browser, pytest.mark.port]

_AXE = Axe()
_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """These tests only look."""
    made = server_of_states(tmp_path_factory.mktemp("axe"))
    yield made
    made.close()


def violations(page) -> list[str]:
    found = _AXE.run(page, options=_OPTIONS).response["violations"]
    return [
        f"{item['id']}: {node['html'][:150]} {node.get('failureSummary', '')[:300]}"
        for item in found
        for node in item["nodes"]
    ]


@pytest.fixture
def complaints_of_refusals(open_page):
    """Of the states, one page is missing, one save is stale, and one link is wrong."""
    yield
    refused = ("401", "404", "409")
    open_page.complaints[:] = [
        line for line in open_page.complaints if not any(status in line for status in refused)
    ]


@pytest.mark.usefixtures("complaints_of_refusals")
@pytest.mark.parametrize("look", ["light", "dark", "narrow"])
def test_axe_has_no_finding(served, open_page, look):
    width, height = (320, 640) if look == "narrow" else (1360, 900)
    page = open_page(served, width=width, height=height, dark=look == "dark")
    page.on("dialog", lambda dialog: dialog.accept())
    found = {}
    for state in STATES:
        open_state(page, served, state)
        shot(page, f"{look}-{state.name.replace(',', '').replace(' ', '-')}", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, state.name
        # A bar that stays in view covers a part of what is scrolled below it.
        page.evaluate("scrollTo(0, 0)")
        if lines := violations(page):
            found[state.name] = lines
    assert found == {}
