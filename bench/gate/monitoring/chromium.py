"""Staff's hands at the dashboard: a real Chromium that logs in, applies an alert's change with a click, and undoes it.

Chromium is the machine's own (Debian: `apt-get install chromium`); Playwright drives it.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Error, Page, async_playwright

from bench.gate.evidence import GateError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox",) if os.geteuid() == 0 else ()  # Chromium has no sandbox for root
_WAIT_MS = 20_000.0  # a change waits until the phone service has taken it


def chromium_path() -> str | None:
    """The machine's Chromium; None where there is none."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@dataclass
class Staff:
    """Somebody in front of a browser.

    Attributes:
        problems: what the browser's console told of errors, and scripts that failed.
    """

    page: Page
    url: str
    problems: list[str] = field(default_factory=list)

    async def log_in(self, name: str, password: str) -> None:
        """Log in as people do.

        Raises:
            GateError: the dashboard did not let them in, or did not answer.
        """
        try:
            await self.page.goto(f"{self.url}/login")
            await self.page.get_by_label("Name").fill(name)
            await self.page.get_by_label("Password").fill(password)
            await self.page.get_by_role("button", name="Log in").click()
            await self.page.get_by_role("button", name="Log off").wait_for(state="attached")
        except Error as exc:
            raise GateError(f"nobody could log in: {exc.message.splitlines()[0]}") from exc

    async def apply(self, suggestion_id: str) -> str:
        """Alerts, Apply, look at the preview, Apply; returns what the page said of it.

        Raises:
            GateError: the alert is not there, or was refused.
        """
        try:
            await self.page.goto(f"{self.url}/alerts#{suggestion_id}")
            alert = self.page.locator(f'[data-alert="{suggestion_id}"]')
            if not await alert.locator(".alert-body").is_visible():
                await alert.locator(".alert-toggle").click()
            await alert.get_by_role("button", name="Apply").click()
            await self.page.locator("#apply [data-confirm]:enabled").click()
            return await self._told("Applied")
        except Error as exc:
            raise GateError(f"the change could not be applied: {exc.message.splitlines()[0]}") from exc

    async def undo(self, suggestion_id: str) -> str:
        """Undo what was applied; returns what the page said of it.

        Raises:
            GateError: it could not be undone.
        """
        try:
            await self.page.goto(f"{self.url}/alerts?state=applied")
            alert = self.page.locator(f'[data-alert="{suggestion_id}"]')
            if not await alert.locator(".alert-body").is_visible():
                await alert.locator(".alert-toggle").click()
            await alert.get_by_role("button", name="Undo").click()
            return await self._told("Undone")
        except Error as exc:
            raise GateError(f"the change could not be undone: {exc.message.splitlines()[0]}") from exc

    async def _told(self, word: str) -> str:
        toast = self.page.locator("#toasts").get_by_text(word).first
        await toast.wait_for(timeout=_WAIT_MS)
        return (await toast.inner_text()).strip()


@asynccontextmanager
async def staff_at(url: str) -> AsyncIterator[Staff]:
    """A browser of its own, closed afterwards.

    Raises:
        GateError: there is no Chromium, or it does not start.
    """
    path = chromium_path()
    if path is None:
        raise GateError("there is no Chromium on this machine: apt-get install chromium")
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error as exc:
            raise GateError(f"Chromium does not start: {exc.message.splitlines()[0]}") from exc
        try:
            page = await browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(_WAIT_MS)
            staff = Staff(page, url)
            page.on("console", lambda line: staff.problems.append(line.text) if line.type == "error" else None)
            page.on("pageerror", lambda error: staff.problems.append(str(error)))
            yield staff
        finally:
            await browser.close()


if __name__ == "__main__":
    print(chromium_path())
