"""What Stripe does at each of its paths, as far as we ask it: on what the sandbox knows."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from adapters import sandbox
from core.billing.catalogue import Plan, Price
from core.billing.models import (
    CheckoutOrder,
    CommandId,
    Customer,
    Invoice,
    Pause,
    PortalOrder,
    RefundOrder,
    Subscription,
    UsageReport,
    Wanted,
)
from core.billing.provider import PaymentProvider
from core.models import OrganizationId
from tests.stripe import objects
from tests.stripe.objects import Object, listed
from tests.stripe.specification import blank

type Asked = dict[str, Any]
type Answer = Callable[["Answers", Asked], Awaitable[Object]]


class Refused(Exception):
    """Stripe answers with an error."""

    def __init__(self, status: int, kind: str, code: str, **more: str) -> None:
        super().__init__(code)
        self.status = status
        self.error = {"type": kind, "code": code, "message": code} | more


def missing() -> Refused:
    return Refused(404, "invalid_request_error", "resource_missing")


ROUTES: dict[tuple[str, str], Answer] = {}


def at(method: str, path: str) -> Callable[[Answer], Answer]:
    def note(answer: Answer) -> Answer:
        ROUTES[method, path] = answer
        return answer

    return note


class Answers:
    def __init__(self, ledger: sandbox.Ledger, provider: PaymentProvider) -> None:
        self.ledger, self.provider = ledger, provider
        self.marks: objects.Marks = {}
        self.products: dict[str, Object] = {}
        self.meters: dict[str, Object] = {}

    def key(self) -> str:
        """Whatever comes here is new: what was answered before is answered before this."""
        return uuid4().hex

    def mark(self, thing_id: str, asked: Asked) -> None:
        if "metadata" in asked:
            self.marks[thing_id] = self.marks.get(thing_id, {}) | asked["metadata"]

    async def subscription(self, subscription_id: str) -> Subscription:
        async with self.ledger.opened("stripe") as state:
            found = state.subscriptions.get(subscription_id)
        if found is None:
            raise missing()
        return found

    async def shown(self, one: Subscription, asked: Asked, within: str = "") -> Object:
        expand = {path.removeprefix(within) for path in asked.get("expand", ())}
        async with self.ledger.opened("stripe") as state:
            return objects.subscription(state, state.subscriptions[one.id], self.marks, expand)

    async def bill(self, one: Invoice, asked: Asked, within: str = "") -> Object:
        expand = {path.removeprefix(within) for path in asked.get("expand", ())}
        return objects.invoice(one, await self.provider.invoices.payment(one.id), expand)

    def wanted(self, one: Subscription, items: list[Asked]) -> list[Wanted]:
        """Return what is paid for once these items are as asked: Stripe adds to what there is."""
        known = {
            item.id: Wanted(price_id=item.price_id, quantity=item.quantity) for item in one.items
        }
        for asked in items:
            if asked.get("deleted") == "true":
                known.pop(asked["id"])
                continue
            item_id = asked.get("id", uuid4().hex)
            was = known.get(item_id)
            quantity = asked.get("quantity", was.quantity if was else None)
            known[item_id] = Wanted(
                price_id=asked.get("price", was.price_id if was else ""),
                quantity=None if quantity is None else int(quantity),
            )
        return list(known.values())


# --- Customers ------------------------------------------------------------------------------------


@at("POST", "/v1/customers")
async def create_customer(we: Answers, asked: Asked) -> Object:
    marks = asked.get("metadata", {})
    given = marks.get("core_organization_id")
    customer = Customer(
        id="",
        organization_id=OrganizationId(UUID(given)) if given else None,
        email=asked.get("email"),
        name=asked.get("name"),
    )
    if "test_clock" in asked:
        made = await we.provider.test_clocks.admit(asked["test_clock"], customer, marks)
    else:
        made = await we.provider.customers.create(customer, marks, key=we.key())
    we.mark(made.id, asked)
    return objects.customer(made, we.marks)


@at("GET", "/v1/customers/{customer}")
async def get_customer(we: Answers, asked: Asked) -> Object:
    found = await we.provider.customers.get(asked["customer"])
    if found is None:
        raise missing()
    return objects.customer(found, we.marks)


@at("POST", "/v1/customers/{customer}")
async def update_customer(we: Answers, asked: Asked) -> Object:
    settings = asked.get("invoice_settings", {})
    if method := settings.get("default_payment_method"):
        await we.provider.payment_methods.choose(asked["customer"], method, key=we.key())
    we.mark(asked["customer"], asked)
    return await get_customer(we, asked)


@at("GET", "/v1/customers/search")
async def search_customers(we: Answers, asked: Asked) -> Object:
    words = dict(
        part.replace("metadata['", "").replace("'", "").replace("]", "").split(":")
        for part in asked["query"].split(" AND ")
    )
    async with we.ledger.opened("stripe") as state:
        found = [
            objects.customer(one, we.marks)
            for one in state.customers.values()
            if not one.deleted and words.items() <= we.marks.get(one.id, {}).items()
        ]
    return {
        "object": "search_result",
        "url": "/v1/customers/search",
        "has_more": False,
        "data": found[: int(asked.get("limit", 10))],
    }


@at("GET", "/v1/customers/{customer}/payment_methods")
async def list_methods(we: Answers, asked: Asked) -> Object:
    found = await we.provider.payment_methods.of(asked["customer"])
    return listed("/v1/payment_methods", map(objects.payment_method, found))


@at("POST", "/v1/setup_intents")
async def create_setup(we: Answers, asked: Asked) -> Object:
    secret = await we.provider.payment_methods.begin(asked["customer"], key=we.key())
    return blank("setup_intent") | {"id": secret.split("_secret")[0], "client_secret": secret}


@at("POST", "/v1/payment_methods/{payment_method}/detach")
async def detach_method(we: Answers, asked: Asked) -> Object:
    await we.provider.payment_methods.detach(asked["payment_method"], key=we.key())
    return blank("payment_method") | {"id": asked["payment_method"], "type": "card"}


# --- Pages ----------------------------------------------------------------------------------------


@at("POST", "/v1/checkout/sessions")
async def open_checkout(we: Answers, asked: Asked) -> Object:
    data, marks = asked.get("subscription_data", {}), asked.get("metadata", {})
    order = CheckoutOrder(
        customer_id=asked["customer"],
        wanted=tuple(
            Wanted(
                price_id=one["price"], quantity=int(one["quantity"]) if "quantity" in one else None
            )
            for one in asked["line_items"]
        ),
        trial_days=int(data.get("trial_period_days", 0)),
        success_url=asked["success_url"],
        cancel_url=asked["cancel_url"],
        command_id=CommandId(UUID(marks["core_command_id"])),
        metadata=marks,
    )
    made = await we.provider.checkouts.open(order, key=we.key())
    we.mark(made.id, asked)
    return objects.checkout(made, we.marks)


@at("GET", "/v1/checkout/sessions")
async def list_checkouts(we: Answers, asked: Asked) -> Object:
    async with we.ledger.opened("stripe") as state:
        found = [
            objects.checkout(page.checkout, we.marks)
            for page in state.pages.values()
            if page.checkout.customer_id == asked["customer"]
            and page.checkout.status == asked.get("status", page.checkout.status)
        ]
    return listed("/v1/checkout/sessions", found)


@at("GET", "/v1/checkout/sessions/{session}")
async def get_checkout(we: Answers, asked: Asked) -> Object:
    found = await we.provider.checkouts.get(asked["session"])
    if found is None:
        raise missing()
    return objects.checkout(found, we.marks)


@at("POST", "/v1/checkout/sessions/{session}/expire")
async def expire_checkout(we: Answers, asked: Asked) -> Object:
    before = await get_checkout(we, asked)
    if before["status"] != "open":
        raise Refused(400, "invalid_request_error", "checkout_not_open")
    await we.provider.checkouts.expire(asked["session"], key=we.key())
    return await get_checkout(we, asked)


@at("POST", "/v1/billing_portal/sessions")
async def open_portal(we: Answers, asked: Asked) -> Object:
    order = PortalOrder(customer_id=asked["customer"], return_url=asked["return_url"])
    flow = asked.get("flow_data", {"type": "none"})
    for_it = flow.get(flow["type"], {}).get("subscription")
    if for_it is not None:
        await we.subscription(for_it)
    url = await we.provider.checkouts.portal(order, key=we.key())
    return blank("billing_portal.session") | {
        "id": f"bps_{uuid4().hex}",
        "configuration": "bpc_1",
        "customer": asked["customer"],
        "return_url": asked["return_url"],
        "url": url,
    }


# --- Subscriptions --------------------------------------------------------------------------------


@at("GET", "/v1/subscriptions")
async def list_subscriptions(we: Answers, asked: Asked) -> Object:
    found = await we.provider.subscription_reader.of(asked["customer"])
    if asked.get("status") != "all":
        found = [one for one in found if one.ended_at is None]
    return listed("/v1/subscriptions", [await we.shown(one, asked, "data.") for one in found])


@at("GET", "/v1/subscriptions/{subscription_exposed_id}")
async def get_subscription(we: Answers, asked: Asked) -> Object:
    return await we.shown(await we.subscription(asked["subscription_exposed_id"]), asked)


@at("POST", "/v1/subscriptions/{subscription_exposed_id}")
async def update_subscription(we: Answers, asked: Asked) -> Object:
    one = await we.subscription(asked["subscription_exposed_id"])
    writer = we.provider.subscription_writer
    pending = asked.get("payment_behavior") == "pending_if_incomplete"
    allowed = {
        "subscription_exposed_id",
        "items",
        "payment_behavior",
        "proration_behavior",
        "expand",
    }
    if pending and not asked.keys() <= allowed:
        raise Refused(400, "invalid_request_error", "pending_update_parameters")
    if one.schedule_id and asked.keys() & {"cancel_at_period_end", "cancel_at"}:
        raise Refused(400, "invalid_request_error", "managed_by_schedule")
    if "items" in asked:
        wanted = we.wanted(one, asked["items"])
        await writer.change(one, wanted, asked["proration_behavior"], key=we.key())
    if asked.get("cancel_at_period_end") == "true":
        await writer.cancel(one, when="period_end", key=we.key())
    if asked.get("cancel_at_period_end") == "false" or asked.get("cancel_at") == "":
        await writer.keep(one, key=we.key())
    if "pause_collection" in asked:
        told = asked["pause_collection"]
        await writer.pause(one, _pause(told) if told else None, key=we.key())
    return await get_subscription(we, asked)


def _pause(told: Asked) -> Pause:
    at = told.get("resumes_at")
    return Pause(
        behavior=told["behavior"],
        resumes_at=datetime.fromtimestamp(int(at), UTC) if at else None,
    )


@at("DELETE", "/v1/subscriptions/{subscription_exposed_id}")
async def cancel_subscription(we: Answers, asked: Asked) -> Object:
    one = await we.subscription(asked["subscription_exposed_id"])
    if one.ended_at is not None:
        raise missing()
    await we.provider.subscription_writer.cancel(one, when="now", key=we.key())
    return await get_subscription(we, asked)


@at("POST", "/v1/subscription_schedules")
async def create_schedule(we: Answers, asked: Asked) -> Object:
    one = await we.subscription(asked["from_subscription"])
    if one.schedule_id is not None:
        raise Refused(400, "invalid_request_error", "already_scheduled")
    async with we.ledger.opened("stripe") as state:
        one = one.evolve(schedule_id=state.id("sched"))
        state.subscriptions[one.id] = one
        return objects.schedule(state, one, we.marks)


async def _scheduled(we: Answers, schedule_id: str) -> Subscription:
    async with we.ledger.opened("stripe") as state:
        found = [one for one in state.subscriptions.values() if one.schedule_id == schedule_id]
    if not found:
        raise missing()
    return found[0]


@at("GET", "/v1/subscription_schedules/{schedule}")
async def get_schedule(we: Answers, asked: Asked) -> Object:
    one = await _scheduled(we, asked["schedule"])
    async with we.ledger.opened("stripe") as state:
        return objects.schedule(state, one, we.marks)


@at("POST", "/v1/subscription_schedules/{schedule}")
async def update_schedule(we: Answers, asked: Asked) -> Object:
    one, now = await _scheduled(we, asked["schedule"]), asked["phases"][0]
    if int(now["start_date"]) != objects.seconds(one.items[0].period_start):
        raise Refused(400, "invalid_request_error", "current_phase_moved")
    wanted = [
        Wanted(
            price_id=item["price"], quantity=int(item["quantity"]) if "quantity" in item else None
        )
        for item in asked["phases"][1]["items"]
    ]
    async with we.ledger.opened("stripe") as state:
        lookup_key = state.price(wanted[0].price_id).lookup_key
    await we.provider.subscription_writer.schedule(one, wanted, lookup_key, key=we.key())
    we.mark(asked["schedule"], asked)
    return await get_schedule(we, asked)


@at("POST", "/v1/subscription_schedules/{schedule}/release")
async def release_schedule(we: Answers, asked: Asked) -> Object:
    one, before = await _scheduled(we, asked["schedule"]), await get_schedule(we, asked)
    await we.provider.subscription_writer.release(one, key=we.key())
    return before | {"status": "released", "subscription": None, "released_subscription": one.id}


@at("POST", "/v1/invoices/create_preview")
async def preview(we: Answers, asked: Asked) -> Object:
    one, details = await we.subscription(asked["subscription"]), asked["subscription_details"]
    wanted = we.wanted(one, details["items"])
    told = await we.provider.subscription_reader.preview(one, wanted, details["proration_behavior"])
    lines = [
        blank("line_item")
        | {
            "amount": line.amount,
            "currency": told.next.currency,
            "description": line.description,
            "parent": {
                "type": "subscription_item_details",
                "subscription_item_details": blank(
                    "billing_bill_resource_invoicing_lines_parents_"
                    "invoice_line_item_subscription_item_parent"
                )
                | {"proration": True},
            },
        }
        for line in told.lines
    ]
    at_once = details["proration_behavior"] == "always_invoice"
    due = told.due_now.amount if at_once else told.next.amount
    return blank("invoice") | {
        "id": "upcoming_in_1",
        "amount_due": due,
        "currency": told.next.currency,
        "customer": asked["customer"],
        "lines": listed("/v1/invoices/upcoming/lines", lines),
        "status": "draft",
        "total": due,
    }


# --- Money ----------------------------------------------------------------------------------------


@at("GET", "/v1/invoices")
async def list_invoices(we: Answers, asked: Asked) -> Object:
    limit = int(asked.get("limit", 10))
    found = await we.provider.invoices.of(asked["customer"], limit=10_000)
    ids = [one.id for one in found]
    begin = ids.index(asked["starting_after"]) + 1 if "starting_after" in asked else 0
    some = [await we.bill(one, asked, "data.") for one in found[begin : begin + limit]]
    return listed("/v1/invoices", some, has_more=begin + limit < len(found))


@at("GET", "/v1/invoices/{invoice}")
async def get_invoice(we: Answers, asked: Asked) -> Object:
    found = await we.provider.invoices.get(asked["invoice"])
    if found is None:
        raise missing()
    return await we.bill(found, asked)


@at("POST", "/v1/invoices/{invoice}/pay")
async def pay_invoice(we: Answers, asked: Asked) -> Object:
    stands = await we.provider.invoices.pay(asked["invoice"], key=we.key())
    if stands.status == "requires_action":
        code = "invoice_payment_intent_requires_action"
        raise Refused(402, "card_error", code)
    return await get_invoice(we, asked)


@at("POST", "/v1/invoices/{invoice}/void")
async def void_invoice(we: Answers, asked: Asked) -> Object:
    await we.provider.invoices.void(asked["invoice"], key=we.key())
    return await get_invoice(we, asked)


@at("GET", "/v1/payment_intents/{intent}")
async def get_intent(we: Answers, asked: Asked) -> Object:
    stands = await we.provider.invoices.payment(asked["intent"].removeprefix("pi_"))
    return objects.payment_intent(asked["intent"], stands)


@at("GET", "/v1/charges")
async def list_charges(we: Answers, asked: Asked) -> Object:
    async with we.ledger.opened("stripe") as state:
        found = [
            objects.charge(one, [r for r in state.refunds if r.invoice_id == one.id], we.marks)
            for one in state.invoices.values()
            if one.customer_id == asked["customer"] and one.paid > 0
        ]
    return listed("/v1/charges", found)


@at("POST", "/v1/refunds")
async def make_refund(we: Answers, asked: Asked) -> Object:
    marks = asked["metadata"]
    order = RefundOrder(
        invoice_id=asked["payment_intent"].removeprefix("pi_"),
        amount=int(asked["amount"]),
        reason=asked["reason"],
        command_id=CommandId(UUID(marks["core_command_id"])),
        metadata=marks,
    )
    made = await we.provider.refunds.make(order, key=we.key())
    we.mark(made.id, asked)
    return objects.refund(made, we.marks)


# --- What is sold, and by how much ----------------------------------------------------------------


@at("GET", "/v1/prices")
async def list_prices(we: Answers, asked: Asked) -> Object:
    keys = asked.get("lookup_keys")
    async with we.ledger.opened("stripe") as state:
        found = [
            objects.price(one, we.marks, one.lookup_key)
            for key, price_id in state.sold_as.items()
            for one in [state.price(price_id)]
            if keys is None or key in keys
        ]
    return listed("/v1/prices", found)


@at("POST", "/v1/prices")
async def create_price(we: Answers, asked: Asked) -> Object:
    recurring = asked["recurring"]
    meter = next(
        (name for name, one in we.meters.items() if one["id"] == recurring.get("meter")), None
    )
    price = Price(
        lookup_key=asked["lookup_key"],
        amount=int(asked["unit_amount"]),
        currency=asked["currency"],
        interval=recurring["interval"],
        interval_count=int(recurring.get("interval_count", 1)),
        role="metered" if meter else "base",
        meter=meter,
    )
    async with we.ledger.opened("stripe") as state:
        taken = asked["lookup_key"] in state.sold_as
    if taken and asked.get("transfer_lookup_key") != "true":
        raise Refused(400, "invalid_request_error", "resource_already_exists")
    plan = Plan(key="plan", name=asked.get("nickname", "Plan"))
    price_id = await we.provider.shop.put(plan, price, key=we.key())
    we.mark(price_id, asked)
    async with we.ledger.opened("stripe") as state:
        return objects.price(state.price(price_id), we.marks, price.lookup_key)


@at("POST", "/v1/prices/{price}")
async def update_price(we: Answers, asked: Asked) -> Object:
    we.mark(asked["price"], asked)
    async with we.ledger.opened("stripe") as state:
        sold = state.price(asked["price"])
        return objects.price(sold, we.marks, sold.lookup_key)


@at("GET", "/v1/products/{id}")
async def get_product(we: Answers, asked: Asked) -> Object:
    if asked["id"] not in we.products:
        raise missing()
    return we.products[asked["id"]]


@at("POST", "/v1/products")
async def create_product(we: Answers, asked: Asked) -> Object:
    made = blank("product") | {
        "id": asked["id"],
        "active": True,
        "metadata": asked.get("metadata", {}),
        "name": asked["name"],
    }
    we.products[asked["id"]] = made
    return made


@at("GET", "/v1/billing/meters")
async def list_meters(we: Answers, asked: Asked) -> Object:
    return listed("/v1/billing/meters", we.meters.values())


@at("POST", "/v1/billing/meters")
async def create_meter(we: Answers, asked: Asked) -> Object:
    made = blank("billing.meter") | {
        "id": f"mtr_{uuid4().hex}",
        "customer_mapping": asked["customer_mapping"],
        "default_aggregation": asked["default_aggregation"],
        "display_name": asked["display_name"],
        "event_name": asked["event_name"],
        "value_settings": asked["value_settings"],
    }
    we.meters[asked["event_name"]] = made
    return made


@at("POST", "/v1/billing/meter_events")
async def report_usage(we: Answers, asked: Asked) -> Object:
    if asked["event_name"] not in we.meters:
        raise Refused(400, "invalid_request_error", "meter_not_found")
    at_, payload = datetime.fromtimestamp(int(asked["timestamp"]), UTC), asked["payload"]
    used = UsageReport(
        id=asked["identifier"],
        customer_id=payload["stripe_customer_id"],
        meter=asked["event_name"],
        value=int(payload["value"]),
        at=at_,
    )
    await we.provider.usage_reports.report(used)
    return blank("billing.meter_event") | {
        "event_name": used.meter,
        "identifier": used.id,
        "payload": payload,
        "timestamp": int(asked["timestamp"]),
    }


# --- Events, endpoints, clocks --------------------------------------------------------------------


@at("GET", "/v1/events")
async def list_events(we: Answers, asked: Asked) -> Object:
    if len(asked.get("types", ())) > 20:
        raise Refused(400, "invalid_request_error", "too_many_types")
    since = datetime.fromtimestamp(int(asked["created"]["gte"]), UTC)
    found = await we.provider.provider_events.since(since, asked["types"], limit=10_000)
    limit, newest_first = int(asked.get("limit", 10)), list(reversed(found))
    ids = [one.id for one in newest_first]
    begin = ids.index(asked["starting_after"]) + 1 if "starting_after" in asked else 0
    some = newest_first[begin : begin + limit]
    return listed("/v1/events", map(objects.event, some), has_more=begin + limit < len(ids))


@at("GET", "/v1/webhook_endpoints")
async def list_endpoints(we: Answers, asked: Asked) -> Object:
    found = await we.provider.endpoints.all()
    return listed("/v1/webhook_endpoints", map(objects.endpoint, found))


@at("POST", "/v1/webhook_endpoints")
async def create_endpoint(we: Answers, asked: Asked) -> Object:
    made = await we.provider.endpoints.create(asked["url"], asked["enabled_events"], key=we.key())
    async with we.ledger.opened("stripe") as state:
        state.endpoints[made.id] = made.evolve(api_version=asked["api_version"])
        return objects.endpoint(state.endpoints[made.id])


@at("DELETE", "/v1/webhook_endpoints/{webhook_endpoint}")
async def delete_endpoint(we: Answers, asked: Asked) -> Object:
    async with we.ledger.opened("stripe") as state:
        if asked["webhook_endpoint"] not in state.endpoints:
            raise missing()
    await we.provider.endpoints.delete(asked["webhook_endpoint"])
    made = blank("deleted_webhook_endpoint")
    return made | {"id": asked["webhook_endpoint"], "deleted": True}


@at("POST", "/v1/test_helpers/test_clocks")
async def create_clock(we: Answers, asked: Asked) -> Object:
    now = datetime.fromtimestamp(int(asked["frozen_time"]), UTC)
    made = await we.provider.test_clocks.create(asked.get("name", ""), now, key=we.key())
    return objects.test_clock(made)


@at("GET", "/v1/test_helpers/test_clocks/{test_clock}")
async def get_clock(we: Answers, asked: Asked) -> Object:
    found = await we.provider.test_clocks.get(asked["test_clock"])
    if found is None:
        raise missing()
    return objects.test_clock(found)


@at("POST", "/v1/test_helpers/test_clocks/{test_clock}/advance")
async def advance_clock(we: Answers, asked: Asked) -> Object:
    now = datetime.fromtimestamp(int(asked["frozen_time"]), UTC)
    return objects.test_clock(await we.provider.test_clocks.advance(asked["test_clock"], now))


@at("DELETE", "/v1/test_helpers/test_clocks/{test_clock}")
async def delete_clock(we: Answers, asked: Asked) -> Object:
    await get_clock(we, asked)
    await we.provider.test_clocks.delete(asked["test_clock"])
    return blank("deleted_test_helpers.test_clock") | {"id": asked["test_clock"], "deleted": True}
