"""What every adapter that tells what accounts hold about somebody must do."""

import json
from typing import Any

from pydantic_core import to_json

from bootstrap import Container
from core.models import UserId
from tests import factories
from tests.contracts.founding import founded, joined, known
from tests.contracts.invitations import invited
from tests.factories import NOW


async def told(container: Container, user_id: UserId) -> Any:
    """Return it as it is written into an export."""
    return json.loads(to_json(await container.account_data().of(user_id)))


class AccountDataContract:
    async def test_somebody_new_has_a_profile_and_nothing_else(self, container: Container) -> None:
        ada = await known(container, display_name="Ada", locale="de", password_hash="a secret")

        data = await told(container, ada.id)

        assert container.account_data().name == "accounts"
        assert data.pop("profile") == {
            "id": str(ada.id),
            "email": ada.email,
            "email_verified_at": None,
            "display_name": "Ada",
            "locale": "de",
            "status": "active",
            "password_changed_at": None,
            "mfa_enabled": False,
            "platform_role": "none",
            "deletes_at": None,
            "created_at": "2026-11-22T12:00:00Z",
            "updated_at": "2026-11-22T12:00:00Z",
        }
        assert data == {
            "sessions": [],
            "memberships": [],
            "invitations": [],
            "identities": [],
            "passkeys": [],
            "api_keys": [],
            "audit_events": [],
        }

    async def test_it_tells_where_they_sign_in_where_they_belong_and_what_they_did(
        self, container: Container
    ) -> None:
        organization, owner = await founded(container)
        ada = await joined(container, organization, "admin")
        for user in (ada, owner):
            await container.sessions().add(factories.session(user, ip="192.0.2.7"))
            actor = factories.anonymous(user_id=user.id, organization_id=organization.id)
            await container.audit().record(actor, "thing.done", size=5)
        sent = await invited(container, organization, inviter_id=ada.id)
        got = await invited(container, organization, email=ada.email)
        await invited(container, organization)

        data = await told(container, ada.id)

        [session] = data["sessions"]
        assert (session["ip"], session["amr"], session["revoked_at"]) == (
            "192.0.2.7",
            ["pwd"],
            None,
        )
        assert data["memberships"] == [
            {
                "organization_id": str(organization.id),
                "organization": organization.name,
                "role": "admin",
                "created_at": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
            }
        ]
        assert [one["id"] for one in data["invitations"]] == [str(got.id), str(sent.id)]
        [event] = data["audit_events"]
        assert (event["action"], event["metadata"]) == ("thing.done", {"size": 5})
        assert event["actor_id"] == str(ada.id)

    async def test_it_tells_nothing_that_opens_anything(self, container: Container) -> None:
        ada = await known(container, password_hash="$argon2id$ a hash")
        await container.sessions().add(factories.session(ada))
        await container.one_time_tokens().add(factories.one_time_token(ada))

        text = json.dumps(await told(container, ada.id))

        assert "argon2id" not in text
        assert not {word for word in ("hash", "secret", "box", "public_key") if word in text}
