"""python -m survey: the command line."""

# Before anything else is loaded or made: no file of this process, nor of one that it starts, is for other users,
# and nothing that fails on the way is printed in Python's own words.
import os

os.umask(0o077)

from survey import failure_log  # noqa: E402

failure_log.install()

from survey.commands.main import main  # noqa: E402

if __name__ == "__main__":
    main()
