"""The console in a real browser: by keyboard, in light and dark, with scripts and without."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any, Literal
from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.factories import PASSWORD
from tests.integration.chromium import Tab, needed, opened
from tests.integration.phone import Phone
from tests.integration.service import PATIENCE, Person, Service

pytestmark = needed

OF_AN_ORGANIZATION = [
    "Members", "Invitations", "Roles", "Subscription", "Entitlements", "Files", "Events", "Meters",
    "Dashboards", "Collections", "Flags", "Settings", "Webhooks", "Audit",
]  # fmt: skip
OF_THE_INSTALLATION = [
    "Organizations", "People", "Plans", "Payments", "Switches", "Jobs",
]  # fmt: skip


FIELDS = [
    {"key": "title", "type": "text", "required": True},
    {"key": "priority", "type": "enum", "options": ["low", "high"]},
    {"key": "due", "type": "datetime"},
    {"key": "labels", "type": "multi_enum", "options": ["bug", "wish"]},
]


class Staff:
    """An operator of the installation who owns an organization, and their phone."""

    def __init__(self, service: Service) -> None:
        self.person = service.person()
        service.cli("accounts", "users", "grant-role", self.person.email, "operator")
        self.phone = Phone(self.person)
        self.base = furnished(self.person)

    async def enter(self, tab: Tab, path: str = "/console") -> None:
        self.phone.forget_what_was_used()
        await tab.page.goto(path)
        await tab.page.get_by_label("Email").fill(self.person.email)
        await tab.page.get_by_label("Password").fill(PASSWORD)
        await tab.page.get_by_role("button", name="Sign in").click()
        await tab.page.get_by_label("Code").fill(self.phone.code())
        await tab.page.get_by_role("button", name="Go on").click()
        await tab.page.wait_for_url(f"**{path}")


def furnished(person: Person) -> str:
    """Put one of everything into a new organization; return where the console shows it."""
    made = person.http.post("/v1/organizations", json={"name": "Analytical Engines"}).json()
    at = f"/v1/organizations/{made['id']}"

    def put(path: str, **body: Any) -> dict[str, Any]:
        answer = person.http.post(f"{at}{path}", json=body)
        assert answer.status_code < 300, answer.text
        found: dict[str, Any] = answer.json()
        return found

    put("/invitations", email="bob@example.com", role="viewer")
    put("/webhook-endpoints", url="https://example.com/hook", description="The till")
    put("/storage/buckets", name="letters")
    put("/events", events=[order(place) for place in range(60)])
    put("/flags", key="new-checkout", title="The new checkout")
    put("/collections", key="tickets", title="Tickets", fields=FIELDS)
    put("/meters", slug="orders", title="Orders", event_name="order.placed")
    trend = {"kind": "trend", "event": "order.placed", "interval": "day"}
    reports = [
        put("/reports", title="Orders a day", query=trend, chart="line"),
        put("/reports", title="By country", query=trend | {"group_by": ["country"]}, chart="bar"),
        put("/reports", title="Orders", query=trend, chart="number"),
    ]
    put("/dashboards", title="How it goes", report_ids=[one["id"] for one in reports])
    return f"/console/organizations/{made['id']}"


def order(place: int) -> dict[str, Any]:
    props = {"amount": 5 + place % 7, "country": "de" if place % 3 else "fr"}
    return {"name": "order.placed", "subject": f"user-{place % 9}", "props": props}


@pytest.fixture(scope="module")
def staff(service: Service) -> Staff:
    return Staff(service)


@pytest.fixture
async def tab(service: Service, staff: Staff) -> AsyncIterator[Tab]:
    async with opened(service.url) as tab:
        await staff.enter(tab)
        yield tab


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_is_walked_to_by_keyboard(
    scheme: Literal["light", "dark"], service: Service, staff: Staff
) -> None:
    async with opened(service.url, color_scheme=scheme) as tab:
        staff.phone.forget_what_was_used()
        await tab.page.goto("/console")
        await tab.page.keyboard.type(staff.person.email)  # the first field has the focus
        await tab.page.keyboard.press("Tab")
        await tab.page.keyboard.type(PASSWORD)
        await tab.page.keyboard.press("Enter")
        await tab.page.get_by_label("Code").wait_for()
        await tab.page.keyboard.type(staff.phone.code())
        await tab.page.keyboard.press("Enter")
        await tab.page.wait_for_url("**/console")
        for title in OF_THE_INSTALLATION:
            await _walk(tab, title)
        await _walk(tab, "Home")
        await tab.page.goto(staff.base)
        for title in OF_AN_ORGANIZATION:
            await _walk(tab, title)
        await tab.page.goto("/console")
        await tab.tab_to("Sign out")
        await tab.page.keyboard.press("Enter")
        await tab.page.wait_for_url("**/console/sign-in")


async def _walk(tab: Tab, title: str) -> None:
    await tab.tab_to(title)
    await tab.page.keyboard.press("Enter")
    await tab.page.locator("h1", has_text=re.compile(f"^{title}$")).wait_for()
    assert await tab.page.locator(".side [aria-current=page]").inner_text() == title
    await tab.check()


async def test_the_first_key_leads_past_the_menu(tab: Tab, staff: Staff) -> None:
    await tab.page.goto(f"{staff.base}/members")

    await tab.tab_to("Skip to the content", 1)
    await tab.page.keyboard.press("Enter")

    assert await tab.page.evaluate("document.activeElement.id") == "main"


async def test_something_is_switched_in_place(tab: Tab, staff: Staff) -> None:
    await tab.page.goto(f"{staff.base}/webhooks")
    await tab.page.get_by_role("link", name="https://example.com/hook").click()
    await tab.page.get_by_role("button", name="Switch off").wait_for()
    await tab.page.evaluate("window.same = true")

    await tab.tab_to("Switch off")
    await tab.page.keyboard.press("Enter")
    await tab.page.get_by_role("button", name="Switch on").wait_for()
    assert await tab.said() == "It is switched off; messages wait meanwhile."
    assert await tab.page.evaluate("document.activeElement.id") == "switch"
    await tab.page.keyboard.press("Enter")
    await tab.page.get_by_role("button", name="Switch off").wait_for()

    assert await tab.said() == "It is switched on."
    assert await tab.page.evaluate("window.same") is True
    await tab.check()


async def test_a_flag_is_switched_in_its_list_and_rolled_out(tab: Tab, staff: Staff) -> None:
    await tab.page.goto(f"{staff.base}/flags")

    await tab.tab_to("Switch off new-checkout")
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.locator("#said")).to_have_text("The flag new-checkout is off.")
    assert await tab.page.evaluate("document.activeElement.id") == "toggle-new-checkout"
    await tab.page.get_by_role("link", name="new-checkout").click()
    await tab.page.get_by_label("Percent").fill("10")
    await tab.page.get_by_role("button", name="Set it").click()

    await expect(tab.page.locator("#said")).to_have_text("10 % of everybody are served on.")
    await tab.check()


async def test_a_record_is_written_in_a_form_made_of_its_fields(tab: Tab, staff: Staff) -> None:
    await tab.page.goto(f"{staff.base}/collections/tickets")
    await tab.page.get_by_role("link", name="New record").click()
    await tab.page.get_by_label("Title").fill("The till is stuck")
    await tab.page.get_by_label("Priority").select_option("high")
    await tab.page.get_by_label("Due").fill("2026-12-24T18:00")
    await tab.page.get_by_label("bug").check()
    await tab.page.get_by_role("button", name="Make it").click()
    await expect(tab.page.locator("#said")).to_have_text("The record is there.")
    await tab.check()

    assert await tab.page.get_by_label("Due").input_value() == "2026-12-24T18:00"
    assert await tab.page.get_by_label("bug").is_checked()


async def test_without_scripts_all_of_it_works(service: Service, staff: Staff) -> None:
    async with opened(service.url, java_script_enabled=False) as tab:
        await staff.enter(tab)
        await tab.page.goto(f"{staff.base}/webhooks")
        await tab.page.get_by_role("link", name="https://example.com/hook").click()
        await tab.page.get_by_role("button", name="Switch off").click()
        await tab.page.get_by_role("button", name="Switch on").click()
        await tab.page.get_by_role("button", name="Switch off").wait_for()
        assert await tab.said() == "It is switched on."
        await tab.page.goto("/console/admin/users")
        await tab.page.get_by_label("Email begins with").fill(staff.person.email[:12])
        await tab.page.get_by_role("button", name="Search").click()
        await tab.page.wait_for_url("**/console/admin/users?email=**")
        assert await tab.page.locator("#rows tr").count() == 1


async def test_a_list_narrows_while_one_types_and_grows_by_pages(
    tab: Tab, service: Service, staff: Staff
) -> None:
    for _ in range(30):
        service.client().post(
            "/v1/auth/register",
            json={"email": f"typing-{uuid4().hex}@example.com", "password": PASSWORD},
        )
    await tab.page.goto("/console/admin/users")
    field = tab.page.get_by_label("Email begins with")

    await field.press_sequentially("typing-")
    await tab.page.wait_for_url("**/console/admin/users?email=typing-")
    older = tab.page.get_by_role("link", name="Older")
    await expect(older).to_have_attribute("href", re.compile("email=typing-&"))
    await older.click()
    await expect(tab.page.locator("#rows tr")).to_have_count(30)

    await expect(older).to_have_count(0)
    assert await field.input_value() == "typing-"
    await tab.check()


async def test_what_can_not_be_undone_is_asked_first(tab: Tab, service: Service) -> None:
    bob = service.person()
    await tab.page.goto(f"/console/admin/users/{bob.tokens['user']['id']}")

    await tab.page.get_by_role("link", name="Suspend").click()
    assert await tab.heading() == "Suspend this account?"
    assert bob.http.get("/v1/me").status_code == 200
    await tab.page.get_by_role("button", name="Suspend").click()
    await tab.page.get_by_role("button", name="Activate").wait_for()

    assert await tab.said() == f"{bob.email} is suspended."
    assert bob.http.get("/v1/me").status_code == 401


async def test_a_dashboard_is_counted_now_where_one_says_so(tab: Tab, staff: Staff) -> None:
    await tab.page.goto(f"{staff.base}/dashboards")
    await tab.page.get_by_role("link", name="How it goes").click()
    counted = tab.page.locator("p.quiet", has_text="Counted").locator("time")
    await expect(counted).to_have_count(3)
    before = await counted.first.get_attribute("datetime")
    await tab.check()

    async with asyncio.timeout(PATIENCE):
        while await counted.first.get_attribute("datetime") == before:  # which is of a second
            await tab.tab_to("Count now")
            await tab.page.keyboard.press("Enter")
            await tab.page.wait_for_url("**?now")
    await tab.check()


async def test_pages_fit_the_screen_of_a_phone(service: Service, staff: Staff) -> None:
    async with opened(service.url, viewport={"width": 375, "height": 700}) as tab:
        await staff.enter(tab)
        for tail in ("", *(f"/{title.lower()}" for title in OF_AN_ORGANIZATION)):
            await tab.page.goto(f"{staff.base}{tail}")
            await tab.check()
        for tail in (
            "users",
            "organizations",
            "plans",
            "payments",
            "settings",
            "switches",
            "jobs",
            "audit",
        ):
            await tab.page.goto(f"/console/admin/{tail}")
            await tab.check()
