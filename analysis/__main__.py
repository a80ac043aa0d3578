"""Run ``python -m analysis``."""

import sys

from analysis.commands.main import main

sys.exit(main(sys.argv[1:]))
