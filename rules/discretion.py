"""What no message may tell: that somebody has a past with child protection, a theme, a protected person's name.

E-mail is read over shoulders, on shared phones and by the servers on its way.
"""

import re
from collections.abc import Iterable

from rules.traces import pattern

BEGINNINGS = (
    "lastensuoj", "kokemusasiantunt", "kokemustoimij", "huostaan", "sijaishuol", "jälkihuol", "avohuol",
    "barnskydd", "erfarenhetsexpert", "omhänderta", "eftervård",
    "child protection", "child-protection", "expert by experience", "experts by experience", "taken into care",
)
"""How the words begin that tell what the activity is about, in the three languages and in any case."""

_TELLING = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, BEGINNINGS))})\w*", re.IGNORECASE)


def telling(text: str, themes: Iterable[str], protected: Iterable[str]) -> str:
    """The first word of ``text`` that tells too much; "" when none does.

    ``themes`` are names of themes in any language, ``protected`` full names of people under non-disclosure.
    """
    named = pattern([name for name in (*themes, *protected) if name.strip()])
    found = _TELLING.search(text) or (named.search(text) if named else None)
    return found.group() if found else ""
