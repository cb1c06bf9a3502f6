"""Every page: who sees it, who does not, and that nothing in it runs that is not ours."""

import re
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from entrypoints.http.console import ROUTERS, navigation
from tests.clock import FakeClock
from tests.unit.console.hall import Hall

OWN = ["/console", "/console/account", "/console/new-organization", "/console/prove",
       "/console/account/second-factor", "/console/account/second-factor/code"]  # fmt: skip
TENANT = [
    "", "/change", "/members", "/invitations", "/roles", "/roles/owner", "/subscription",
    "/entitlements", "/files", "/files?q=a&status=available&bucket=letters", "/files/{file}",
    "/events", "/events?name=order.placed", "/events/{event}", "/meters", "/meters/orders",
    "/dashboards", "/dashboards/{dashboard}",
    "/flags", "/collections", "/settings", "/webhooks", "/webhooks/new", "/webhooks/{endpoint}",
    "/audit", "/audit?action=member.invited&since=2026-01-01T00:00&until=2027-01-01T00:00Z",
    "/delete", "/leave", "/files/{file}/delete", "/buckets/letters/delete", "/meters/orders/delete",
    "/invitations/{invitation}/revoke", "/webhooks/{endpoint}/secret",
    "/webhooks/{endpoint}/delete", "/members/{member}/remove", "/subscription/cancel",
]  # fmt: skip
DRAWN = ["/events/chart.svg", "/events/chart.svg?event=order.placed", "/meters/orders/chart.svg",
         "/reports/{report}/chart.svg"]  # fmt: skip
PLANE = [
    "/users", "/users?email=a", "/users/new", "/users/{user}", "/users/{user}/suspend",
    "/users/{user}/sessions/revoke", "/users/{user}/second-factor/reset", "/users/{user}/delete",
    "/organizations", "/organizations/new", "/organizations/{organization}",
    "/organizations/{organization}/delete", "/plans", "/payments", "/payments?status=dead",
    "/jobs", "/jobs?status=failed", "/jobs/17/cancel", "/settings", "/switches", "/audit",
]  # fmt: skip


async def test_a_member_who_may_sees_every_page_of_the_organization(hall: Hall) -> None:
    ada = await hall.user()
    there = await hall.founded(ada, name="<b>Engines</b>")
    member = await hall.joined(there, "member")
    await hall.sell()
    names = await hall.furnish(await hall.actor(ada, there))
    browser = await hall.at_console(ada)

    for path in [*OWN, *(f"/console/organizations/{there.id}{tail}" for tail in TENANT)]:
        page = await browser.get(path.format(member=member.id, **names))
        assert "<script>alert" not in page.text
        assert "<b>Engines" not in page.text


@pytest.mark.parametrize("path", DRAWN)
async def test_charts_are_pictures_in_which_nothing_runs(path: str, hall: Hall) -> None:
    ada = await hall.user()
    there = await hall.founded(ada)
    names = await hall.furnish(await hall.actor(ada, there))
    browser = await hall.at_console(ada)

    answer = await browser.http.get(f"/console/organizations/{there.id}{path}".format(**names))

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert b"<script" not in answer.content


async def test_a_dashboard_is_counted_once_a_minute_or_when_one_says_so(hall: Hall) -> None:
    ada = await hall.user()
    there = await hall.founded(ada)
    names = await hall.furnish(await hall.actor(ada, there))
    browser = await hall.at_console(ada)
    base = f"/console/organizations/{there.id}"
    path, began = f"{base}/dashboards/{names['dashboard']}", hall.clock.now()
    first, moments = counted((await browser.get(path)).text), []

    for seconds, asked in ((60, path), (1, path), (30, path), (0, f"{path}?now"), (60, path)):
        hall.clock.forward(seconds=seconds)
        await browser.http.get(f"{base}/reports/{names['report']}/chart.svg")
        page = await browser.get(asked)
        [at] = counted(page.text)
        moments.append((at - began).total_seconds())
        assert f"{path}?now" in page.links

    assert first == {began}
    assert moments == [0, 61, 61, 91, 91]


def counted(page: str) -> set[datetime]:
    """Return when the numbers of a page were counted."""
    found = re.findall(r'<p class="quiet">Counted <time datetime="([^"]+)"', page)
    return set(map(datetime.fromisoformat, found))


@pytest.mark.parametrize("role", ["operator", "support"])
async def test_operators_and_support_see_the_plane(role: str, hall: Hall) -> None:
    browser = await hall.staff(role)
    somebody = await hall.user(display_name="<i>Bob</i>")
    there = await hall.founded(somebody)
    await hall.sell()

    for path in PLANE:
        page = await browser.get(
            f"/console/admin{path}".format(user=somebody.id, organization=there.id)
        )
        assert "<i>" not in page.text
    page = await browser.get(f"/console/admin/users/{somebody.id}")
    assert (f"/console/admin/users/{somebody.id}/suspend" in page.links) is (role == "operator")


async def test_the_plane_is_for_nobody_else(hall: Hall) -> None:
    ada = await hall.user()
    there = await hall.founded(ada)
    browser = await hall.at_console(ada)
    await hall.enrol(browser)

    home = await browser.get("/console")
    for path in PLANE:
        if path.endswith("/new"):
            continue
        address = f"/console/admin{path}".format(user=ada.id, organization=there.id)
        answer = await browser.http.get(address)
        if answer.status_code == 200:  # a question, which the core answers
            answer = await browser.send(address, address)
        assert answer.status_code == 403, path
    assert not [one for one in home.links if one.startswith("/console/admin")]


async def test_a_foreign_organization_is_not_there(hall: Hall) -> None:
    ada, bob = await hall.user(), await hall.user()
    there = await hall.founded(ada)
    names = await hall.furnish(await hall.actor(ada, there))
    browser = await hall.at_console(bob)
    staff = await hall.staff()

    for visitor in (browser, staff):
        for tail in TENANT:
            path = f"/console/organizations/{there.id}{tail}".format(member=ada.id, **names)
            page = await visitor.get(path, 404)
            assert there.name not in page.text


async def test_things_of_another_organization_are_not_there(hall: Hall) -> None:
    ada = await hall.user()
    there, elsewhere = await hall.founded(ada), await hall.founded(ada)
    names = await hall.furnish(await hall.actor(ada, there))
    browser = await hall.at_console(ada)

    for tail in ("/files/{file}", "/events/{event}", "/meters/orders", "/dashboards/{dashboard}",
                 "/webhooks/{endpoint}"):  # fmt: skip
        await browser.get(f"/console/organizations/{elsewhere.id}{tail}".format(**names), 404)
    await browser.refused(
        404,
        f"/console/organizations/{elsewhere.id}/webhooks/{names['endpoint']}/delete",
    )


async def test_a_role_sees_only_what_it_may(hall: Hall) -> None:
    ada = await hall.user()
    there = await hall.founded(ada)
    await hall.furnish(await hall.actor(ada, there))
    browser = await hall.at_console(await hall.joined(there, "viewer"))
    base = f"/console/organizations/{there.id}"

    page = await browser.get(base)

    assert f"{base}/members" in page.links
    for tail in ("/audit", "/webhooks", "/invitations", "/subscription"):
        assert f"{base}{tail}" not in page.links
        await browser.get(f"{base}{tail}", 403)
    for tail in ("/change", "/delete"):
        assert f"{base}{tail}" not in page.links
    members = await browser.get(f"{base}/members")
    assert members.actions == {"/console/sign-out"}


async def test_whoever_is_not_signed_in_sees_nothing(hall: Hall) -> None:
    browser, routes = hall.browser(), [route for one in ROUTERS for route in one.routes]
    there = "0198a1b2-0000-7000-8000-000000000000"

    for route in routes:
        path = re.sub(r"\{[^}]+\}", there, str(getattr(route, "path", "")))
        if path.startswith(("/console/sign-in", "/console/static")) or path == "/console/":
            continue
        if "GET" in getattr(route, "methods", ()):
            assert (await browser.leads(path)).startswith("/console/sign-in?next="), path
        else:
            answer = await browser.http.post(path)
            assert answer.headers["location"].startswith("/console/sign-in"), path


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/console/organizations/nonsense", 404),
        ("/console/organizations/nonsense/members", 404),
        ("/console/account/sessions/nonsense/end", 200),
        ("/console/admin/users/nonsense", 404),
        ("/console/static/nothing.js", 404),
        ("/console/nothing", 404),
        ("/console/admin/nothing/at/all", 404),
        ("/console/", 308),
    ],
)
async def test_ids_that_are_none_are_not_there(path: str, status: int, hall: Hall) -> None:
    browser = await hall.staff()

    answer = await browser.http.get(path)

    assert answer.status_code == status
    assert "application/json" not in answer.headers.get("content-type", "")


async def test_a_question_about_nothing_does_nothing(hall: Hall) -> None:
    browser = await hall.staff()

    for path in ("/console/account/sessions/nonsense/end",
                 "/console/admin/users/0198a1b2-0000-7000-8000-000000000000/suspend"):  # fmt: skip
        answer = await browser.http.get(path)
        token = (await browser.get("/console")).field("csrf")
        done = await browser.http.post(path, data={"csrf": token})
        assert answer.status_code in {200, 404}
        assert done.status_code == 404


async def test_a_query_that_makes_no_sense_is_refused_in_words(hall: Hall) -> None:
    ada = await hall.user()
    there = await hall.founded(ada)
    browser = await hall.at_console(ada)

    for tail in ("/files?status=lost", "/members?cursor=!", "/audit?since=yesterday",
                 "/events/chart.svg?event=%00", "/members?limit=1000"):  # fmt: skip
        answer = await browser.http.get(f"/console/organizations/{there.id}{tail}")
        assert answer.status_code in {400, 422}, tail
        assert "That did not work" in answer.text


async def test_assets_are_kept_for_good_and_are_ours(hall: Hall) -> None:
    browser = await hall.at_console(await hall.user())
    page = await browser.get("/console")
    addresses = [page.all("link")[0]["href"], page.all("script")[0]["src"]]

    answers = [await browser.http.get(address or "") for address in addresses]

    assert [one.headers["content-type"] for one in answers] == [
        "text/css; charset=utf-8",
        "text/javascript; charset=utf-8",
    ]
    for one in answers:
        assert "immutable" in one.headers["cache-control"]
        assert one.headers["x-content-type-options"] == "nosniff"
    assert len(answers[0].content) < 16 * 1024
    assert b"url(" not in answers[0].content
    assert b"@import" not in answers[0].content


def test_htmx_is_the_file_that_its_makers_published() -> None:
    folder = Path(__file__).parents[3] / "src/entrypoints/http/console/static"
    told = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())

    assert told
    for name, digest in told.items():
        assert sha256((folder / name).read_bytes()).hexdigest() == digest


async def test_lists_are_walked_to_their_end(hall: Hall, clock: FakeClock) -> None:
    browser = await hall.staff()
    for place in range(60):
        clock.forward(seconds=1)
        await hall.user(email=f"z{place:02}@example.com")
    path, seen = "/console/admin/users?email=z", list[str]()

    for _ in range(3):
        page = await browser.get(path)
        seen += [one for one in page.links if one.startswith("/console/admin/users/")]
        older = [one for one in page.links if "cursor=" in one]
        path = older[0] if older else ""

    assert len(set(seen) - {"/console/admin/users/new"}) == 60
    assert path == ""


async def test_a_crash_is_a_page_that_tells_nothing(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await hall.at_console(await hall.user())

    async def crash(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("entrypoints.http.console.home._plane", crash)
    page = await browser.get("/console", 500)

    assert "secret" not in page.text
    assert "Reference: <code>" in page.text


async def test_what_was_done_is_said_once(hall: Hall) -> None:
    browser = await hall.at_console(await hall.user())
    said = await browser.does("/console/new-organization", name="<b>Engines</b>")
    again = await browser.get("/console")

    assert said == "&lt;b&gt;Engines&lt;/b&gt; is founded."
    assert "is founded." not in again.text


def test_the_reference_names_every_page_of_the_menu() -> None:
    text = (Path(__file__).parents[3] / "docs/reference/console.md").read_text()

    for section in (*navigation.INSTALLATION, *navigation.ORGANIZATION):
        path = section.path.replace("{organization_id}", "{id}")
        row = next(line for line in text.splitlines() if line.startswith(f"| `{path}` |"))
        assert section.title in row
        assert not section.permission or f"`{section.permission.name}`" in row
