"""Flags, settings, switches, jobs and collections at the console."""

import pytest

from core.management.collections import schemas as collections_schemas
from core.management.collections import service as collections
from core.management.collections.models import Definition
from core.management.flags import schemas as flags_schemas
from core.management.flags import service as flags
from tests.unit.console.browser import Browser
from tests.unit.console.hall import ODD, Hall

KINDS = [
    ("text", "<b>Lamp</b>", "Lamp"),
    ("richtext", "One\ntwo", "Two"),
    ("integer", "7", "8"),
    ("decimal", "12.50", "1.25"),
    ("boolean", "yes", "no"),
    ("date", "2026-11-22", "2026-11-23"),
    ("datetime", "2026-11-22T10:00", "2026-11-22T11:30"),
    ("email", "ada@example.com", "bob@example.com"),
    ("url", "https://example.com/a", "https://example.com/b"),
    ("json", '{"a": [1, 2]}', "[]"),
]


async def opened(hall: Hall, role: str = "owner") -> tuple[Browser, str]:
    """Return the browser of somebody in an organization, and where that is."""
    ada = await hall.user()
    there = await hall.founded(ada)
    who = ada if role == "owner" else await hall.joined(there, role)
    return await hall.at_console(who), f"/console/organizations/{there.id}"


# --- Flags ----------------------------------------------------------------------------------------


async def test_a_flag_is_made_switched_rolled_out_asked_and_deleted(hall: Hall) -> None:
    browser, base = await opened(hall)
    path = f"{base}/flags/new-checkout"

    made = await browser.does(f"{base}/flags", key="new-checkout", title=ODD)
    on = await browser.does(f"{path}/toggle", path, enabled="true")
    listed = await browser.does(f"{path}/toggle", f"{base}/flags", enabled="true", back="list")
    version = (await browser.get(path)).field("version")
    rolled = await browser.does(f"{path}/rollout", path, percent="12,5", version=version)
    late = await browser.refused(412, f"{path}/rollout", path, percent="20", version=version)
    said = await browser.send(f"{path}/evaluate", path, who="user-1", context='{"country": "de"}')
    page = await browser.get(path)
    gone = await browser.does(f"{path}/delete")

    assert made == "The flag new-checkout is there, and off."
    assert on == listed == "The flag new-checkout is on."
    assert rolled == "12.5 % of everybody are served on."
    assert "Somebody changed it" in late.text
    assert "It says <code>" in said.text
    assert "on: 12.5 %" in page.text
    assert "<script>alert" not in page.text
    assert gone == "The flag new-checkout is gone."


@pytest.mark.parametrize("percent", ["", "x", "-1", "100.001", "101", "NaN", "1e99", "Infinity"])
async def test_a_rollout_is_a_number_to_the_hundredth(percent: str, hall: Hall) -> None:
    browser, base = await opened(hall)
    await browser.does(f"{base}/flags", key="f")

    page = await browser.refused(422, f"{base}/flags/f/rollout", f"{base}/flags/f", percent=percent)

    assert 'aria-invalid="true"' in page.text


async def test_a_rollout_leaves_the_rules_before_it(hall: Hall) -> None:
    ada = await hall.user()
    there = await hall.founded(ada)
    actor = await hall.actor(ada, there)
    rule = {"all": [{"attr": "country", "value": "de"}], "serve": "on"}
    command = flags_schemas.CreateFlag.model_validate({"key": "f", "rules": [rule]})
    await hall.use(flags.CreateFlag)(command, actor)
    browser, path = await hall.at_console(ada), f"/console/organizations/{there.id}/flags/f"

    version = (await browser.get(path)).field("version")
    await browser.does(f"{path}/rollout", path, percent="100", version=version)

    found = await hall.use(flags.GetFlag)(flags_schemas.FlagReference(key="f"), actor)
    assert [one.serve for one in found.rules] == ["on", None]
    assert found.rules[1].split == {"on": 10_000, "off": 0}


@pytest.mark.parametrize("context", ["x", "[]", "1", '{"a":'])
async def test_whom_a_flag_is_asked_about_is_an_object(context: str, hall: Hall) -> None:
    browser, base = await opened(hall)
    await browser.does(f"{base}/flags", key="f")

    page = await browser.refused(
        422, f"{base}/flags/f/evaluate", f"{base}/flags/f", context=context
    )

    assert "Write an object of JSON" in page.text


async def test_a_viewer_sees_flags_and_changes_none(hall: Hall) -> None:
    ada = await hall.user()
    there = await hall.founded(ada)
    base = f"/console/organizations/{there.id}"
    owner = await hall.at_console(ada)
    await owner.does(f"{base}/flags", key="f")
    viewer = await hall.at_console(await hall.joined(there, "viewer"))

    page = await viewer.get(f"{base}/flags/f")
    await viewer.refused(403, f"{base}/flags/f/toggle", f"{base}/flags/f", enabled="true")

    assert f"{base}/flags/f/toggle" not in page.actions


# --- Settings and switches ------------------------------------------------------------------------


async def test_settings_are_set_refused_and_let_go(hall: Hall) -> None:
    browser, base = await opened(hall)
    path = f"{base}/settings"

    shown = await browser.get(path)
    said = await browser.does(f"{path}/locale.timezone", path, value="Europe/Berlin", version="0")
    late = await browser.refused(
        412, f"{path}/locale.timezone", path, value="Europe/Paris", version="0"
    )
    wrong = await browser.refused(422, f"{path}/locale.timezone", path, value="Mars", version="1")
    odd = await browser.refused(422, f"{path}/product.preferences", path, value="{", version="0")
    json = await browser.does(f"{path}/product.preferences", path, value='{"a": 1}', version="0")
    secret = "https://chat.example.com/hooks/s3cret"
    await browser.does(f"{path}/alerts.chat_url", path, value=secret, version="0")
    page = await browser.get(path)
    gone = await browser.does(f"{path}/locale.timezone", path, unset="1", version="1")
    await browser.refused(404, f"{path}/no.such", path, value="1", version="0")

    assert "<code>&#34;UTC&#34;</code> holds, from default" in shown.text
    assert said == "locale.timezone is set."
    assert 'role="alert"' in late.text
    assert "Use a name like Europe/Berlin." in wrong.text
    assert "Write JSON." in odd.text
    assert json == "product.preferences is set."
    assert "s3cret" not in page.text
    assert gone == "locale.timezone is not set here any more."


async def test_the_installation_has_settings_and_switches_of_its_own(hall: Hall) -> None:
    staff, support = await hall.staff(), await hall.staff("support")
    path, switches = "/console/admin/settings", "/console/admin/switches"

    await staff.does(f"{path}/branding.name", path, value="Engines & Co", version="0")
    await staff.does(f"{path}/branding.colour", path, value="#aa3300", version="0")
    hall.clock.forward(seconds=3)  # what is remembered is good for two
    coloured = await hall.browser().get("/console/sign-in")
    refused = await staff.refused(422, f"{switches}/read_only", switches, on="true")
    said = await staff.does(f"{switches}/read_only", switches, on="true", reason="We move.")
    looked = await support.get(switches)

    assert "Engines &amp; Co" in refused.text
    assert "Say why" in refused.text
    assert "/pages/brand.css?v=aa3300" in coloured.text
    assert said == "read_only is on."
    assert "We move." in looked.text
    assert looked.actions == {"/console/sign-out"}
    assert (await support.get(path)).actions == {"/console/sign-out"}


async def test_while_the_service_is_read_only_the_console_changes_nothing(hall: Hall) -> None:
    staff, (browser, base) = await hall.staff(), await opened(hall)
    switches = "/console/admin/switches"
    await staff.does(f"{switches}/read_only", switches, on="true", reason="We move.")

    page = await browser.refused(503, f"{base}/flags", key="f")
    await browser.get(f"{base}/flags")
    await staff.does(f"{switches}/read_only", switches, on="false")
    said = await browser.does(f"{base}/flags", key="f")

    assert "We move." in page.text
    assert said == "The flag f is there, and off."


async def test_signing_in_and_out_goes_on_while_the_service_is_read_only(hall: Hall) -> None:
    staff, ada = await hall.staff(), await hall.user()
    switches = "/console/admin/switches"
    await staff.does(f"{switches}/read_only", switches, on="true", reason="We move.")

    browser = await hall.at_console(ada)
    left = await browser.send("/console/sign-out", "/console")

    assert left.headers["location"] == "/console/sign-in"


# --- Collections ----------------------------------------------------------------------------------


async def kept(hall: Hall) -> tuple[Browser, str]:
    """Return the browser of an owner, and where records of every kind of field are."""
    ada = await hall.user()
    there = await hall.founded(ada)
    fields: list[dict[str, object]] = [{"key": f"a_{kind}", "type": kind} for kind, _, _ in KINDS]
    fields += [
        {"key": "a_enum", "type": "enum", "options": ["low", "high"]},
        {"key": "a_multi", "type": "multi_enum", "options": ["red", "green", "blue"]},
        {"key": "owner", "type": "user_ref"},
        {"key": "picture", "type": "file_ref"},
        {"key": "parent", "type": "record_ref", "collection": "things"},
        {"key": "fixed", "type": "text", "read_only": True},
        {"key": "csrf", "type": "text", "required": True, "label": ODD},
    ]
    definition = Definition.model_validate({"key": "things", "title": "Things", "fields": fields})
    command = collections_schemas.CreateCollection(definition=definition)
    await hall.use(collections.CreateCollection)(command, await hall.actor(ada, there))
    return await hall.at_console(ada), f"/console/organizations/{there.id}/collections/things"


async def test_a_record_of_every_kind_of_field_is_made_and_changed(hall: Hall) -> None:
    browser, path = await kept(hall)
    first = {f"field-a_{kind}": one for kind, one, _ in KINDS}
    second = {f"field-a_{kind}": other for kind, _, other in KINDS}
    more = {"field-csrf": "here", "field-a_enum": "high", "field-a_multi": ["red", "blue"]}

    made = await browser.send(f"{path}/new", f"{path}/new", **first, **more)
    at = made.headers["location"]
    page = await browser.get(at)
    version = page.field("read")
    said = await browser.does(f"{at}/change", at, **(second | more), read=version)
    late = await browser.refused(412, f"{at}/change", at, **(first | more), read=version)
    listed = await browser.get(path)
    after = await browser.get(at)

    assert made.status_code == 303, made.text
    assert "&lt;b&gt;Lamp&lt;/b&gt;" in page.text
    assert [one["value"] for one in page.all("input") if "checked" in one] == ["red", "blue"]
    assert said == "The record is changed."
    assert 'role="alert"' in late.text
    assert after.field("field-a_integer") == "8"
    assert after.field("field-a_decimal") == "1.25"
    assert after.field("field-a_datetime").startswith("2026-11-22T11:30")
    assert "Lamp" in listed.text
    assert "<script>alert" not in listed.text


async def test_what_is_wrong_with_a_record_stands_beside_its_fields(hall: Hall) -> None:
    browser, path = await kept(hall)
    wrong = {
        "field-a_integer": "seven",
        "field-a_email": "nobody",
        "field-a_date": "yesterday",
        "field-a_enum": "huge",
        "field-a_decimal": "1,5",
        "field-a_text": ODD,
    }

    page = await browser.refused(422, f"{path}/new", **wrong)
    json = await browser.refused(422, f"{path}/new", **{"field-a_json": "{", "field-csrf": "x"})

    refused = {one["name"] for one in page.all("input") if one.get("aria-invalid")}
    assert {"field-a_integer", "field-a_email", "field-a_date", "field-csrf"} <= refused
    assert page.field("field-a_integer") == "seven"
    assert "<script>alert" not in page.text
    assert "Write JSON." in json.text


async def test_only_what_was_changed_is_sent(hall: Hall) -> None:
    browser, path = await kept(hall)
    made = await browser.send(f"{path}/new", f"{path}/new", **{"field-csrf": "x"})
    at = made.headers["location"]

    await browser.does(f"{at}/change", at, **{"field-csrf": "y"}, read="1")
    page = await browser.get(at)
    back = await browser.does(f"{at}/revert", at, to="1", read="2")

    assert page.text.count("Version 2") == 1
    assert back == "It says again what version 1 said."
    assert (await browser.get(at)).field("field-csrf") == "x"


async def test_a_record_is_deleted_after_a_question(hall: Hall) -> None:
    browser, path = await kept(hall)
    made = await browser.send(f"{path}/new", f"{path}/new", **{"field-csrf": "x"})
    at = made.headers["location"]

    asked = await browser.get(f"{at}/delete")
    said = await browser.does(f"{at}/delete")

    assert "Delete this record?" in asked.text
    assert said == "The record is deleted."
    assert made.headers["location"] not in (await browser.get(path)).links
    await browser.get(f"{path}/definition")


async def test_templates_are_collections_to_begin_with(hall: Hall) -> None:
    browser, base = await opened(hall)
    page = await browser.get(f"{base}/collections")
    template = min(one for one in page.actions if "/templates/" in one)

    said = await browser.does(template, f"{base}/collections")

    assert said.endswith("are there.")
    assert len((await browser.get(f"{base}/collections")).links) > len(page.links)


async def test_a_role_without_a_collection_does_not_see_it(hall: Hall) -> None:
    await kept(hall)
    other, base = await opened(hall, "viewer")

    await other.get(f"{base}/collections/things", 404)
    page = await other.get(f"{base}/collections")

    assert not [one for one in page.actions if "/templates/" in one]
