"""Run ``python -m analysis``, or ``survey-analysis`` where it is installed."""

import sys

from analysis.commands.main import main


def run() -> None:
    """Run the command line as the program that is installed."""
    sys.exit(main(sys.argv[1:], "survey-analysis"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
