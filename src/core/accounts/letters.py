"""The mails of this module: who gets which, and where its link leads."""

from datetime import datetime

from core.accounts import constants, models, tokens
from core.mails.models import Link, SealedCode, SealedLink, SendMail


def verify_email(user: models.User, token: models.OneTimeToken) -> SendMail:
    return _to(user, "verify_email", _one_time("/verify-email", token))


def already_registered(user: models.User) -> SendMail:
    return _to(user, "already_registered", Link(path="/forgot-password"))


def reset_password(user: models.User, token: models.OneTimeToken) -> SendMail:
    return _to(user, "reset_password", password_link(token))


def set_password(user: models.User, token: models.OneTimeToken) -> SendMail:
    return _to(user, "set_password", password_link(token))


def password_link(token: models.OneTimeToken) -> SealedLink:
    return _one_time("/reset-password", token)


def password_changed(user: models.User, when: datetime, ip: str | None) -> SendMail:
    return _to(user, "password_changed", when=_written(when), ip=ip or "")


def mfa_enabled(user: models.User, when: datetime, ip: str | None) -> SendMail:
    return _to(user, "mfa_enabled", when=_written(when), ip=ip or "")


def mfa_disabled(user: models.User, when: datetime, ip: str | None) -> SendMail:
    return _to(user, "mfa_disabled", when=_written(when), ip=ip or "")


def mfa_reset(user: models.User) -> SendMail:
    return _to(user, "mfa_reset")


def recovery_code_used(user: models.User, when: datetime, ip: str | None, *, left: int) -> SendMail:
    return _to(user, "recovery_code_used", when=_written(when), ip=ip or "", left=str(left))


def codes_guessed(user: models.User, when: datetime, ip: str | None) -> SendMail:
    return _to(user, "codes_guessed", when=_written(when), ip=ip or "")


def mail_login(user: models.User, token: models.OneTimeToken) -> SendMail:
    link = _one_time("/mail-login", token)
    letter = _to(user, "mail_login", link)
    return letter.evolve(code=SealedCode(purpose=link.purpose, payload=link.payload))


def passkey_registered(user: models.User, name: str, when: datetime, ip: str | None) -> SendMail:
    return _to(user, "passkey_registered", name=name, when=_written(when), ip=ip or "")


def passkey_removed(user: models.User, name: str, when: datetime, ip: str | None) -> SendMail:
    return _to(user, "passkey_removed", name=name, when=_written(when), ip=ip or "")


def identity_linked(user: models.User, name: str, when: datetime, ip: str | None) -> SendMail:
    return _to(user, "identity_linked", name=name, when=_written(when), ip=ip or "")


def identity_unlinked(user: models.User, when: datetime, ip: str | None) -> SendMail:
    return _to(user, "identity_unlinked", when=_written(when), ip=ip or "")


def confirm_email(user: models.User, email: str, token: models.OneTimeToken) -> SendMail:
    return _to(
        user.model_copy(update={"email": email}),
        "confirm_email",
        _one_time("/confirm-email", token),
    )


def email_change_requested(user: models.User, when: datetime, ip: str | None) -> SendMail:
    return _to(user, "email_change_requested", when=_written(when), ip=ip or "")


def email_changed(user: models.User, when: datetime, ip: str | None) -> SendMail:
    return _to(user, "email_changed", when=_written(when), ip=ip or "")


def data_export_ready(user: models.User, until: datetime) -> SendMail:
    return _to(user, "data_export_ready", until=_written(until))


def deletion_requested(user: models.User, token: models.OneTimeToken) -> SendMail:
    link = _one_time("/restore-account", token)
    return _to(user, "deletion_requested", link, day=f"{token.expires_at:%Y-%m-%d}")


def organization_deletion(owner: models.User, organization: models.Organization) -> SendMail:
    day = f"{organization.deletes_at:%Y-%m-%d}"
    return _to(owner, "organization_deletion", organization=organization.name, day=day)


def impersonated(user: models.User, when: datetime, reason: str, *, read_only: bool) -> SendMail:
    changing = "" if read_only else "yes"
    return _to(user, "impersonated", when=_written(when), reason=reason, changing=changing)


def session_reuse_detected(user: models.User, ip: str | None) -> SendMail:
    return _to(user, "session_reuse_detected", ip=ip or "")


def member_removed(user: models.User, organization: models.Organization) -> SendMail:
    return _to(user, "member_removed", organization=organization.name)


def invitation(
    invited: models.Invitation, organization: models.Organization, inviter: models.User | None
) -> SendMail:
    link = SealedLink(
        path="/accept-invitation",
        parameter="invitation",
        purpose=constants.INVITATION_SEAL,
        payload=(invited.organization_id.bytes + invited.id.bytes).hex(),
    )
    name = (inviter.display_name or inviter.email) if inviter else ""
    return SendMail(
        to=invited.email,
        locale=inviter.locale if inviter else "en",
        template="accounts/invitation",
        variables={"organization": organization.name, "inviter": name, "role": invited.role},
        link=link,
    )


def _written(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


def _to(user: models.User, template: str, link: Link | None = None, **variables: str) -> SendMail:
    return SendMail(
        to=user.email,
        locale=user.locale,
        template=f"accounts/{template}",
        variables=dict(variables),
        link=link,
    )


def _one_time(page: str, token: models.OneTimeToken) -> SealedLink:
    return SealedLink(
        path=page,
        parameter="token",
        purpose=tokens.one_time_purpose(token.purpose),
        payload=token.id.bytes.hex(),
    )
