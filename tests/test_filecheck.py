"""Runs the lit suite of `tests/filecheck` as a part of pytest's: one test a file."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SUITE = ROOT / "tests" / "filecheck"
FILES = sorted(
    str(path.relative_to(SUITE))
    for path in SUITE.rglob("*")
    if path.suffix in (".mlir", ".test", ".py") and "RUN:" in path.read_text(errors="replace")
)


def test_suite_is_found() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES)
def test_filecheck(file: str) -> None:
    """The file's RUN lines succeed."""
    # lit cannot be run with `-m`, and its script may not be on the path.
    lit = (sys.executable, "-c", "from lit.main import main; main()", "-v", str(SUITE / file))
    result = subprocess.run(lit, capture_output=True, text=True, check=False, cwd=ROOT)
    if result.returncode:
        pytest.fail(result.stdout + result.stderr, pytrace=False)
    if result.stdout.startswith("UNSUPPORTED") or "\nUNSUPPORTED: " in result.stdout:
        pytest.skip("this environment lacks what the test requires")
