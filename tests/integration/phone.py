"""An authenticator app, and what its owner does with it over HTTP."""

import time
from typing import Any

import httpx
import psycopg
import pyotp

from tests.factories import PASSWORD
from tests.integration.service import Person


class Phone:
    """Sets the app up for somebody who is signed in; their session counts as strong then."""

    def __init__(self, person: Person) -> None:
        self.person = person
        enrolled = person.http.post("/v1/me/mfa/totp")
        assert enrolled.status_code == 201, enrolled.text
        self.enrolment: dict[str, str] = enrolled.json()
        self._totp = pyotp.TOTP(self.enrolment["secret"])
        self.used = self.code()
        confirmed = person.http.post("/v1/me/mfa/totp/confirm", json={"code": self.used})
        assert confirmed.status_code == 200, confirmed.text
        self.recovery_codes: list[str] = confirmed.json()["recovery_codes"]

    def code(self, late: int = 0) -> str:
        return self._totp.at(int(time.time()), counter_offset=late)

    def wrong(self) -> str:
        near = {self.code(late) for late in range(-3, 4)}
        return next(code for number in range(9) if (code := f"{number:06}") not in near)

    def forget_what_was_used(self) -> None:
        """Let codes that were used count again: a test can't wait for the next ones."""
        with psycopg.connect(self.person.service.owner_url) as owner:
            owner.execute(
                "UPDATE accounts.totp_factors SET last_used_step = NULL WHERE user_id = %s",
                [self.person.tokens["user"]["id"]],
            )

    def challenge(self, password: str = PASSWORD) -> str:
        """Sign in with the password alone; return the challenge."""
        body = {"email": self.person.email, "password": password}
        answer = self.person.http.post("/v1/auth/login", json=body)
        asked: dict[str, Any] = answer.json()
        assert (answer.status_code, asked["code"]) == (401, "mfa_required"), answer.text
        assert asked["methods"] == ["totp", "recovery_code"]
        return str(asked["challenge_token"])

    def complete(self, challenge: str, **code: str) -> httpx.Response:
        body = {"challenge_token": challenge} | code
        return self.person.http.post("/v1/auth/mfa/verify", json=body)

    def sign_in(self) -> None:
        """Sign the person in anew, with both factors."""
        self.forget_what_was_used()
        answer = self.complete(self.challenge(), code=self.code())
        assert answer.status_code == 200, answer.text
        self.person.tokens = answer.json()
        self.person.http.headers["Authorization"] = f"Bearer {self.person.tokens['access_token']}"
