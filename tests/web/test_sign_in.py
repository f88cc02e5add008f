"""Links and sign-ins: they outlive the server, are stored as hashes, and are useless at any other server."""

from dataclasses import replace

import pytest

from generator.content.review.reviewers import Reviewer
from generator.web.access import Access, new_token
from generator.web.serving.own_hosts import own_hosts
from generator.web.serving.security_headers import HEADERS
from tests.support.drafts import with_drafts
from tests.support.visits import BASE, PORT, TOKENS, Visit

BROWSER = {"Sec-Fetch-Dest": "document", "Accept": "text/html"}
SCRIPT = {"Sec-Fetch-Dest": "empty", "Accept": "*/*"}


def restarted(visit, **changes):
    """Another server over the same ledger, without signing anybody in."""
    other = Visit(visit.services, lambda: None)
    other.access = replace(visit.access, **changes)
    other.app.user_middleware[0].kwargs["access"] = other.access
    return other


async def test_a_link_and_a_cookie_survive_a_restart(visiting):
    visit = visiting()
    again = restarted(visit)
    assert (await again.get("/")).status_code == 200
    answer = await again.get("/?token=token-of-ada", token=None)
    assert answer.status_code == 303
    assert visit.access.cookie_value("token-of-ada") in answer.headers["set-cookie"]


async def test_new_links_end_the_earlier_ones_on_a_server_that_runs(visiting):
    visit = visiting()
    visit.services.review_links.end_all()
    assert (await visit.get("/")).status_code == 401
    assert (await visit.get("/?token=token-of-ada", token=None)).status_code == 401


async def test_a_link_of_somebody_who_is_no_reviewer_of_this_server_is_refused(visiting):
    other = restarted(visiting(), reviewers=(Reviewer("Grace"),))
    assert (await other.get("/")).status_code == 401
    assert (await other.get("/?token=token-of-ada", token=None)).status_code == 401
    assert (await other.get("/", token="token-of-grace")).status_code == 200


def test_the_ledger_has_neither_tokens_nor_cookies(visiting):
    visit = visiting()
    stored = "\n".join(visit.services.database.connection.iterdump())
    assert "review_link" in stored
    for token in TOKENS:
        assert token not in stored and visit.access.cookie_value(token) not in stored


async def test_the_cookie_of_one_port_is_useless_at_another_and_gives_no_link(visiting):
    visit = visiting()
    stolen = visit.access.cookie_value("token-of-ada")
    elsewhere = replace(visit.access, port=PORT + 1)
    assert visit.access.reviewer(stolen) == Reviewer("Ada")
    assert elsewhere.reviewer(stolen) is None
    assert elsewhere.sign_in(stolen, now=visit.services.now()) is None
    assert elsewhere.cookie_value("token-of-ada") != stolen


def test_a_cookie_is_useless_at_another_ledger(visiting, tmp_path_factory):
    stolen = visiting().access.cookie_value("token-of-ada")
    services = with_drafts(tmp_path_factory.mktemp("other"))
    try:
        assert Access("127.0.0.1", PORT, (Reviewer("Ada"),), services.review_links).reviewer(stolen) is None
    finally:
        services.close()


def test_a_link_for_the_browser_of_this_machine_signs_in_once(visiting):
    access = visiting().access
    token = new_token()
    access.once[token] = "Ada"
    value = access.sign_in(token, now="2026-01-31")
    assert value is not None and access.reviewer(value) == Reviewer("Ada")
    assert access.sign_in(token, now="2026-01-31") is None
    assert token not in repr(access) and len(token) >= 32


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {}, 401),
        ("/?token=wrong", {}, 401),
        ("/", {"Host": "evil.example"}, 421),
        (f"/{'x' * 3000}", {}, 414),
        ("/nowhere", {"signed in": "yes"}, 404),
        ("/drafts/999", {"signed in": "yes"}, 404),
    ],
)
async def test_an_error_is_a_page_for_a_browser_and_json_for_a_script(visiting, path, headers, status):
    visit = visiting()
    headers = dict(headers)
    token = "token-of-ada" if headers.pop("signed in", None) else None
    page = await visit.get(path, token=token, **headers, **BROWSER)
    assert page.status_code == status and page.headers["content-type"].startswith("text/html")
    assert "<h1" in page.text and "<!doctype html>" in page.text
    answer = await visit.get(path, token=token, **headers, **SCRIPT)
    assert answer.status_code == status and answer.json()["error"]
    for response in (page, answer):
        assert {name: response.headers[name] for name in HEADERS} == HEADERS


async def test_who_is_not_signed_in_reads_what_to_do(visiting):
    page = (await visiting().get("/", token=None, **BROWSER)).text
    assert "You are not signed in" in page and "generator review --link" in page


async def test_an_unexpected_error_is_a_page_with_all_headers(visiting, monkeypatch):
    visit = visiting()
    monkeypatch.setattr(type(visit.services.draft_queue), "counts", lambda *_: 1 // 0)
    for headers in (BROWSER, SCRIPT):
        answer = await visit.get("/", **headers)
        assert answer.status_code == 500 and "ZeroDivision" not in answer.text
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_a_server_for_all_interfaces_has_the_names_and_addresses_of_its_machine(visiting):
    hosts = own_hosts(
        "0.0.0.0", names=lambda: ("desk", "desk.office.example"), addresses=lambda: ("10.0.0.5", "fd00::5")
    )
    assert hosts == ("desk.office.example", "desk", "10.0.0.5", "127.0.0.1")
    access = replace(visiting().access, host="0.0.0.0", hosts=hosts)
    for own in ("desk", "DESK.office.example", "10.0.0.5", "localhost", "127.0.0.1", "[fd00::5]"):
        assert access.is_own_host(f"{own}:{PORT}"), own
    for other in ("evil.example", "desk.evil.example", "office.example", "xdesk"):
        assert not access.is_own_host(f"{other}:{PORT}"), other
    assert access.links_of("t")[0] == f"http://desk.office.example:{PORT}/?token=t"
    assert access.link("t") == f"http://127.0.0.1:{PORT}/?token=t"


async def test_a_proxy_needs_its_name_allowed(visiting):
    visit = restarted(visiting(), other_hosts=frozenset({"review.example"}))
    for host, origin in (
        ("review.example", "https://review.example"),
        ("review.example:8443", "https://review.example:8443"),
    ):
        answer = await visit.post("/drafts/1/approve", visit.seen(), headers={"Host": host, "Origin": origin})
        assert answer.status_code in (200, 409), answer.text
    for host in (
        "evil.example",
        "review.example.evil.example",
        "x.review.example",
        "review.example@evil.example:1",
    ):
        assert (await visit.get("/", Host=host)).status_code == 421, host
    for origin in ("https://evil.example", BASE, "null", "https://review.example.evil.example"):
        headers = {"Host": "review.example", "Origin": origin}
        assert (await visit.post("/undo", headers=headers)).status_code == 403, origin
