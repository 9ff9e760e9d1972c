"""The command `crmcli`: answers --version at once, and hands everything else on."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the command line of this process; returns its exit code."""
    if sys.argv[1:] in (["--version"], ["-V"], ["version"]):
        from crmcli import __version__

        sys.stdout.write(f"crmcli {__version__}\n")
        return 0
    # Our matrices are small: threads of the linear algebra cost several times the work they share.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from crmcli.cli.app import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
