"""A browser without a screen: it keeps cookies, fills in forms, and reads what it is shown."""

from html.parser import HTMLParser
from typing import Any, Final, Self, override

import httpx

from bootstrap import Application
from entrypoints.http.app import create_app
from tests.factories import PASSWORD

HTTP: Final = "http://core.example"
HTTPS: Final = "https://core.example"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class Page(HTMLParser):
    """What a page consists of; fails on what its policy would block or a reader would miss."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.answer, self.text, self.status = answer, answer.text, answer.status_code
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(self.text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def field(self, name: str) -> str:
        """Return what a form would send along by itself."""
        found = [one for one in self.all("input") if one.get("name") == name]
        assert found, (name, self.text)
        return found[0].get("value") or ""

    @property
    def links(self) -> set[str]:
        return {one["href"] or "" for one in self.all("a") if "href" in one}

    @property
    def actions(self) -> set[str]:
        return {one["action"] or "" for one in self.all("form")}

    def check(self) -> Self:
        assert self.answer.headers["content-type"] == "text/html; charset=utf-8"
        assert self.answer.headers["content-security-policy"] == POLICY
        assert self.answer.headers["cache-control"] == "no-store"
        assert self.answer.headers["x-frame-options"] == "DENY"
        assert not self.all("style")
        for script in self.all("script"):
            assert (script.get("src") or "").startswith("/console/static/")
        ids = [one["id"] for _, one in self.tags if "id" in one]
        assert len(ids) == len(set(ids)), ids
        labels = {one.get("for") for one in self.all("label")}
        for field in [*self.all("input"), *self.all("select")]:
            assert field.get("type") == "hidden" or field["id"] in labels
            for name in (field.get("aria-describedby") or "").split():
                assert name in ids
        for tag, one in self.tags:
            assert "style" not in one
            assert not [name for name in one if name.startswith(("on", "hx-on", "hx-vars"))]
            for address in (one.get("href"), one.get("src"), one.get("action")):
                assert tag == "a" or not address or address.startswith(("/", "#")), address
        assert self.all("html") == [{"lang": "en"}]
        assert len(self.all("h1")) == 1
        assert len(self.all("main")) == 1
        return self


class Browser:
    """Somebody at the console."""

    def __init__(self, application: Application, base: str = HTTP) -> None:
        transport = httpx.ASGITransport(create_app(application), raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url=base)

    async def close(self) -> None:
        await self.http.aclose()

    async def get(self, path: str, status: int = 200, **query: Any) -> Page:
        answer = await self.http.get(path, params=query or None)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return Page(answer).check()

    async def leads(self, path: str) -> str:
        """Return where a page leads to at once."""
        answer = await self.http.get(path)
        assert answer.status_code == 303, (path, answer.status_code, answer.text)
        return answer.headers["location"]

    async def send(self, path: str, on: str, /, **fields: Any) -> httpx.Response:
        """Send a form of the page `on`, with what it brings along by itself."""
        page = await self.get(on)
        return await self.http.post(path, data={"csrf": page.field("csrf")} | fields)

    async def does(self, path: str, on: str | None = None, /, **fields: Any) -> str:
        """Send a form that is taken; return what the next page says of it."""
        answer = await self.send(path, on or path, **fields)
        assert answer.status_code == 303, (path, answer.status_code, answer.text)
        page = await self.get(answer.headers["location"])
        said = page.text.partition('<div id="said" role="status">')[2].partition("</div>")[0]
        return said.removeprefix("<p>").removesuffix("</p>")

    async def refused(
        self, status: int, path: str, on: str | None = None, /, **fields: Any
    ) -> Page:
        """Send a form that is refused; return the page that says why."""
        answer = await self.send(path, on or path, **fields)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return Page(answer).check()

    async def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        return await self.send(
            "/console/sign-in", "/console/sign-in", email=email, password=password
        )
