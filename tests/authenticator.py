"""An authenticator app for tests: RFC 6238 by hand, apart from what the product uses."""

import base64
import hmac
import struct
import time

HALF_MINUTE = 30


def code(secret, at=None, steps=0):
    """The six digits that an app with this base32 secret shows at a time, now unless given, ``steps`` half minutes on."""
    number = int(time.time() if at is None else at) // HALF_MINUTE + steps
    digest = hmac.digest(base64.b32decode("".join(secret.split())), struct.pack(">Q", number), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"
