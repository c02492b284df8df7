"""Fixtures of the tests that open a page: one browser for all of them."""

from __future__ import annotations

import pytest

from .browser import launched, opened


@pytest.fixture(scope="session")
def browser(chromium):
    """Return a running headless browser (Playwright), shared by the tests."""
    with launched(chromium) as running:
        yield running


@pytest.fixture
def open_page(browser, tmp_path):
    """Return a function that writes a page (text) or takes a path and opens it; see `browser.opened`."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def open_it(page, **options):
            path = page
            if isinstance(page, str):
                path = tmp_path / f"页 page {len(list(tmp_path.iterdir()))}.html"
                path.write_text(page, encoding="utf-8")
            return stack.enter_context(opened(browser, path, **options))

        yield open_it
