"""The ceremonies of WebAuthn as the adapter holds them, and where they may take place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.security import WebAuthn
from core.accounts.passkeys.exceptions import PasskeyRefused
from core.accounts.passkeys.models import AuthenticationResponse, Passkey, RegistrationResponse, Use
from settings import Settings, problems
from tests import factories
from tests.authenticator import Authenticator, decoded, encoded

ORIGIN = "https://app.example.com"
CHALLENGE = bytes(range(32))
PARTY = WebAuthn(name="Core", rp_id="app.example.com", origins=[ORIGIN, "https://other.example"])
ADA = factories.user()
DEVICE = Authenticator(ORIGIN)


def attested(**lies: Any) -> dict[str, Any]:
    return Authenticator(ORIGIN).create(PARTY.creation_options(ADA, CHALLENGE, []), **lies)


def kept(device: Authenticator) -> Passkey:
    made = device.create(PARTY.creation_options(ADA, CHALLENGE, []))
    record = PARTY.registered(RegistrationResponse.model_validate(made), CHALLENGE)
    return factories.passkey(ADA, **record.model_dump())


PASSKEY = kept(DEVICE)
SIGNED = DEVICE.get(PARTY.request_options(CHALLENGE))
ATTESTED = attested()


def asserted(credential: dict[str, Any], passkey: Passkey = PASSKEY) -> Use:
    return PARTY.asserted(AuthenticationResponse.model_validate(credential), CHALLENGE, passkey)


def changed(credential: dict[str, Any], field: str, value: bytes) -> dict[str, Any]:
    return credential | {"response": credential["response"] | {field: encoded(value)}}


def test_an_honest_answer_is_taken() -> None:
    assert asserted(SIGNED) == Use(sign_count=1, backed_up=False)


@given(
    field=st.sampled_from(["clientDataJSON", "authenticatorData", "signature", "userHandle"]),
    at=st.integers(min_value=0),
    flip=st.integers(min_value=1, max_value=255),
)
def test_no_byte_of_an_answer_may_differ(field: str, at: int, flip: int) -> None:
    wrong = bytearray(decoded(SIGNED["response"][field]))
    wrong[at % len(wrong)] ^= flip

    with pytest.raises(PasskeyRefused):
        asserted(changed(SIGNED, field, bytes(wrong)))


@given(
    field=st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]),
    value=st.binary(min_size=1, max_size=200),
)
def test_an_answer_made_of_anything_is_refused_and_breaks_nothing(field: str, value: bytes) -> None:
    with pytest.raises(PasskeyRefused):
        asserted(changed(SIGNED, field, value))


@given(value=st.binary(min_size=1, max_size=300), length=st.integers(min_value=0))
def test_an_attestation_made_of_anything_is_refused_and_breaks_nothing(
    value: bytes, length: int
) -> None:
    honest = decoded(ATTESTED["response"]["attestationObject"])
    for wrong in (value, honest[: length % len(honest)] + value):
        made = changed(ATTESTED, "attestationObject", wrong)
        with pytest.raises(PasskeyRefused):
            PARTY.registered(RegistrationResponse.model_validate(made), CHALLENGE)


def test_an_answer_of_another_key_is_refused() -> None:
    with pytest.raises(PasskeyRefused):
        asserted(SIGNED, PASSKEY.evolve(public_key=kept(Authenticator(ORIGIN)).public_key))


@pytest.mark.parametrize(
    ("origin", "fits"),
    [
        (ORIGIN, True),
        ("https://other.example", True),
        ("http://app.example.com", False),
        ("https://app.example.com:8443", False),
        ("https://app.example.com.evil.example", False),
        ("https://APP.example.com", False),
        ("", False),
    ],
)
def test_a_ceremony_takes_place_at_our_origins_alone(origin: str, *, fits: bool) -> None:
    device = Authenticator(ORIGIN)
    passkey = kept(device)
    signed = device.get(PARTY.request_options(CHALLENGE), origin=origin)

    if fits:
        assert asserted(signed, passkey).sign_count == 1
        return
    with pytest.raises(PasskeyRefused):
        asserted(signed, passkey)


@pytest.mark.parametrize(
    ("urls", "rp_id", "origins"),
    [
        ({}, "127.0.0.1", ("http://127.0.0.1:8000",)),
        (
            {"public_url": "https://api.example.com"},
            "api.example.com",
            ("https://api.example.com",),
        ),
        (
            {"public_url": "https://api.example.com", "app_url": "https://App.example.com:443/in/"},
            "app.example.com",
            ("https://app.example.com",),
        ),
        (
            {"app_url": "http://localhost:3000", "passkey_origins": "https://a.example, android:x"},
            "localhost",
            ("http://localhost:3000", "https://a.example", "android:x"),
        ),
        ({"public_url": "http://[::1]:80"}, "::1", ("http://[::1]",)),
    ],
)
def test_passkeys_are_bound_to_where_people_sign_in(
    urls: dict[str, str], rp_id: str, origins: tuple[str, ...]
) -> None:
    settings = Settings.model_validate({"_env_file": None} | urls)

    assert (settings.relying_party_id, settings.relying_party_origins) == (rp_id, origins)


def test_production_takes_no_origin_in_the_clear() -> None:
    settings = Settings(
        _env_file=None, environment="production", passkey_origins=("http://a.example",)
    )

    assert "CORE_PASSKEY_ORIGINS must not begin with http://." in problems(settings)
