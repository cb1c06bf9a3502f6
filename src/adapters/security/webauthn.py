from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, override

from core.accounts.models import User
from core.accounts.passkeys import exceptions, ports
from core.accounts.passkeys.models import (
    AuthenticationResponse,
    CredentialRecord,
    Passkey,
    RegistrationResponse,
    Use,
)

LONGEST_ID: Final = 1023
"""Bytes of a credential's id (WebAuthn 7.1, step 25)."""


class WebAuthn(ports.WebAuthn):
    """py_webauthn's ceremonies, and the few checks of the standard that it leaves to its caller.

    The library is loaded when the first ceremony begins: it takes a tenth of a command's start, and
    no command holds one.
    """

    def __init__(self, *, name: str, rp_id: str, origins: Sequence[str]) -> None:
        self._name = name
        self._rp_id = rp_id
        self._origins = list(origins)

    @override
    def creation_options(
        self, user: User, challenge: bytes, known: Sequence[Passkey]
    ) -> dict[str, Any]:
        from webauthn import generate_registration_options
        from webauthn.helpers import options_to_json_dict, structs

        options = generate_registration_options(
            rp_id=self._rp_id,
            rp_name=self._name,
            user_id=user.id.bytes,
            user_name=user.email,
            user_display_name=user.display_name,
            challenge=challenge,
            attestation=structs.AttestationConveyancePreference.NONE,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                structs.PublicKeyCredentialDescriptor(
                    id=one.credential_id,
                    transports=[structs.AuthenticatorTransport(name) for name in one.transports],
                )
                for one in known
            ],
        )
        return options_to_json_dict(options)

    @override
    def request_options(self, challenge: bytes) -> dict[str, Any]:
        from webauthn import generate_authentication_options
        from webauthn.helpers import options_to_json_dict, structs

        options = generate_authentication_options(
            rp_id=self._rp_id,
            challenge=challenge,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    @override
    def registered(self, registration: RegistrationResponse, challenge: bytes) -> CredentialRecord:
        from webauthn import helpers, verify_registration_response
        from webauthn.helpers import structs

        response = registration.response
        with _refusing():
            verified = verify_registration_response(
                credential=structs.RegistrationCredential(
                    id=helpers.bytes_to_base64url(registration.credential_id),
                    raw_id=registration.credential_id,
                    response=structs.AuthenticatorAttestationResponse(
                        client_data_json=response.client_data,
                        attestation_object=response.attestation_object,
                    ),
                ),
                expected_challenge=challenge,
                expected_rp_id=self._rp_id,
                expected_origin=self._origins,
                require_user_verification=True,
            )
            _refuse_frames(response.client_data)
            _check_key(verified.credential_public_key)
        if verified.credential_id != registration.credential_id:
            raise exceptions.PasskeyRefused("The id is not the one that was attested.")
        if len(verified.credential_id) > LONGEST_ID:
            raise exceptions.PasskeyRefused("The id is longer than ids are.")
        transports = {one.value for one in structs.AuthenticatorTransport}
        return CredentialRecord(
            credential_id=verified.credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            transports=tuple(sorted(transports.intersection(response.transports))),
            backed_up=verified.credential_backed_up,
        )

    @override
    def asserted(
        self, assertion: AuthenticationResponse, challenge: bytes, passkey: Passkey
    ) -> Use:
        from webauthn import helpers, verify_authentication_response
        from webauthn.helpers import structs

        response = assertion.response
        if response.user_handle != passkey.user_id.bytes:
            raise exceptions.PasskeyRefused("The user handle is not its owner's.")
        with _refusing():
            verified = verify_authentication_response(
                credential=structs.AuthenticationCredential(
                    id=helpers.bytes_to_base64url(assertion.credential_id),
                    raw_id=assertion.credential_id,
                    response=structs.AuthenticatorAssertionResponse(
                        client_data_json=response.client_data,
                        authenticator_data=response.authenticator_data,
                        signature=response.signature,
                    ),
                ),
                expected_challenge=challenge,
                expected_rp_id=self._rp_id,
                expected_origin=self._origins,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
            _refuse_frames(response.client_data)
        return Use(sign_count=verified.new_sign_count, backed_up=verified.credential_backed_up)


def _refuse_frames(client_data: bytes) -> None:
    """Refuse a ceremony inside somebody else's page (WebAuthn 7.1 step 9, 7.2 step 13)."""
    from webauthn.helpers import parse_client_data_json

    if parse_client_data_json(client_data).cross_origin:
        raise exceptions.PasskeyRefused("The page was shown inside of another origin's.")


def _check_key(public_key: bytes) -> None:
    """Refuse a key that could never verify anything: it would count as a way in, and be none."""
    from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography

    decoded_public_key_to_cryptography(decode_credential_public_key(public_key))


@contextmanager
def _refusing() -> Iterator[None]:
    """Refuse whatever the library stumbles over: its parsers meet what strangers made up."""
    try:
        yield
    except exceptions.PasskeyRefused:
        raise
    except Exception as error:
        reason = "".join(filter(str.isprintable, str(error)))[:200]
        raise exceptions.PasskeyRefused(reason or type(error).__name__) from error
