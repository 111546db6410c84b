"""Style and types of the code itself, by the tools that pyproject sets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("command", ["ruff check .", "ruff format --check .", "mypy"])
def test_the_code_satisfies(command: str, root: Path) -> None:
    module = [sys.executable, "-m", *command.split()]
    done = subprocess.run(module, cwd=root, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
