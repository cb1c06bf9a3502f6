from typing import Any

import httpx

from core.accounts.sso.exceptions import IdpError


async def answer_of(transport: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
    """Ask without a client: there is no redirect to follow, no cookie and no proxy to know of."""
    try:
        answer = await transport.handle_async_request(request)
        await answer.aread()
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        raise IdpError(f"{request.url} can't be read: {reason}.") from error
    return answer


async def document_at(transport: httpx.AsyncBaseTransport, url: str, **headers: str) -> Any:
    """Return the JSON object that a provider publishes at a URL."""
    request = httpx.Request("GET", url, headers={"accept": "application/json"} | headers)
    answer = await answer_of(transport, request)
    if answer.status_code != httpx.codes.OK:
        raise IdpError(f"{url} answers {answer.status_code}.")
    found = json_object(answer)
    if found is None:
        raise IdpError(f"{url} answers something else than a JSON object.")
    return found


def json_object(answer: httpx.Response) -> dict[str, Any] | None:
    """Return what the body says, whatever the content type claims; None if it is no object."""
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def short(said: object, *secrets: str) -> str:
    """Return what a provider said as one short line to show, without secrets of ours."""
    text = str(said)
    for secret in secrets:
        text = text.replace(secret, "***") if secret else text
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return line if len(line) <= 200 else f"{line[:200]}..."  # noqa: PLR2004 - short is short
