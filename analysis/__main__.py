"""Run ``python -m analysis``."""

import sys

from analysis.command import main

sys.exit(main(sys.argv[1:]))
