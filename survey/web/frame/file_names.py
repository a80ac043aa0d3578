"""The name of a file in any script, as a header can carry it."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

#: What a quoted name in a header cannot hold, or what a browser may take for something else.
_UNFIT: Final = re.compile(r"[^ !#-\[\]-~]")


def attachment(name: str) -> str:
    """The value of Content-Disposition: the name itself (RFC 5987), behind one in ASCII for programs that cannot read it."""
    plain = _UNFIT.sub("_", name)
    first = f'attachment; filename="{plain}"'
    return first if plain == name else f"{first}; filename*=UTF-8''{quote(name, safe='')}"
