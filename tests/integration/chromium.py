"""A real browser, without a screen: the Chromium or Chrome that this machine has."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest
from playwright.async_api import BrowserContext, Page, async_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING: Final = "There is no Chromium on this machine: `just browser` installs Debian's, as root."


PROGRAM: Final = next((path for name in NAMES if (path := shutil.which(name))), None)
needed = pytest.mark.skipif(PROGRAM is None, reason=MISSING)


@asynccontextmanager
async def opened(base_url: str, **options: Any) -> AsyncIterator["Tab"]:
    """Open a tab of a new profile."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=PROGRAM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        context = await browser.new_context(base_url=base_url, **options)
        context.set_default_timeout(15_000)
        yield Tab(context, await context.new_page(), base_url)
        await browser.close()


class Tab:
    """Somebody's tab; it notes what it asked of other sites and what its policy blocked."""

    def __init__(self, context: BrowserContext, page: Page, base_url: str) -> None:
        self.context, self.page, self.base_url = context, page, base_url
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self._asked(request.url))
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base_url, "data:")):
            self.elsewhere.append(url)

    def _said(self, kind: str, text: str) -> None:
        # That a page was refused is what it is there to tell.
        if kind in {"error", "warning"} and "the server responded with a status of" not in text:
            self.complaints.append(text)

    async def tab_to(self, name: str, most: int = 80) -> None:
        """Go on by the keyboard alone until something of this name has the focus, seen to have."""
        for _ in range(most):
            await self.page.keyboard.press("Tab")
            if await self.page.evaluate(FOCUSED) == name:
                outline = await self.page.evaluate(OUTLINED)
                assert outline != "none", name
                return
        raise AssertionError(f"The keyboard never gets to {name}.")

    async def heading(self) -> str:
        return await self.page.locator("h1").inner_text()

    async def said(self) -> str:
        return await self.page.locator("#said").inner_text()

    async def check(self) -> None:
        """Fail where a page is wider than the screen, or its policy blocked something of it."""
        wide, screen = await self.page.evaluate(
            "[document.documentElement.scrollWidth, innerWidth]"
        )
        assert wide <= screen, (self.page.url, wide, screen)
        broken = await self.page.evaluate(BROKEN)
        assert broken == [], self.page.url
        assert self.elsewhere == []
        assert self.complaints == []


FOCUSED: Final = """() => {
  const one = document.activeElement;
  const name = one.labels?.[0]?.innerText || one.innerText || one.value || "";
  return name.replace(/\\s+/g, " ").trim();
}"""
OUTLINED: Final = "getComputedStyle(document.activeElement).outlineStyle"
BROKEN: Final = """Promise.all([...document.images].map(async one => {
  one.loading = "eager";
  await one.decode().catch(() => {});
  return one.naturalWidth ? null : one.src;
})).then(all => all.filter(Boolean))"""
