"""The same input gives the same bytes as before: files to download, release documents, packs and records."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import same_bytes

pytestmark = pytest.mark.slow


def test_what_leaves_and_what_is_kept_has_the_same_bytes_as_before(tmp_path: Path) -> None:
    earlier = same_bytes.opened(tmp_path / "home")
    now = dict(same_bytes.made(earlier))
    earlier.database.close()
    before = same_bytes.kept()
    assert list(now) == list(before)
    assert [name for name in now if now[name] != before[name]] == []
