"""Access: without a token nothing can be read, and no other page can make this server write."""

import re
from dataclasses import replace

import httpx2
import pytest

from generator.web.serving.own_hosts import is_loopback
from generator.web.serving.request_body import MAX_BODY_BYTES
from generator.web.serving.security_headers import HEADERS
from generator.web.templating import static_address, static_version
from tests.support.visits import BASE, PORT

ID = "1"


def addresses(app, method):
    return sorted(
        route.path.replace("{id:int}", ID)
        .replace("{subject}", "a")
        .replace("{slug}", "b")
        .replace("{version}", static_version())
        .replace("{name}", "review.css")
        for route in app.routes
        if method in route.methods
    )


async def test_without_a_cookie_nothing_is_shown(visiting):
    visit = visiting()
    for path in addresses(visit.app, "GET"):
        for token in (None, "wrong", ""):
            answer = await visit.get(path, token=token)
            assert answer.status_code == 401, path
            assert "enzyme" not in answer.text


async def test_without_a_cookie_nothing_is_done(visiting):
    visit = visiting()
    for path in addresses(visit.app, "POST"):
        assert (await visit.post(path, visit.seen(), token=None)).status_code == 401, path
    assert visit.row().state == "drafted"


async def test_the_link_gives_a_cookie_and_disappears_from_the_address(visiting):
    visit = visiting()
    answer = await visit.get("/?token=token-of-ada&state=fix", token=None)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?state=fix")
    cookie = answer.headers["set-cookie"].lower()
    assert f"generator_review_{PORT}={visit.access.cookie_value('token-of-ada')}" in cookie
    assert "token-of-ada" not in cookie
    assert "httponly" in cookie and "samesite=strict" in cookie


async def test_a_link_from_another_site_loads_one_more_page_so_that_the_cookie_is_sent(visiting):
    visit = visiting()
    answer = await visit.get("/?token=token-of-ada", token=None, **{"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.headers["refresh"]) == (200, "0;url=/")


@pytest.mark.parametrize("site", ["none", "cross-site"])
@pytest.mark.parametrize("path", ["/drafts/x/%E2%80%A6", "/%F0%9F%98%80%3Fstate", "/100%2525", "/a%3Bb"])
async def test_a_link_to_any_path_leads_to_that_path(visiting, path, site):
    answer = await visiting().get(f"{path}?token=token-of-ada", token=None, **{"Sec-Fetch-Site": site})
    assert answer.headers.get("location", answer.headers.get("refresh", "").removeprefix("0;url=")) == path


async def test_a_wrong_link_gives_no_cookie(visiting):
    visit = visiting()
    for token in ("", "wrong", "Ada", "token-of-ad", "t\u00f6ken"):
        answer = await visit.get(f"/?token={token}", token=None)
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers


async def test_the_link_never_leads_to_another_host(visiting):
    visit = visiting()
    for path in ("//evil.example/", "/%5Cevil.example/", "///evil.example"):
        answer = await visit.client.get(
            httpx2.URL(BASE).copy_with(raw_path=f"{path}?token=token-of-ada".encode())
        )
        assert answer.headers.get("location", "/")[:2] not in ("//", "/\\")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        "127.0.0.1",
        "127.0.0.1:1",
        f"10.0.0.7:{PORT}",
        f"localhost.evil.example:{PORT}",
        "",
    ],
)
async def test_another_host_name_is_refused(visiting, host):
    visit = visiting()
    answer = await visit.get("/", Host=host)
    assert answer.status_code == 421
    assert "enzyme" not in answer.text
    assert (await visit.post("/undo", headers={"Host": host})).status_code == 421


@pytest.mark.parametrize(
    "host", [f"localhost:{PORT}", f"127.0.0.1:{PORT}", f"[::1]:{PORT}", f"LOCALHOST:{PORT}"]
)
async def test_every_name_of_this_machine_is_accepted(visiting, host):
    assert (await visiting().get("/", Host=host)).status_code == 200


def test_a_server_for_the_network_accepts_its_addresses_and_its_own_name(visiting):
    access = replace(visiting().access, host="review.local", port=80)
    assert access.is_own_host("review.local:80") and access.is_own_host("192.168.1.5:80")
    assert not access.is_own_host("evil.example:80")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://localhost:{PORT + 1}"},
        {"Origin": f"https://127.0.0.1:{PORT}"},
        {"Origin": None},
        {"Origin": None, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_no_other_page_can_write(visiting, headers):
    visit = visiting()
    for path in addresses(visit.app, "POST"):
        assert (await visit.post(path, visit.seen(), headers=headers)).status_code == 403, path
    assert visit.row().state == "drafted"


async def test_a_browser_that_sends_no_origin_says_where_a_request_comes_from(visiting):
    visit = visiting()
    headers = {"Origin": None, "Sec-Fetch-Site": "same-origin"}
    assert (await visit.post(f"/drafts/{ID}/approve", visit.seen(), headers=headers)).status_code == 200


async def test_only_json_is_accepted(visiting):
    visit = visiting()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = await visit.post("/undo", headers={"Content-Type": kind}, json=None, content=b"{}")
        assert answer.status_code == 415
    for body in (b"", b"{", b"[]", b"1", b"[" * 100_000):
        headers = {"Content-Type": "application/json"}
        answer = await visit.post(f"/drafts/{ID}/approve", headers=headers, json=None, content=body)
        assert answer.status_code == 422


async def test_a_large_body_is_refused_whatever_its_header_says(visiting):
    visit = visiting()
    body = {"reason": "x" * MAX_BODY_BYTES}
    assert (await visit.post(f"/drafts/{ID}/reject", visit.seen(**body))).status_code == 413

    async def stream():
        for _ in range(MAX_BODY_BYTES // 50_000 + 2):
            yield b"x" * 50_000

    headers = {"Content-Type": "application/json"}
    answer = await visit.post(f"/drafts/{ID}/reject", headers=headers, json=None, content=stream())
    assert answer.status_code == 413
    assert visit.row().state == "drafted"


async def test_reading_never_writes(visiting):
    visit = visiting()
    for path in addresses(visit.app, "POST"):
        answer = await visit.get(path)
        assert answer.status_code in (404, 405) or path == "/publish", path
    before = "\n".join(visit.services.database.connection.iterdump())
    for path in addresses(visit.app, "GET"):
        await visit.get(path)
    assert "\n".join(visit.services.database.connection.iterdump()) == before


async def test_other_methods_are_refused(visiting):
    visit = visiting()
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        answer = await visit.client.request(method, "/drafts/1/approve", headers={"Origin": BASE})
        assert answer.status_code == 405


async def test_read_only_refuses_every_write_and_shows_no_control(visiting):
    visit = visiting(read_only=True)
    for path in addresses(visit.app, "POST"):
        assert (await visit.post(path, visit.seen())).status_code == 403, path
    page = (await visit.get(f"/drafts/{ID}")).text
    assert "How do enzymes" in page
    for control in ("Approve", "Reject", "/edit", "data-url"):
        assert control not in page
    assert (await visit.get(f"/drafts/{ID}/edit")).status_code == 404
    assert (await visit.get("/publish")).status_code == 404


async def test_no_path_is_made_from_an_address(visiting):
    visit = visiting()
    for path in (
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/templates/base.html",
        "/drafts/..%2f..%2fetc/passwd",
        "/drafts/biology/..%2f..%2fx",
        "/drafts/99999999999999999999999",
        "/drafts/99999999999999999999999/edit",
        "/drafts/0",
        "/drafts/-1",
    ):
        assert (await visit.get(path)).status_code == 404, path


async def test_every_response_has_the_security_headers(visiting):
    visit = visiting()
    answers = [
        await visit.get(path)
        for path in ("/", "/drafts/1", "/nowhere", static_address("review.js"), "/status.json")
    ]
    answers += [await visit.get("/", token=None), await visit.post("/undo", headers={"Origin": "null"})]
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy


async def test_no_page_has_an_inline_script_or_style_or_another_host(visiting):
    visit = visiting()
    for path in addresses(visit.app, "GET"):
        page = (await visit.get(path)).text
        if not page.startswith("<!doctype"):
            continue
        assert "<script>" not in page and "<style" not in page and " style=" not in page
        assert " onclick" not in page
        assert "https://" not in page and "http://" not in page


def test_addresses_that_other_machines_reach_are_recognised():
    assert is_loopback("127.0.0.1") and is_loopback("localhost") and is_loopback("::1")
    assert not is_loopback("0.0.0.0") and not is_loopback("192.168.1.2") and not is_loopback("review.local")


async def test_the_scripts_that_import_each_other_have_addresses_that_change_with_them(visiting):
    visit = visiting()
    imported = re.findall(
        r'from "\./(\w+\.js)"|import "\./(\w+\.js)"', (await visit.get(static_address("review.js"))).text
    )
    names = {name for pair in imported for name in pair if name}
    assert len(names) >= 8
    for name in names:
        answer = await visit.get(static_address(name))
        assert answer.status_code == 200 and "javascript" in answer.headers["content-type"], name
        assert "immutable" in answer.headers["cache-control"]
        assert (await visit.get(f"/static/000000000000/{name}")).status_code == 404
