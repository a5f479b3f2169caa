"""The console with a fresh demo on a port of its own, and a browser that is signed in: for pictures and checks."""

import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Playwright
from werkzeug.serving import make_server

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "a password for pictures"  # noqa: S105 - opens a demo that lives as long as the script
KEY = "cGljdHVyZXMgYXJlIHRha2VuIG9mIGEgZGVtbyBvbmw="
CHROMIUMS = (os.environ.get("CHROMIUM", ""), "/usr/bin/chromium", "/usr/bin/chromium-browser")


def chromium_path() -> str:
    """Where Chromium is; a sentence ends the script where there is none."""
    found = next((path for path in CHROMIUMS if path and Path(path).exists()), None)
    if found is None:
        raise SystemExit("Chromium is not installed; set CHROMIUM to its path.")
    return found


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"])


@contextmanager
def demo_server() -> Iterator[str]:
    """The address of the app with fresh demo data."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite", "SECRET_KEY": KEY, "FIELD_KEYS": KEY,
            "DEMO_PASSWORD": PASSWORD, "DEMO": "1",
        }
        for command in (["db", "upgrade"], ["demo"]):
            subprocess.run([sys.executable, "-m", "flask", "--app", "app", *command], cwd=ROOT, check=True)  # noqa: S603 - our own words
        sys.path.insert(0, str(ROOT))
        from app import app  # noqa: PLC0415 - reads the environment that was set above

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def signed_in(browser: Browser, address: str, role: str, **given: object) -> BrowserContext:
    """A browser context of the demo's user of ``role``, in Finnish unless ``given`` says otherwise."""
    context = browser.new_context(**{"base_url": address, "locale": "fi-FI"} | given)
    page = context.new_page()
    page.goto("/login")
    page.fill("#email", f"{role}@demo.invalid")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    page.close()
    return context
