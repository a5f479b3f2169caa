"""The product and its peers: how each is served, signed in to, and asked for the pages that are compared."""

import signal
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from time import monotonic, sleep

import psutil

from benchmarks.client import Reader, form_of, with_value
from jobs.demo_scale_rows import RARE_WORD

HERE = Path(__file__).parent
WORK = HERE / ".work"
WORKERS, PATIENCE = 2, 60
SECRETS = {"SECRET_KEY": "only for measuring", "FIELD_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}
PASSWORD = "only for measuring"
SEARCH = RARE_WORD.lower()
READ, SAVE = ("list", "last", "search", "record", "form"), "save"


class Contender(ABC):
    """Somebody to measure; ``orders`` is how many there are. The order that is saved is not the one that is shown:
    it gathers history with every run."""

    name = folder = application = first_page = ""
    binaries = Path(sys.executable).parent
    text_field = "title"
    settings = {}

    def __init__(self, orders):
        self.orders = orders
        self.order = orders // 2
        self.saved = self.order + 1

    def environment(self, address):
        """Variables of its processes on the database at ``address`` (a URL without a driver)."""
        return {"PEER_DATABASE": address, **self.settings}

    def sign_in(self, reader):  # noqa: B027 - who has no sign-in needs none
        """Give the reader a session."""

    def saving(self, reader, number):
        """Change a text of the order through its form, for the time of the POST alone."""
        address = self.pages()["form"]
        fields = form_of(reader.get(address).body, self.text_field)
        answer = reader.post(address, with_value(fields, self.text_field, f"Työpaja {number}"))
        if answer.status != 302:
            raise SystemExit(f"{self.name} did not save: {answer.status}")
        return answer

    @abstractmethod
    def pages(self):
        """Address of each page that is compared, by its name in ``READ``."""


class Product(Contender):
    name, folder, application, first_page = "Kokemussilta", HERE.parent, "benchmarks.served:app", "/login"

    def environment(self, address):
        return {"DATABASE_URL": address.replace("postgresql:", "postgresql+psycopg:"), "DEMO": "1",
                "DEMO_PASSWORD": PASSWORD, **SECRETS}

    def sign_in(self, reader):
        fields = form_of(reader.get("/login").body, "password")
        fields = with_value(with_value(fields, "email", "coordinator@demo.invalid"), "password", PASSWORD)
        if reader.post("/login", fields).status != 302:
            raise SystemExit("the product did not let the coordinator in")

    def pages(self):
        orders = "/admin/order"
        return {"list": f"{orders}/", "last": f"{orders}/?before=end",
                "search": f"{orders}/?f_status=cancelled&q={SEARCH}",
                "record": f"{orders}/details/?id={self.order}", "form": f"{orders}/edit/?id={self.saved}"}


class Django(Contender):
    name, folder, application = "Django admin", HERE / "peers" / "django_peer", "wsgi:application"
    first_page, binaries, settings = "/admin/login/", WORK / "django" / "bin", {"FULL_COUNT": "1"}

    def sign_in(self, reader):
        fields = form_of(reader.get(self.first_page).body, "password")
        fields = with_value(with_value(fields, "username", "measuring"), "password", PASSWORD)
        if reader.post(self.first_page, with_value(fields, "next", "/admin/")).status != 302:
            raise SystemExit("Django did not let the superuser in")

    def pages(self):
        orders = "/admin/core/order/"
        return {"list": orders, "last": f"{orders}?p={-(-self.orders // 50)}",
                "search": f"{orders}?status__exact=cancelled&q={SEARCH}",
                "record": f"{orders}{self.order}/change/", "form": f"{orders}{self.saved}/change/"}


class DjangoNoCount(Django):
    name, settings = "Django, no full count", {"FULL_COUNT": "0"}


class FlaskAdmin(Contender):
    name, folder, application = "Flask-Admin", HERE / "peers" / "flask_admin_peer", "app:app"
    first_page, binaries = "/admin/", WORK / "flask-admin" / "bin"

    def environment(self, address):
        return super().environment(address.replace("postgresql:", "postgresql+psycopg:"))

    def pages(self):
        orders = "/admin/order/"
        return {"list": orders, "last": f"{orders}?page={-(-self.orders // 50) - 1}",
                "search": f"{orders}?search={SEARCH}&flt0_2=cancelled",
                "record": f"{orders}edit/?id={self.order}", "form": f"{orders}edit/?id={self.saved}"}


CONTENDERS = (Product, Django, DjangoNoCount, FlaskAdmin)


class Server:
    """A contender served by gunicorn with two workers, on a port of its own. Ends only what it began."""

    def __init__(self, contender, address, port):
        self.contender, self.reader = contender, Reader(port)
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - open until the server has stopped
        command = [contender.binaries / "gunicorn", "--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}",
                   "--timeout", "600", "--log-level", "warning", contender.application]
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **contender.environment(address)}
        self.process = psutil.Popen(command, cwd=contender.folder, env=environment, stdout=self.log,
                                    stderr=subprocess.STDOUT)

    def begin(self):
        """Wait until it answers and sign in."""
        self._wait()
        self.contender.sign_in(self.reader)

    def _wait(self):
        until = monotonic() + PATIENCE
        while monotonic() < until and self.process.poll() is None:
            try:
                if self.reader.get(self.contender.first_page).status == 200 and len(self.workers()) == WORKERS:
                    return
            except ConnectionError:
                pass  # not listening yet
            sleep(0.05)
        self.log.seek(0)
        raise SystemExit(f"{self.contender.name} did not start: {self.log.read()[-2000:]}")

    def workers(self):
        return self.process.children()

    def memory(self):
        """Megabytes of the largest worker."""
        return max(worker.memory_info().rss for worker in self.workers()) / 2**20

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except psutil.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
