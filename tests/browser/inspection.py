"""What must hold on every page: readable to everybody, no wider than the screen, nothing refused, no error."""
from __future__ import annotations

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from browser.conftest import DESK, PHONE
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page

# Without is_mobile: a phone widens its layout to what does not fit, which would hide that it does not.
SCREENS = {"360×800": PHONE["viewport"], "1366×768": DESK["viewport"]}
_TOO_WIDE = """() => {
  const root = document.scrollingElement, wide = root.scrollWidth - root.clientWidth;
  if (wide <= 0) return null;
  const causes = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 0.5)
    .filter((e) => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
      if (getComputedStyle(p).overflowX !== "visible") return false; return true; });
  return `${wide} px too wide: ` + causes.slice(0, 4).map((e) => e.tagName.toLowerCase() + "." + e.className).join(", ");
}"""


class Inspector:
    """Opens pages in one context and collects what is wrong with them; ``problems`` stays empty on good ones.

    Chromium reports whatever the CSP refuses as an error of the console.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.problems: list[str] = []
        self._axe, self._place = Axe(), ""
        self._links: dict[str, str] = {}
        self.page: Page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", self._failed)

    def visit(self, address: str, status: int = 200) -> None:
        """Open *address* and look at it on a phone and on a desk."""
        self._place = address
        self.page.set_viewport_size(SCREENS["360×800"])
        answer = self.page.goto(address, wait_until="load")
        if answer is None or answer.status != status:
            self._note(f"answers {answer and answer.status}")
            return
        self.look()

    def look(self) -> None:
        """Look at the page that is open."""
        self._place = self.page.url
        for link in self.page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)"):
            self._links.setdefault(_kind_of(link), link)
        for name, size in SCREENS.items():
            self.page.set_viewport_size(size)
            too_wide = self.page.evaluate(_TOO_WIDE)
            if too_wide:
                self._note(f"{name}: {too_wide}")
            for violation in self._axe.run(self.page).response["violations"]:
                self._note(f"{name}: {_told(violation)}")

    def follow(self) -> None:
        """See that whoever was shown a link may go there; of each kind of address the first is enough."""
        for link in self._links.values():
            self._place = link
            answer = self.page.request.get(link)
            if not answer.ok:
                self._note(f"a page leads here, and it answers {answer.status}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console: {message.text}")

    def _failed(self, error: Error) -> None:
        self._note(f"script: {error}")

    def _note(self, what: str) -> None:
        self.problems.append(f"{self._place}: {what}")


def _kind_of(address: str) -> str:
    """*address* without what tells one thing of a kind from another."""
    return re.sub(r"[0-9a-f]{32}", "*", re.split(r"[?#]", address)[0])


def _told(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    return f"{violation['id']} ({len(nodes)}×): {violation['help']}: {nodes[0]['html'][:200]}"
