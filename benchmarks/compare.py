"""The product beside Django's admin and plain Flask-Admin on as many rows: ``python -m benchmarks.compare``.

Each round asks every contender once, so that a slow spell of the machine hits all alike: read the ratios, no times.
"""

import argparse
import json
import statistics
from dataclasses import dataclass, field
from operator import attrgetter

from benchmarks.contenders import CONTENDERS, READ, SAVE, WORK, Product, Server
from benchmarks.databases import ENGINES, filled, peers_installed
from jobs.demo_scale_rows import ORDERS_OF_ONE

SIZES = {"small": 1_000, "medium": 20_000, "full": 100_000}
WARM_UP, FIRST_PORT = 4, 8790
BEST, BARE = "the best peer", "Flask-Admin"
TARGETS = {"list": (0.6, BEST), "last": (0.1, BEST), "search": (0.25, BEST), "record": (2.0, BARE),
           "form": (None, BARE), "save": (2.0, BARE)}
"""For each page the ratio of medians to stay under at full size, and to whom; None is only shown."""

MOST_QUERIES, MOST_MEMORY = 8, 200
LISTS = ("list", "last", "search")


@dataclass
class Measured:
    """One contender at one page: milliseconds of each round, bytes and queries of the last."""

    times: list[float] = field(default_factory=list)
    bytes: int = 0
    queries: int = 0

    @property
    def p50(self):
        return statistics.median(self.times)

    @property
    def p95(self):
        return sorted(self.times)[round(0.95 * (len(self.times) - 1))]


def measure(servers, page, rounds):
    """Contender name to what was measured, interleaved."""
    found = {server.contender.name: Measured() for server in servers}
    for number in range(WARM_UP + rounds):
        for server in servers:
            answer = _ask(server, page, number)
            one = found[server.contender.name]
            one.bytes, one.queries = len(answer.body), answer.queries
            if number >= WARM_UP:
                one.times.append(answer.took)
    return found


def _ask(server, page, number):
    if page == SAVE:
        return server.contender.saving(server.reader, number)
    answer = server.reader.get(server.contender.pages()[page])
    if answer.status != 200:
        raise SystemExit(f"{server.contender.name}: {page} answers {answer.status}")
    return answer


def ratio(found, page):
    """The product's median by that of whom the target names."""
    peers = {name: one for name, one in found.items() if name != Product.name}
    against = peers[BARE] if TARGETS[page][1] == BARE else min(peers.values(), key=attrgetter("p50"))
    return found[Product.name].p50 / against.p50


def run(engine, size, rounds):
    """Measure everything on one engine: (page to contender name to Measured, contender name to megabytes)."""
    experts, servers, memory = SIZES[size], [], {}
    with filled(engine, experts) as (product, peers):
        try:
            for place, kind in enumerate(CONTENDERS):
                address = product if kind is Product else peers
                servers.append(Server(kind(experts * ORDERS_OF_ONE), address, FIRST_PORT + place))
                servers[-1].begin()
            pages = {}
            for page in (*READ, SAVE):
                pages[page] = measure(servers, page, rounds)
                for server in servers:
                    name = server.contender.name
                    memory[name] = max(memory.get(name, 0), server.memory())
        finally:
            for server in servers:
                server.stop()
    return pages, memory


def table(engine, size, pages, memory):
    """Lines to print."""
    names = [kind.name for kind in CONTENDERS]
    yield f"\n{engine}, {SIZES[size]:,} experts, {SIZES[size] * ORDERS_OF_ONE:,} orders and claims: p50 / p95 in ms"
    yield " ".join([f"{'':8}", *(f"{name:>23}" for name in names), f"{'ratio':>7}", f"{'target':>7}"])
    for page, found in pages.items():
        target = TARGETS[page][0]
        yield " ".join([f"{page:8}", *(f"{found[name].p50:12.1f} /{found[name].p95:9.1f}" for name in names),
                        f"{ratio(found, page):7.2f}", f"{target or '-':>7}"])
    for page, found in pages.items():
        yield " ".join([f"{page:8}", *(f"{found[name].queries:>5} queries {found[name].bytes / 1024:>6.0f} kB"
                                       for name in names)])
    yield " ".join([f"{'memory':8}", *(f"{memory[name]:>20.0f} MB" for name in names)])


def missed(pages, memory):
    """Sentences on the targets that were not met."""
    for page, found in pages.items():
        target, against = TARGETS[page]
        if target is not None and ratio(found, page) > target:
            yield f"{page}: {ratio(found, page):.2f} times {against}, wanted at most {target}"
        if page in LISTS and found[Product.name].queries > MOST_QUERIES:
            yield f"{page}: {found[Product.name].queries} queries, wanted at most {MOST_QUERIES}"
    if memory[Product.name] >= MOST_MEMORY:
        yield f"memory of a worker: {memory[Product.name]:.0f} MB, wanted less than {MOST_MEMORY}"


def keep(engine, size, pages, memory):
    """Write what was measured beside the databases."""
    said = {"memory": memory} | {page: {name: {"p50": one.p50, "p95": one.p95, "queries": one.queries,
                                               "bytes": one.bytes} for name, one in found.items()}
                                 for page, found in pages.items()}
    (WORK / f"{engine}-{size}.json").write_text(json.dumps(said, indent=1))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--size", choices=SIZES, default="full")
    options.add_argument("--engine", choices=ENGINES, action="append")
    options.add_argument("--rounds", type=int, default=30)
    given = options.parse_args()
    WORK.mkdir(exist_ok=True)
    peers_installed()
    short = []
    for engine in given.engine or ENGINES:
        pages, memory = run(engine, given.size, given.rounds)
        print("\n".join(table(engine, given.size, pages, memory)), flush=True)
        keep(engine, given.size, pages, memory)
        short += [f"{engine}: {sentence}" for sentence in missed(pages, memory)]
    if given.size == "full" and short:  # with few rows the time goes elsewhere
        raise SystemExit("\n".join(["Not met:", *short]))


if __name__ == "__main__":
    main()
