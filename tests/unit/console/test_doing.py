"""What is done at the console: by forms that work without a script, and audited like all else."""

from core.accounts import schemas, service
from core.accounts.schemas import ListAuditEvents
from core.audit import AuditEvent
from core.billing import schemas as billing_schemas
from core.billing import service as billing
from tests.unit.console.browser import Browser
from tests.unit.console.hall import ODD, SYSTEM, TERMINAL, Hall


async def audited(hall: Hall) -> list[AuditEvent]:
    found = await hall.use(service.SearchAuditEvents)(ListAuditEvents(limit=100), TERMINAL)
    return found.items


async def organization(hall: Hall) -> tuple[Browser, str, dict[str, str]]:
    """Return the browser of an owner, where the organization is, and what is in it."""
    ada = await hall.user()
    there = await hall.founded(ada)
    names = await hall.furnish(await hall.actor(ada, there))
    return await hall.at_console(ada), f"/console/organizations/{there.id}", names


# --- The plane ------------------------------------------------------------------------------------


async def test_an_account_is_made_suspended_and_activated(hall: Hall) -> None:
    browser = await hall.staff()
    new = "/console/admin/users/new"

    made = await browser.does(new, email="Bob@Example.com", display_name="Bob")
    bob = await hall.container.users().by_email("bob@example.com")
    assert bob is not None
    path = f"/console/admin/users/{bob.id}"
    suspended = await browser.does(f"{path}/suspend")
    page = await browser.get(path)
    active = await browser.does(f"{path}/activate", path)
    linked = await browser.does(f"{path}/password-link", path)
    granted = await browser.does(f"{path}/platform-role", path, platform_role="support")

    assert made.startswith("bob@example.com has an account")
    assert suspended == "bob@example.com is suspended."
    assert f"{path}/activate" in page.actions
    assert active == "bob@example.com may sign in again."
    assert linked == "A link to choose a password is on its way to bob@example.com."
    assert granted == "bob@example.com has the role support in this installation."
    actions = {one.action for one in await audited(hall) if one.actor_kind == "user"}
    assert {"user.suspended", "user.reactivated", "admin.password_link_sent"} <= actions


async def test_what_is_wrong_with_a_form_stands_beside_its_fields(hall: Hall) -> None:
    browser = await hall.staff()
    ada = await hall.user()
    new = "/console/admin/users/new"

    odd = await browser.refused(422, new, email="no address", display_name=ODD)
    taken = await browser.refused(409, new, email=ada.email)

    field = next(one for one in odd.all("input") if one.get("name") == "email")
    assert field["aria-invalid"] == "true"
    assert field["value"] == "no address"
    assert "<script>alert" not in odd.text
    assert odd.text.index('role="alert"') < odd.text.index('name="email"')
    assert "<title>Error: New account" in odd.text
    assert "An account with this email already exists." in taken.text


async def test_sessions_end_one_by_one_and_all_at_once(hall: Hall) -> None:
    browser, ada = await hall.staff(), await hall.user()
    first, second = await hall.at_console(ada), await hall.at_console(ada)
    path = f"/console/admin/users/{ada.id}"

    page = await browser.get(path)
    ends = sorted(one for one in page.links if one.endswith("/end"))
    one = await browser.does(ends[0])
    left = await browser.does(f"{path}/sessions/revoke")

    assert len(ends) == 2
    assert one == "The session has ended."
    assert left == "Sessions that ended: 1."
    for ended in (first, second):
        assert (await ended.leads("/console")).startswith("/console/sign-in")


async def test_a_second_factor_is_taken_away_and_an_account_comes_back(hall: Hall) -> None:
    browser, ada = await hall.staff(), await hall.user()
    await hall.enrol(await hall.at_console(ada))
    path = f"/console/admin/users/{ada.id}"

    reset = await browser.does(f"{path}/second-factor/reset")
    again = await browser.refused(409, f"{path}/second-factor/reset")
    deleted = await browser.does(f"{path}/delete")
    restored = await browser.does(f"{path}/restore", path)

    assert reset == "The second factor is gone."
    assert again.all("h1")
    assert deleted == "The account is shut, and will be erased."
    assert restored == f"{ada.email} is restored."


async def test_support_looks_and_changes_nothing(hall: Hall) -> None:
    browser, ada = await hall.staff("support"), await hall.user()
    path = f"/console/admin/users/{ada.id}"

    page = await browser.get(path)
    for tail in ("/suspend", "/password-link", "/sessions/revoke", "/delete"):
        await browser.refused(403, f"{path}{tail}", path)

    assert page.actions == {"/console/sign-out"}
    assert (await hall.container.users().by_email(ada.email)) == ada


async def test_organizations_are_found_founded_shut_and_opened(hall: Hall) -> None:
    browser, ada = await hall.staff(), await hall.user()
    plane = "/console/admin/organizations"

    await browser.refused(404, f"{plane}/new", name="Engines", email="nobody@example.com")
    made = await browser.does(f"{plane}/new", name="Engines", slug="engines", email=ada.email)
    led = await browser.leads(f"{plane}/find?q=engines")
    same = await browser.leads(f"{plane}/find?q={led.rpartition('/')[2]}")
    await browser.get(f"{plane}/find", 404, q="nothing")
    shut = await browser.does(f"{led}/delete")
    opened = await browser.does(f"{led}/restore", led)
    limited = await browser.does(f"{led}/quota", led, limit="1048576")
    odd = await browser.refused(422, f"{led}/quota", led, limit="much")
    without = await browser.does(f"{led}/quota", led, limit="")

    assert made == "Engines is founded."
    assert led == same
    assert shut == "It is shut, and will be erased."
    assert opened == "It is open again."
    assert limited == without == "It may hold as much from now on."
    assert 'aria-invalid="true"' in odd.text


async def test_a_dead_job_that_is_none_is_not_there(hall: Hall) -> None:
    browser = await hall.staff()

    page = await browser.refused(404, "/console/admin/jobs/17/retry", "/console/admin/jobs")

    assert 'role="alert"' in page.text


# --- An organization ------------------------------------------------------------------------------


async def test_an_organization_is_changed_and_by_one_at_a_time(hall: Hall) -> None:
    browser, base, _ = await organization(hall)
    path = f"{base}/change"
    version = (await browser.get(path)).field("version")
    about = {"name": "Engines", "slug": "engines", "version": version}

    said = await browser.does(path, **about)
    late = await browser.refused(412, path, **about)

    assert said == "Engines is changed."
    assert "Somebody changed it since you last read it." in late.text


async def test_people_are_invited_reminded_promoted_and_removed(hall: Hall) -> None:
    browser, base, names = await organization(hall)
    there = base.rpartition("/")[2]
    found = await hall.use(service.FindOrganization)(
        schemas.FindOrganization.model_validate({"organization_id": there}), TERMINAL
    )
    member = await hall.joined(found, "member")
    hall.clock.forward(minutes=5)

    invited = await browser.does(f"{base}/invitations", email="carl@example.com", role="viewer")
    twice = await browser.refused(409, f"{base}/invitations", email="carl@example.com")
    resent = await browser.does(
        f"{base}/invitations/{names['invitation']}/resend", f"{base}/invitations"
    )
    revoked = await browser.does(f"{base}/invitations/{names['invitation']}/revoke")
    role = await browser.does(f"{base}/members/{member.id}/role", f"{base}/members", role="admin")
    unknown = await browser.refused(
        422, f"{base}/members/{member.id}/role", f"{base}/members", role="!"
    )
    removed = await browser.does(f"{base}/members/{member.id}/remove")

    assert invited == "carl@example.com is invited."
    assert "This person is invited already" in twice.text
    assert resent == "bob@example.com gets another mail."
    assert revoked == "The invitation is revoked."
    assert role == "The role is admin from now on."
    assert 'role="alert"' in unknown.text
    assert removed == "They are no member any more."


async def test_the_last_owner_can_not_leave(hall: Hall) -> None:
    browser, base, _ = await organization(hall)

    page = await browser.refused(409, f"{base}/leave")

    assert "An organization needs an owner" in page.text


async def test_files_are_downloaded_deleted_and_restored(hall: Hall) -> None:
    browser, base, names = await organization(hall)
    path = f"{base}/files/{names['file']}"

    url = await browser.leads(f"{path}/download")
    deleted = await browser.does(f"{path}/delete")
    gone = await browser.get(path)
    restored = await browser.does(f"{path}/restore", path)
    made = await browser.does(f"{base}/buckets", f"{base}/files", name="empty", visibility="public")
    full = await browser.refused(409, f"{base}/buckets/letters/delete")
    dropped = await browser.does(f"{base}/buckets/empty/delete")
    odd = await browser.refused(422, f"{base}/buckets", f"{base}/files", name="No Name")

    assert url.startswith("http://127.0.0.1:8000/")
    assert deleted == "The file is deleted."
    assert f"{path}/restore" in gone.actions
    assert restored == "&lt;script&gt;alert(1)&lt;script&gt;.txt is back."
    assert made == "The bucket empty is there."
    assert 'role="alert"' in full.text
    assert dropped == "The bucket empty is gone."
    assert 'aria-invalid="true"' in odd.text


async def test_webhooks_are_made_switched_tried_and_repeated(hall: Hall) -> None:
    browser, base, names = await organization(hall)
    path, new = f"{base}/webhooks/{names['endpoint']}", f"{base}/webhooks/new"

    made = await browser.send(new, new, url="https://example.com/x", topics="billing.invoice_paid")
    odd = await browser.refused(422, new, url="ftp://example.com", topics="billing.invoice_paid")
    off = await browser.does(f"{path}/switch", path, enabled="false")
    on = await browser.does(f"{path}/switch", path, enabled="true")
    tried = await browser.does(f"{path}/ping", path)
    again = await browser.does(f"{path}/deliveries/{names['delivery']}/repeat", path)
    secret = await browser.send(f"{path}/secret", f"{path}/secret")
    deleted = await browser.does(f"{path}/delete")

    assert "whsec_" in made.text
    assert "whsec_" in secret.text
    [chosen] = [one for one in odd.all("input") if "checked" in one]
    assert chosen["value"] == "billing.invoice_paid"
    assert (off, on) == ("It is switched off; messages wait meanwhile.", "It is switched on.")
    assert (tried, again) == ("A try is on its way.", "It is sent once more.")
    assert deleted == "The endpoint is gone."


async def test_a_meter_is_built_anew_and_forgotten(hall: Hall) -> None:
    browser, base, _ = await organization(hall)

    anew = await browser.does(f"{base}/meters/orders/backfill", f"{base}/meters/orders")
    gone = await browser.does(f"{base}/meters/orders/delete")

    assert anew == "It adds all up again."
    assert gone == "The meter orders is gone."


async def test_a_subscription_is_begun_changed_cancelled_and_resumed(hall: Hall) -> None:
    await hall.sell()
    browser, base, _ = await organization(hall)
    path = f"{base}/subscription"

    begun = await browser.send(f"{path}/begin", path, price_lookup_key="solo_monthly")
    checkout = begun.text.partition('href="')[2] and begun.text.partition("/dev/checkout/")[2]
    await hall.container.sandbox_checkouts().pay(checkout.partition('"')[0], "4242")
    await _caught_up(hall)
    page = await browser.get(path)
    preview = await browser.send(f"{path}/preview", path, price_lookup_key="team_monthly")
    key = preview.text.partition('name="key" value="')[2].partition('"')[0]
    changed = await browser.does(f"{path}/change", path, price_lookup_key="team_monthly", key=key)
    await _caught_up(hall)
    cancelled = await browser.does(f"{path}/cancel")
    await _caught_up(hall)
    resumed = await browser.does(f"{path}/resume", path)
    portal = await browser.send(f"{path}/portal", path)
    unknown = await browser.refused(422, f"{path}/preview", path, price_lookup_key="nothing")

    assert "Go on at the provider" in begun.text
    assert f"{path}/cancel" in page.links
    assert "Due now" in preview.text
    assert changed == "The subscription is changed."
    assert cancelled == "The subscription ends with its period."
    assert resumed == "The subscription goes on."
    assert portal.status_code == 200
    assert 'role="alert"' in unknown.text


async def _caught_up(hall: Hall) -> None:
    """Have the events of the provider arrive."""
    await hall.use(billing.BackfillEvents)(billing_schemas.BackfillEvents(), SYSTEM)
    await hall.drain()
