"""Run ``python -m analysis``, or ``survey-analysis`` where it is installed."""

import sys

from analysis.commands.main import main


def run() -> None:
    """Run the command line with the words it was called with."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
