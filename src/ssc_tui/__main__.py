"""Run the program with `python -m ssc_tui`."""

import sys

from ssc_tui.cli.main import main

sys.exit(main())
