"""One reader of pages: keeps cookies, fills in the form of a page. Knows no contender."""

import http.client
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlencode

from lxml import html

LONGEST = 600
NOT_SENT = {"submit", "button", "image", "reset", "file"}


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the body, the queries that the server counted, how long it took in milliseconds."""

    status: int
    body: bytes
    queries: int
    took: float


class Reader:
    """A client of the server on ``port``."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def get(self, address):
        return self._ask("GET", address, None)

    def post(self, address, fields):
        return self._ask("POST", address, urlencode(fields))

    def _ask(self, method, address, body):
        headers = {"Host": f"127.0.0.1:{self.port}", "Referer": f"http://127.0.0.1:{self.port}/",
                   "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        start = perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        connection.request(method, address, body=body, headers=headers)
        answer = connection.getresponse()
        read = answer.read()
        connection.close()
        took = (perf_counter() - start) * 1000
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name.strip()] = rest.split(";")[0]
        return Answer(answer.status, read, int(answer.headers.get("X-Queries", "0")), took)


def form_of(page, having):
    """What a browser would send of the form on ``page`` that has a field named ``having``: a list of pairs."""
    form = next(form for form in html.fromstring(page).forms
                if form.get("method", "").lower() == "post" and form.xpath(f".//*[@name='{having}']"))
    return [pair for field in form.xpath(".//input|.//select|.//textarea") if field.get("name")
            for pair in _values(field)]


def _values(field):
    name, kind = field.get("name"), (field.get("type") or "text").lower()
    if field.tag == "select":
        chosen = field.xpath(".//option[@selected]") or ([] if field.get("multiple") else field.xpath(".//option")[:1])
        return [(name, option.get("value", (option.text or "").strip())) for option in chosen]
    if field.tag == "textarea":
        return [(name, (field.text or "").removeprefix("\n"))]
    if kind in NOT_SENT or (kind in ("checkbox", "radio") and field.get("checked") is None):
        return []
    return [(name, field.get("value") or ("on" if kind in ("checkbox", "radio") else ""))]


def with_value(fields, name, value):
    """The pairs with another value of ``name``."""
    return [(known, value if known == name else old) for known, old in fields]
