#!/usr/bin/env python3
"""examples/export_model.py says in a sentence that there is no torch, whatever is asked of it."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "export_model.py"


def main():
    """Returns what is wrong, or 0."""
    for raised in ("ModuleNotFoundError", "OSError"):
        with tempfile.TemporaryDirectory() as directory:
            # Found before a torch that is installed.
            (Path(directory) / "torch.py").write_text(f"raise {raised}('no such thing')\n", encoding="utf-8")
            environment = {**os.environ, "PYTHONPATH": directory}
            for arguments in (["--help"], ["--model", "a:b", "--modules-only"]):
                run = subprocess.run(
                    [sys.executable, "-B", SCRIPT, *arguments], env=environment, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE, check=False, timeout=60,
                )
                wanted = f"export_model.py: {sys.executable} cannot import torch, which this script needs: no such thing\n"
                if (run.returncode, run.stdout.decode(), run.stderr.decode()) != (2, "", wanted):
                    return f"{raised}, {arguments}: status {run.returncode}\n{run.stderr.decode()}"
    return 0


if __name__ == "__main__":
    sys.exit(main())
