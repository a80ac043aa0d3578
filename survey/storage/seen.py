"""What a page showed of something stored, in a mark that its form sends back: nobody undoes unseen what another one changed meanwhile."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def mark_of(stored: Any) -> str:
    """A short digest of what is shown, equal for equal things."""
    text = json.dumps(stored, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_as_seen(stored: Any, mark: str) -> bool:
    """Whether it is still as it was when that mark was made; without a mark nobody looked."""
    return mark in ("", mark_of(stored))
