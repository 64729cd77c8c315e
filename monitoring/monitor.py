"""The monitor: runs over finished calls (`run_process`).

`python -m monitoring.monitor` runs one from the shell, with a progress bar, and prints what it found.
"""

import sys

from monitoring.run_process import STOP_SEC, Monitor, MonitorBusy, only_run

__all__ = ["STOP_SEC", "Monitor", "MonitorBusy", "only_run"]

if __name__ == "__main__":
    from monitoring.run_shell import main

    sys.exit(main())
