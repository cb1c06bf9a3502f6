"""What every adapter of AccessTokens must do."""

import base64
import hmac
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import load_der_private_key
from jwt.algorithms import ECAlgorithm

from bootstrap import Application, Container, InMemoryContainer
from core.accounts import exceptions, models, schemas, service
from core.exceptions import Unavailable
from core.models import Actor, SessionId, UserId
from tests import factories
from tests.clock import FakeClock

OPERATOR = Actor(kind="cli")
ES256 = ECAlgorithm(ECAlgorithm.SHA256)


def claims(clock: FakeClock, **fields: Any) -> models.AccessClaims:
    defaults = {
        "user_id": UserId(factories.new_id()),
        "session_id": SessionId(factories.new_id()),
        "client_id": "core-api",
        "authenticated_at": clock.now() - timedelta(hours=1),
        "amr": ("pwd", "otp"),
        "issued_at": clock.now(),
        "expires_at": clock.now() + timedelta(minutes=10),
    }
    return models.AccessClaims.model_validate(defaults | fields)


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims as they stand there."""
    header, payload, _ = token.split(".")
    read = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (header, payload)]
    return read[0], read[1]


def base64url(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def encoded(part: dict[str, Any]) -> bytes:
    return base64url(json.dumps(part).encode())


async def private(container: Container) -> Any:
    """Return the key that signs right now."""
    keys = await container.signing_keys().all()
    box = next(key.private_box for key in keys if key.state == "current")
    return load_der_private_key(container.secret_box().decrypt(box), None)


class AccessTokensContract:
    async def test_a_token_says_what_was_claimed(
        self, application: Application, clock: FakeClock
    ) -> None:
        tokens, claimed = application.container.access_tokens(), claims(clock)
        token = await tokens.issue(claimed)

        assert await tokens.verify(token) == claimed
        assert await tokens.verify(token) == claimed  # also when it is remembered

    async def test_it_is_written_as_rfc_9068_says(
        self, application: Application, clock: FakeClock
    ) -> None:
        tokens, claimed = application.container.access_tokens(), claims(clock)
        config = application.container.accounts_config()
        first, second = await tokens.issue(claimed), await tokens.issue(claimed)

        header, payload = parts(first)

        assert (header["typ"], header["alg"]) == ("at+jwt", "ES256")
        expected = {
            "iss": config.issuer,
            "aud": config.audience,
            "sub": str(claimed.user_id),
            "sid": str(claimed.session_id),
            "client_id": claimed.client_id,
            "amr": ["pwd", "otp"],
            "iat": int(claimed.issued_at.timestamp()),
            "exp": int(claimed.expires_at.timestamp()),
            "auth_time": int(claimed.authenticated_at.timestamp()),
        }
        assert {name: payload[name] for name in expected} == expected
        assert payload.keys() - expected.keys() == {"jti"}
        assert payload["jti"] != parts(second)[1]["jti"]

    async def test_anybody_can_check_it_with_the_published_keys(
        self, application: Application, clock: FakeClock
    ) -> None:
        tokens = application.container.access_tokens()
        token = await tokens.issue(claims(clock))

        published = (await tokens.jwks())["keys"]

        assert {key["kid"] for key in published} > {parts(token)[0]["kid"]}
        assert not any(key.keys() & {"d", "p", "q", "k"} for key in published)
        key = next(jwt.PyJWK(one) for one in published if one["kid"] == parts(token)[0]["kid"])
        options: Any = {"verify_exp": False, "verify_iat": False}
        assert jwt.decode(token, key, ["ES256"], options, audience="core-api")

    async def test_it_ends_when_it_says(self, application: Application, clock: FakeClock) -> None:
        tokens = application.container.access_tokens()
        token = await tokens.issue(claims(clock))

        clock.forward(minutes=9, seconds=59)
        await tokens.verify(token)
        clock.forward(seconds=1)
        with pytest.raises(exceptions.TokenExpired):
            await tokens.verify(token)

    @pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "ä.ö.ü", "\ud800", "x" * 5000])
    async def test_what_is_no_token_is_refused(self, application: Application, text: str) -> None:
        with pytest.raises(exceptions.TokenInvalid):
            await application.container.access_tokens().verify(text)

    async def test_a_token_that_was_touched_is_refused(
        self, application: Application, clock: FakeClock
    ) -> None:
        tokens = application.container.access_tokens()
        token = await tokens.issue(claims(clock))
        for at in range(0, len(token) - 1, 7):
            touched = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
            with pytest.raises(exceptions.TokenInvalid):
                await tokens.verify(touched)

    @pytest.mark.parametrize(
        ("header", "payload"),
        [
            ({"typ": "JWT"}, {}),
            ({"typ": "id+jwt"}, {}),
            ({"kid": "unknown"}, {}),
            ({}, {"aud": "another"}),
            ({}, {"iss": "https://elsewhere.example"}),
            ({}, {"sub": "nobody"}),
            ({}, {"sid": None}),
            ({}, {"exp": None}),
            ({}, {"client_id": None}),
            ({}, {"amr": 7}),
            ({}, {"exp": 10**30}),
        ],
    )
    async def test_one_of_ours_that_says_something_else_is_refused(
        self,
        application: Application,
        clock: FakeClock,
        header: dict[str, str],
        payload: dict[str, Any],
    ) -> None:
        tokens = application.container.access_tokens()
        said = parts(await tokens.issue(claims(clock)))
        body = {name: value for name, value in (said[1] | payload).items() if value is not None}
        forged = jwt.encode(
            body, await private(application.container), "ES256", headers=said[0] | header
        )

        with pytest.raises(exceptions.TokenInvalid):
            await tokens.verify(forged)

    @pytest.mark.parametrize("algorithm", ["none", "HS256", "ES256"])
    async def test_one_that_others_signed_is_refused(
        self, application: Application, clock: FakeClock, algorithm: str
    ) -> None:
        tokens = application.container.access_tokens()
        header, payload = parts(await tokens.issue(claims(clock)))
        [public, *_] = (await tokens.jwks())["keys"]
        said = b".".join(map(encoded, (header | {"alg": algorithm}, payload)))
        signatures = {
            "none": b"",
            "HS256": hmac.digest(json.dumps(public).encode(), said, "sha256"),
            "ES256": ES256.sign(said, generate_private_key(SECP256R1())),
        }
        forged = (said + b"." + base64url(signatures[algorithm])).decode()

        with pytest.raises(exceptions.TokenInvalid):
            await tokens.verify(forged)

    async def test_a_rotation_invalidates_no_token_until_its_key_is_forgotten(
        self, application: Application, clock: FakeClock
    ) -> None:
        tokens, rotate = (
            application.container.access_tokens(),
            application.use(service.RotateSigningKeys),
        )
        day = claims(clock, expires_at=clock.now() + timedelta(days=1))
        token = await tokens.issue(day)

        clock.forward(hours=1)
        await rotate(schemas.RotateSigningKeys(), OPERATOR)
        clock.forward(minutes=2)
        assert await tokens.verify(token) == day
        assert parts(await tokens.issue(day))[0]["kid"] != parts(token)[0]["kid"]

        clock.forward(hours=1)
        await rotate(schemas.RotateSigningKeys(), OPERATOR)
        clock.forward(minutes=2)
        with pytest.raises(exceptions.TokenInvalid):
            await tokens.verify(token)

    async def test_a_key_that_is_not_known_yet_is_looked_for_now_and_then(
        self, application: Application, container: InMemoryContainer, clock: FakeClock
    ) -> None:
        tokens = container.access_tokens()
        await tokens.jwks()
        for _ in range(2):  # the key after the next one: nobody published it before
            await application.use(service.RotateSigningKeys)(
                schemas.RotateSigningKeys(force=True), OPERATOR
            )
        elsewhere = InMemoryContainer(settings=application.settings)
        elsewhere.store.override(container.store)
        elsewhere.clock.override(container.clock)
        claimed = claims(clock)
        token = await elsewhere.access_tokens().issue(claimed)

        with pytest.raises(exceptions.TokenInvalid):
            await tokens.verify(token)
        clock.forward(seconds=31)
        assert await tokens.verify(token) == claimed

    async def test_without_a_key_it_says_so(self, container: Container, clock: FakeClock) -> None:
        with pytest.raises(Unavailable):
            await container.access_tokens().issue(claims(clock))
