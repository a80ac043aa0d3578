"""python -m survey: the command line."""

# Before anything else is loaded or made: no file of this process, nor of one that it starts, is for other users,
# and nothing that fails on the way is told in Python's own words.
import os

os.umask(0o077)

from survey import failures  # noqa: E402

failures.install()

from survey.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
