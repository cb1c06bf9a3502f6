from typing import Any, Final

from core.accounts import constants, events, exceptions, models, ports, schemas, tokens
from core.accounts.config import AccountsConfig
from core.exceptions import CoreError
from core.models import Actor
from core.ports import AuditLog, Clock, Events, Ids, Seals, Transaction
from core.service import Collaborator
from core.telemetry import Metrics

SECOND_FACTORS: Final = ("totp", "recovery_code")


class SignIn(Collaborator):
    """The one way in, whatever proved who somebody is.

    Whether an account is unverified, suspended or asks for a second factor is told to whoever
    proved to be its owner, to nobody else.
    """

    sessions: ports.Sessions
    one_time_tokens: ports.OneTimeTokens
    access_tokens: ports.AccessTokens
    accounts_config: AccountsConfig
    seals: Seals
    audit: AuditLog
    events: Events
    metrics: Metrics
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(
        self, user: models.User, proof: models.Proof, actor: Actor
    ) -> schemas.TokenPair:
        """Open a session for somebody whose first factor held.

        Raise AccountSuspended, AccountPendingDeletion or EmailNotVerified; and MfaRequired, with
        what completes it, if they have a second factor that `proof` does not include. An
        organization's own single sign-on asks for what it wants itself.
        """
        if error := _hindrance(user):
            raise await self.refused(error, actor, proof.method, user=user)
        vouched = proof.scope_organization_id or proof.impersonator_id
        if user.mfa_enabled and "mfa" not in proof.amr and not vouched:
            raise await self._challenge(user, proof, actor)
        return await self._open(user, proof, actor)

    async def refused(
        self,
        error: CoreError,
        actor: Actor,
        method: models.LoginMethod,
        *,
        user: models.User | None = None,
        **metadata: Any,
    ) -> CoreError:
        """Write down an attempt that failed, and return what to raise."""
        self.metrics.count("logins_total", outcome=error.code)
        await self.audit.record(
            actor,
            "auth.login_failed",
            target=("user", user.id) if user else None,
            outcome="failure",
            reason=error.code,
            method=method,
            **metadata,
        )
        return error

    async def _challenge(
        self, user: models.User, proof: models.Proof, actor: Actor
    ) -> exceptions.MfaRequired:
        token = tokens.one_time_token(
            self.ids.new(),
            user,
            "mfa_challenge",
            self.clock.now(),
            constants.MFA_CHALLENGE_LIFETIME,
            proof.model_dump(mode="json"),
        )
        async with self.transaction():
            await self.one_time_tokens.add(token)
            await self.audit.record(
                actor, "auth.mfa_challenged", target=("user", user.id), method=proof.method
            )
        return exceptions.MfaRequired(
            challenge_token=tokens.one_time_secret(token, self.seals), methods=SECOND_FACTORS
        )

    async def _open(
        self, user: models.User, proof: models.Proof, actor: Actor
    ) -> schemas.TokenPair:
        self.metrics.count("logins_total", outcome="succeeded")
        now, client_id = self.clock.now(), self.accounts_config.client_id
        session = tokens.open_session(self.ids.new(), user, actor, now, proof, client_id=client_id)
        async with self.transaction():
            await self.sessions.add(session)
            await self.audit.record(
                actor,
                "auth.login_succeeded",
                target=("session", session.id),
                organization_id=session.scope_organization_id,
                user_id=str(user.id),
                method=proof.method,
                amr=session.amr,
            )
            if proof.impersonator_id is None:  # or else it is not they who came
                await self.events.publish(
                    events.UserLoggedIn(user_id=user.id, session_id=session.id, at=now)
                )
        signed_in = models.SignedInUser(session=session, user=user)
        pair = await tokens.token_pair(
            self.access_tokens, self.seals, self.accounts_config, signed_in, now
        )
        if proof.impersonator_id is not None:  # an operator's device is none of theirs
            return pair
        device_token = tokens.device_token(self.seals, session.id, user.email)
        return pair.model_copy(update={"device_token": device_token})


def _hindrance(user: models.User) -> CoreError | None:
    if user.status == "suspended":
        return exceptions.AccountSuspended()
    if user.status == "pending_deletion":
        return exceptions.AccountPendingDeletion()
    if user.email_verified_at is None:
        return exceptions.EmailNotVerified()
    return None
