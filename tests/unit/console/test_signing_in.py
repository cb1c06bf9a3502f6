"""In and out of the console: cookies, second factors, sessions that end, forms of other sites."""

from urllib.parse import quote

import pyotp
import pytest

from core.accounts import schemas, service
from core.accounts.constants import SESSION_IDLE
from tests.clock import FakeClock
from tests.unit.console.hall import TERMINAL, Hall


async def test_whoever_is_not_signed_in_is_led_to_the_sign_in_and_back(hall: Hall) -> None:
    ada = await hall.user()
    browser = hall.browser()

    led = await browser.leads("/console/admin/users?email=a")
    page = await browser.get(led)
    answer = await browser.http.post(
        "/console/sign-in",
        data={
            "csrf": page.field("csrf"),
            "next": page.field("next"),
            "email": ada.email,
            "password": "correct horse battery staple",
        },
    )

    assert led == f"/console/sign-in?next=/console/admin/users{quote('?email=a')}"
    assert answer.headers["location"] == "/console/admin/users?email=a"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/console",
        "//evil.example",
        "/console.evil.example",
        "/console/\\evil.example",
        "/console/\r\nSet-Cookie: x=y",
        "/v1/me",
        "javascript:alert(1)",
        "",
    ],
)
async def test_a_sign_in_leads_to_no_other_site(wanted: str, hall: Hall) -> None:
    browser, ada = hall.browser(), await hall.user()
    page = await browser.get("/console/sign-in", next=wanted)

    answer = await browser.send(
        "/console/sign-in",
        "/console/sign-in",
        email=ada.email,
        password="correct horse battery staple",
        next=wanted,
    )

    assert page.field("next") == "/console"
    assert answer.headers["location"] == "/console"


async def test_a_wrong_password_is_told_beside_the_form_and_forgotten(hall: Hall) -> None:
    browser, ada = hall.browser(), await hall.user()

    answer = await browser.sign_in(ada.email, "not the password at all")

    assert answer.status_code == 401
    assert "The email or the password is wrong." in answer.text
    assert ada.email in answer.text
    assert "not the password" not in answer.text
    assert "core_console=" not in str(answer.headers.get_list("set-cookie"))


async def test_the_session_is_a_cookie_that_scripts_and_other_sites_never_get(hall: Hall) -> None:
    ada = await hall.user()
    plain, secure = hall.browser(), hall.browser("https://core.example")

    set_plain = (await plain.sign_in(ada.email)).headers.get_list("set-cookie")
    set_secure = (await secure.sign_in(ada.email)).headers.get_list("set-cookie")

    [cookie] = [one for one in set_plain if one.startswith("core_console=")]
    [guarded] = [one for one in set_secure if one.startswith("__Host-core_console=")]
    for one in (cookie, guarded):
        assert "HttpOnly" in one
        assert "SameSite=lax" in one
        assert "Path=/" in one
        assert "Max-Age" not in one
    assert "Secure" not in cookie
    assert "Secure" in guarded
    await plain.get("/console")
    await secure.get("/console")


async def test_a_second_factor_is_asked_for(hall: Hall) -> None:
    ada = await hall.user()
    totp = await hall.enrol(await hall.at_console(ada))
    browser = hall.browser()

    asked = await browser.sign_in(ada.email)
    page_fields = {
        name: asked.text.partition(f'name="{name}" value="')[2].partition('"')[0]
        for name in ("csrf", "next", "challenge_token")
    }
    wrong = await browser.http.post("/console/sign-in/code", data=page_fields | {"code": "000000"})
    right = await browser.http.post(
        "/console/sign-in/code", data=page_fields | {"code": totp.at(hall.clock.now())}
    )

    assert asked.status_code == 200
    assert "Your second factor" in asked.text
    assert page_fields["challenge_token"] not in str(asked.url)
    assert wrong.status_code == 401
    assert 'role="alert"' in wrong.text
    assert right.headers["location"] == "/console"
    assert "two factors" in (await browser.get("/console/account")).text


async def test_a_recovery_code_opens_as_well_and_a_late_code_begins_anew(hall: Hall) -> None:
    ada = await hall.user()
    first = await hall.at_console(ada)
    path = "/console/account/second-factor"
    secret = (await first.send(path, path)).text.partition("<dt>Secret</dt><dd><code>")[2]
    totp = pyotp.TOTP(secret.partition("</code>")[0])
    shown = await first.send(f"{path}/code", f"{path}/code", code=totp.at(hall.clock.now()))
    code = shown.text.partition("<li><code>")[2].partition("</code>")[0]
    browser = hall.browser()
    asked = (await browser.sign_in(ada.email)).text
    fields = {
        name: asked.partition(f'name="{name}" value="')[2].partition('"')[0]
        for name in ("csrf", "next", "challenge_token")
    }

    hall.clock.forward(minutes=6)
    late = await browser.http.post("/console/sign-in/code", data=fields | {"code": code})
    asked = (await browser.sign_in(ada.email)).text
    fields["challenge_token"] = asked.partition('name="challenge_token" value="')[2].partition('"')[
        0
    ]
    opened = await browser.http.post("/console/sign-in/code", data=fields | {"code": code})

    assert "sign in once more" in late.text
    assert opened.status_code == 303
    assert await browser.leads("/console/sign-in/code") == "/console/sign-in"


async def test_an_old_access_token_is_renewed_on_the_way(hall: Hall, clock: FakeClock) -> None:
    browser = await hall.at_console(await hall.user())
    before = browser.http.cookies["core_console"]

    clock.forward(minutes=11)
    await browser.get("/console")
    after = browser.http.cookies["core_console"]
    clock.forward(minutes=11)
    said = await browser.does("/console/new-organization", name="Engines")

    assert before != after
    assert said == "Engines is founded."


async def test_tabs_that_renew_at_once_stay_signed_in(hall: Hall, clock: FakeClock) -> None:
    browser = await hall.at_console(await hall.user())
    old = browser.http.cookies["core_console"]
    clock.forward(minutes=11)

    await browser.get("/console")
    browser.http.cookies.set("core_console", old, domain="core.example")
    await browser.get("/console/account")


async def test_a_session_that_ended_leads_to_the_sign_in_and_does_nothing(hall: Hall) -> None:
    ada = await hall.user()
    browser = await hall.at_console(ada)
    page = await browser.get("/console/new-organization")
    await hall.use(service.RevokeUserSessions)(schemas.UserReference(user_id=ada.id), TERMINAL)

    answer = await browser.http.post(
        "/console/new-organization", data={"csrf": page.field("csrf"), "name": "Engines"}
    )

    assert answer.headers["location"] == "/console/sign-in?next=/console"
    assert await hall.container.organizations().of_user(ada.id, limit=10) == []


async def test_a_part_of_a_page_is_never_replaced_by_the_sign_in(
    hall: Hall, clock: FakeClock
) -> None:
    browser = await hall.at_console(await hall.user())
    clock.forward(days=SESSION_IDLE.days + 1)

    answer = await browser.http.get("/console/admin/users", headers={"HX-Request": "true"})

    assert answer.headers["hx-redirect"] == "/console/sign-in?next=/console/admin/users"
    assert answer.text == ""


async def test_cookies_that_are_none_of_ours_are_nobody(hall: Hall) -> None:
    browser = hall.browser()

    for value in ("", "~", "x", "x~y", "~~~", "a" * 4000, "%00~%00"):
        browser.http.cookies.set("core_console", value, domain="core.example")
        assert (await browser.leads("/console")).startswith("/console/sign-in")


async def test_signing_out_ends_the_session_everywhere(hall: Hall) -> None:
    ada = await hall.user()
    browser = await hall.at_console(ada)
    stolen = browser.http.cookies["core_console"]

    answer = await browser.send("/console/sign-out", "/console")
    browser.http.cookies.set("core_console", stolen, domain="core.example")

    assert answer.headers["location"] == "/console/sign-in"
    assert (await browser.leads("/console")).startswith("/console/sign-in")
    assert await hall.container.sessions().active(ada.id, hall.clock.now()) == []


# --- Forms of other sites -------------------------------------------------------------------------


async def test_a_form_without_its_token_does_nothing(hall: Hall) -> None:
    ada = await hall.user()
    browser, other = await hall.at_console(ada), await hall.at_console(await hall.user())
    foreign = (await other.get("/console/new-organization")).field("csrf")

    for token in ("", "x", foreign):
        answer = await browser.http.post(
            "/console/new-organization", data={"csrf": token, "name": "Engines"}
        )
        assert answer.status_code == 403
        assert "load it anew" in answer.text
    assert await hall.container.organizations().of_user(ada.id, limit=10) == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_form_that_began_elsewhere_does_nothing(site: str, hall: Hall) -> None:
    browser = await hall.at_console(await hall.user())
    token = (await browser.get("/console/new-organization")).field("csrf")

    answer = await browser.http.post(
        "/console/new-organization",
        data={"csrf": token, "name": "Engines"},
        headers={"Sec-Fetch-Site": site},
    )

    assert answer.status_code == 403


async def test_nobody_is_signed_in_by_another_site(hall: Hall) -> None:
    ada = await hall.user()
    browser, other = hall.browser(), hall.browser()
    token = (await other.get("/console/sign-in")).field("csrf")
    known = {"email": ada.email, "password": "correct horse battery staple"}

    without = await browser.http.post("/console/sign-in", data=known)
    foreign = await browser.http.post("/console/sign-in", data=known | {"csrf": token})

    assert (without.status_code, foreign.status_code) == (403, 403)


async def test_guessing_is_slowed_down_and_said_so(hall: Hall) -> None:
    browser, ada = hall.browser(), await hall.user()
    for _ in range(10):
        await browser.sign_in(ada.email, "wrong wrong wrong")

    answer = await browser.sign_in(ada.email)

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "min." in answer.text


# --- Proving once more that it is you -------------------------------------------------------------


async def test_what_is_sensitive_asks_for_the_password_first(hall: Hall, clock: FakeClock) -> None:
    ada = await hall.user()
    there = await hall.founded(ada)
    browser = await hall.at_console(ada)
    path = f"/console/organizations/{there.id}/delete"
    clock.forward(minutes=9)
    await browser.get("/console")
    clock.forward(minutes=9)

    asked = await browser.send(path, path)
    led = asked.headers["location"]
    wrong = await browser.refused(401, "/console/prove", led, password="not it at all", next=path)
    proven = await browser.send(
        "/console/prove", led, password="correct horse battery staple", next=path
    )
    said = await browser.does(path)

    assert led == f"/console/prove?next={path}"
    assert wrong.field("next") == path
    assert proven.headers["location"] == path
    assert said == "The organization is shut, and will be erased."


async def test_an_operator_with_one_factor_is_told_how_to_get_a_second(hall: Hall) -> None:
    browser = await hall.at_console(await hall.user(platform_role="operator"))

    home = await browser.get("/console")
    refused = await browser.get("/console/admin/users", 403)
    await hall.enrol(browser)
    await browser.get("/console/admin/users")

    assert "set one up" in home.text
    assert "/console/account" in refused.links
