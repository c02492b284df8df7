"""How the tests open a page: headless Chromium, no name of a host resolved; or Playwright, every request refused."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=8000",
    "--window-size=1366,768",
)
VIEW = {"width": 1366, "height": 768}
WATCH = """
window.probe = { errors: [], refused: [] };
window.addEventListener("error", (event) => window.probe.errors.push(event.message));
window.addEventListener("unhandledrejection", (event) => window.probe.errors.push(String(event.reason)));
document.addEventListener("securitypolicyviolation", (event) => window.probe.refused.push(event.violatedDirective));
window.alert = () => { window.probe.errors.push("alert"); };
"""
"""Collects what went wrong inside the page; runs before its scripts."""
READY = "document.documentElement.dataset.ready === 'true'"
"""True when the page has drawn its map and takes clicks."""

PIXELS = """([points, pane]) => points.map(([x, y]) => {
  const tiles = [...document.querySelectorAll(`.leaflet-${pane}-pane canvas.leaflet-tile`)].reverse();
  const within = (box) => x >= box.left && x < box.right && y >= box.top && y < box.bottom;
  const tile = tiles.find((canvas) => within(canvas.getBoundingClientRect()));
  const box = tile.getBoundingClientRect();
  const at = [((x - box.left) * tile.width) / box.width, ((y - box.top) * tile.height) / box.height];
  return Array.from(tile.getContext("2d").getImageData(at[0], at[1], 1, 1).data);
})"""


@dataclass
class Opened:
    """A page in the browser, and everything it asked for besides itself."""

    page: Any
    requests: list[str] = field(default_factory=list)
    """Addresses of every request but that of the file itself; all were refused."""

    def run(self, script: str, argument: Any = None) -> Any:
        """Return what a JavaScript expression or function gives inside the page (promises are awaited)."""
        return self.page.evaluate(script, argument)

    def wait(self, expression: str, seconds: float = 30) -> None:
        """Wait until a JavaScript expression holds; asked from outside, since the page's own policy forbids eval."""
        until = time.monotonic() + seconds
        while not self.page.evaluate(f"Boolean({expression})"):
            assert time.monotonic() < until, f"still waiting for {expression}"
            self.page.wait_for_timeout(20)

    @property
    def errors(self) -> list[str]:
        """Errors, refusals and alerts inside the page."""
        probe = self.page.evaluate("window.probe")
        return [*probe["errors"], *probe["refused"]]

    def shot(self, path: Path) -> Path:
        """Keep a screenshot."""
        self.page.screenshot(path=str(path))
        return path


@contextmanager
def launched(chromium: str):
    """Give a browser of Playwright; close it in the end."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any, path: Path, *, ready: str = READY, before: str = "", **context: Any):
    """Open a file with the network refused and every request counted; wait until it is ready.

    Parameters
    ----------
    ready
        JavaScript expression to wait for; blank = do not wait.
    before
        JavaScript that runs before the page's own, e.g. ``delete window.DecompressionStream``.
    context
        Passed to Playwright's new_context (viewport, device_scale_factor, has_touch ...).
    """
    own = browser.new_context(**{"viewport": VIEW, **context})
    address = path.as_uri()
    got = Opened(own.new_page())

    def decide(route):
        if route.request.url.split("#")[0] == address:
            route.continue_()
        else:
            got.requests.append(route.request.url)
            route.abort()

    own.route("**/*", decide)
    own.add_init_script(WATCH + before)
    try:
        got.page.goto(address)
        if ready:
            got.wait(ready)
        yield got
    finally:
        own.close()


def colours_at(got: Opened, points: list[list[int]], pane: str = "tile") -> list[list[int]]:
    """Return red, green, blue and alpha of the parcels' tiles at pixels of the window, in a pane of the map."""
    return got.run(PIXELS, [points, pane])
