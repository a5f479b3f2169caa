"""Counts of attempts that several workers share in a real Redis, and what is counted while it is away."""

import logging
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
import redis

from tests.admin.test_throttle import ELSEWHERE, HERE, codes, from_address
from tests.database import unavailable
from tests.people import PASSWORD, make_user


class Server:
    """A Redis of our own behind a socket, with nothing kept on the disk."""

    def __init__(self, program):
        self.folder = Path(tempfile.mkdtemp(prefix="redis-"))
        self.socket = self.folder / "socket"
        self.process = subprocess.Popen(
            [program, "--port", "0", "--unixsocket", self.socket, "--save", "", "--dir", self.folder],
            stdout=subprocess.DEVNULL)
        self.address = f"redis+unix://{self.socket}"
        self.link = redis.Redis(unix_socket_path=str(self.socket))
        self._wait()

    def _wait(self):
        for _ in range(200):
            try:
                return self.link.ping()
            except redis.ConnectionError:
                time.sleep(0.02)
        raise TimeoutError(self.socket)

    def stop(self):
        self.link.close()
        self.process.terminate()
        self.process.wait(10)

    def forget(self):
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def server():
    program = shutil.which("redis-server")
    if program is None:
        unavailable("redis-server")
    server = Server(program)
    yield server
    server.stop()
    server.forget()


@pytest.fixture
def workers(server, make_app, app):
    """Two processes' worth of the application on one database and one Redis."""
    return [make_app(REDIS_URL=server.address) for _ in range(2)]


def test_wrong_passwords_are_counted_over_all_workers(workers, server):
    user = make_user("coordinator")

    answers = [codes(from_address(worker, HERE), user, 3) for worker in workers]

    assert answers == [[401] * 3, [401, 401, 429]]
    assert codes(from_address(workers[0], ELSEWHERE), user, 1, PASSWORD) == [302]
    assert [key for key in server.link.scan_iter() if user.email.encode() in key] == []


def test_right_password_at_one_worker_forgives_at_the_other(workers):
    user = make_user("coordinator")
    codes(from_address(workers[0], HERE), user, 4)

    assert codes(from_address(workers[1], HERE), user, 1, PASSWORD) == [302]
    assert codes(from_address(workers[0], HERE), user, 4) == [401] * 4


def test_while_redis_is_away_each_worker_counts_its_own_and_lets_the_owner_in(workers, server, caplog):
    user, other = make_user("coordinator"), make_user("trainer")
    assert codes(from_address(workers[0], HERE), user, 1) == [401]
    server.stop()
    caplog.set_level(logging.WARNING)

    answers = [codes(from_address(worker, HERE), user, 6) for worker in workers]

    assert answers == [[401] * 5 + [429]] * 2
    assert codes(from_address(workers[0], HERE), other, 1, PASSWORD) == [302]
    assert {record.getMessage() for record in caplog.records} == {"counts of attempts are not shared: ConnectionError"}
