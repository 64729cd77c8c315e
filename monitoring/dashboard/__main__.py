"""`python -m monitoring.dashboard`: the dashboard's process."""

import sys

from config import load_settings
from errors import ConfigError
from log import setup_logging


def main() -> int:
    """Run until told to stop; returns the exit code: 0, 1 (it failed), 2 (a setting is wrong)."""
    try:
        settings = load_settings()
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    setup_logging(settings.log_level)
    return 0


if __name__ == "__main__":
    sys.exit(main())
