"""Works out the released rounds that the demonstration ships: `make demo-data`, some minutes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from survey.made_up import shipped_releases
from survey.storage.engine.database import Database, migrate
from survey.terminal import progress_line


def main() -> None:
    """Write one file for each round."""
    for name in shipped_releases.ROUNDS:
        with tempfile.TemporaryDirectory() as home:
            url = f"sqlite:///{home}/survey.sqlite"
            migrate(url)
            database = Database(url, Path(home))
            content = shipped_releases.work_out(database, name, progress_line(name))
            database.close()
        file = shipped_releases.file_of(name)
        file.write_bytes(content)
        print(f"{file.name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
