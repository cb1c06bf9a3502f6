"""What every adapter of Grants must do."""

from datetime import timedelta
from typing import Any

import jwt
import pytest

from adapters.security import SecretKeys
from core.storage import exceptions, ports
from core.storage.models import Grant, SignedRequest
from tests.clock import FakeClock
from tests.contracts.stores import digest, new_key
from tests.contracts.url_signer import QUARTER

DISPOSITION = "attachment; filename=\"_.pdf\"; filename*=UTF-8''%C3%A4.pdf"


def token(signed: SignedRequest) -> str:
    return signed.url.rpartition("/")[2]


def put(signer: ports.UrlSigner) -> str:
    return token(
        signer.put(new_key(), size=5, content_type="text/plain", sha256=None, lifetime=QUARTER)
    )


def reads(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims as they stand there."""
    claims = jwt.decode(text, options={"verify_signature": False})
    return jwt.get_unverified_header(text), claims


class GrantsContract:
    def test_an_address_allows_what_it_was_signed_for(
        self, signer: ports.UrlSigner, grants: ports.Grants
    ) -> None:
        key, kind = new_key(), 'text/plain; charset="utf-8"'
        allowed = [
            Grant(action="put", key=key, size=0, content_type=kind),
            Grant(action="put", key=key, size=5, content_type=kind, sha256=digest(b"hello")),
            Grant(action="part", key=key, size=2**40, upload_id="u", number=10_000),
            Grant(action="get", key=key, content_type=kind, disposition=DISPOSITION),
        ]
        signed = [
            signer.put(key, size=0, content_type=kind, sha256=None, lifetime=QUARTER),
            signer.put(key, size=5, content_type=kind, sha256=digest(b"hello"), lifetime=QUARTER),
            signer.part(key, "u", 10_000, size=2**40, lifetime=QUARTER),
            signer.get(key, content_type=kind, content_disposition=DISPOSITION, lifetime=QUARTER),
        ]

        assert [grants.open(token(one)) for one in signed] == allowed

    def test_it_is_over_when_it_says(
        self, signer: ports.UrlSigner, grants: ports.Grants, clock: FakeClock
    ) -> None:
        text = put(signer)

        clock.forward(minutes=14, seconds=59)
        grants.open(text)
        clock.forward(seconds=1)
        with pytest.raises(exceptions.SignatureRefused, match="ran out"):
            grants.open(text)

    @pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "ä.ö.ü", "\ud800", "x" * 5000])
    def test_what_is_no_token_is_refused(self, grants: ports.Grants, text: str) -> None:
        with pytest.raises(exceptions.SignatureRefused):
            grants.open(text)

    def test_a_token_that_was_touched_is_refused(
        self, signer: ports.UrlSigner, grants: ports.Grants
    ) -> None:
        text = put(signer)
        for at in range(len(text) - 1):
            touched = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
            with pytest.raises(exceptions.SignatureRefused):
                grants.open(touched)

    @pytest.mark.parametrize("algorithm", ["none", "HS256", "HS512"])
    def test_one_that_others_signed_is_refused(
        self, signer: ports.UrlSigner, grants: ports.Grants, algorithm: str
    ) -> None:
        header, claims = reads(put(signer))
        forged = jwt.encode(
            claims, "" if algorithm == "none" else "x" * 64, algorithm, header | {"alg": algorithm}
        )

        with pytest.raises(exceptions.SignatureRefused):
            grants.open(forged)

    @pytest.mark.parametrize(
        ("purpose", "header", "claims"),
        [
            ("storage/grants", {"kid": None}, {}),
            ("storage/grants", {"kid": "00000000"}, {}),
            ("storage/grants", {}, {"aud": "delete"}),
            ("storage/grants", {}, {"aud": None}),
            ("storage/grants", {}, {"aud": ["put", "get"]}),
            ("storage/grants", {}, {"exp": None}),
            ("storage/grants", {}, {"exp": "never"}),
            ("storage/grants", {}, {"key": None}),
            ("storage/grants", {}, {"key": 7}),
            ("storage/grants", {}, {"size": "many"}),
            ("storage/grants", {}, {"more": 1}),
            ("storage/grants", {}, {"sha256": "no base64!"}),
            ("links", {}, {}),
        ],
    )
    def test_one_of_ours_that_says_something_else_is_refused(
        self,
        signer: ports.UrlSigner,
        grants: ports.Grants,
        secret_keys: SecretKeys,
        purpose: str,
        header: dict[str, Any],
        claims: dict[str, Any],
    ) -> None:
        said, claimed = reads(put(signer))
        headers, body = (
            {name: value for name, value in part.items() if value is not None}
            for part in (said | header, claimed | claims)
        )
        [secret, *_] = secret_keys.derived(purpose).values()

        with pytest.raises(exceptions.SignatureRefused):
            grants.open(jwt.encode(body, secret, "HS256", headers))

    def test_nothing_is_said_of_the_organization_but_its_key(self, signer: ports.UrlSigner) -> None:
        _, claims = reads(put(signer))

        assert claims.keys() == {"aud", "key", "size", "content_type", "exp"}

    def test_a_day_is_the_most(
        self, signer: ports.UrlSigner, grants: ports.Grants, clock: FakeClock
    ) -> None:
        signed = signer.part(new_key(), "u", 1, size=5, lifetime=timedelta(days=30))

        clock.forward(days=1)
        with pytest.raises(exceptions.SignatureRefused):
            grants.open(token(signed))
