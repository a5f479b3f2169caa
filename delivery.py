"""How answers travel: compressed; static files under an address that changes with them, so that browsers keep them.

A page carries a form token and may repeat what was typed. Where both are compressed together the length of the
answer tells about them (BREACH), so pages get a header of random length, and cookies are SameSite.
"""

import hashlib
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, url_for
from flask_compress import Compress

STATIC = frozenset({"static", "admin.static", "bootstrap.static"})
KEPT_FOR = 365 * 24 * 3600
NOISE = 64


def add_delivery(app: Flask) -> None:
    """Compress and version what ``app`` sends. Call it before other after-request work is added: it runs last."""
    app.config.from_mapping(COMPRESS_ALGORITHM=["gzip"], COMPRESS_STREAMS=False,
                            COMPRESS_MIN_SIZE=1000, COMPRESS_LEVEL=6)
    Compress(app)

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in STATIC and "filename" in values and (folder := _folder_of(app, endpoint)):
            values.setdefault("v", version_of(Path(folder) / values["filename"]))

    app.jinja_env.globals["static_file"] = static_file

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint in STATIC:
            response.direct_passthrough = False
            response.make_sequence()  # a streamed file would go out as it is
            if request.args.get("v") and response.status_code == 200:
                response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}, immutable"
        else:
            response.headers["X-Noise"] = secrets.token_hex(secrets.randbelow(NOISE))
        return response


def static_file(filename: str, endpoint: str = "static") -> str:
    """The address of a file of ours, with its version; each page names eight of them."""
    return _address(request.script_root, endpoint, filename)


@lru_cache(maxsize=256)
def _address(_root: str, endpoint: str, filename: str) -> str:
    return url_for(endpoint, filename=filename)


def _folder_of(app: Flask, endpoint: str) -> str | None:
    name = endpoint.rpartition(".")[0]
    return (app.blueprints[name] if name else app).static_folder


@lru_cache(maxsize=256)
def version_of(path: Path) -> str | None:
    """Eight hex digits of the file's content; None for a file that is not there."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8] if path.is_file() else None
