"""
Dialects of other distributions, installed together with this one.

The distributions next to this file are built and installed as anybody would do it, with pip, but
into a directory of their own, so that the rest of the tests runs without them.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DISTRIBUTIONS = sorted(file.parent for file in HERE.glob("*/pyproject.toml"))
PROGRAMS = sorted(path.name for path in (HERE / "programs").glob("*.mlir"))

SMALL = """
func.func @main() {
  %a = ring.make : memref<8xi8>
  "test.op"(%a) : (memref<8xi8>) -> ()
  func.return
}
"""


def tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def run(
    command: list[str], environment: Mapping[str, str], text: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that the distributions are installed in."""
    for module in ("pip", "hatchling"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed, which installs the distributions of others")
    directory = tmp_path_factory.mktemp("third_party")
    options = "--no-index --no-deps --no-build-isolation --disable-pip-version-check --target"
    command = [sys.executable, "-m", "pip", "install", *options.split(), str(directory)]
    result = run([*command, *map(str, DISTRIBUTIONS)], {})
    assert result.returncode == 0, result.stderr
    return directory


def test_distributions_and_programs_are_found() -> None:
    assert len(DISTRIBUTIONS) == 2
    assert PROGRAMS


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs(program: str, installed: Path) -> None:
    """The RUN lines of the program succeed."""
    # lit cannot be run with `-m`, and its script may not be on the path.
    lit = [sys.executable, "-c", "from lit.main import main; main()", "-v"]
    result = run([*lit, str(HERE / "programs" / program)], {"USMP_THIRD_PARTY": str(installed)})
    if result.returncode or "Passed: 1" not in result.stdout:
        pytest.fail(result.stdout + result.stderr, pytrace=False)


def write_distribution(directory: Path, name: str, dialect: str, module: str) -> None:
    """What is left of a distribution in an environment from which its modules are gone."""
    info = directory / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[usmp.models]\n{dialect} = {module}\n")


def test_model_that_cannot_be_imported(installed: Path, tmp_path: Path) -> None:
    write_distribution(tmp_path, "half-gone", "ring", "half_gone.models")
    environment = {"PYTHONPATH": os.pathsep.join(map(str, (installed, tmp_path)))}
    command = [tool("usmp-opt"), "-f", "mlir", "-p", "unified-static-memory-planner"]
    result = run(command, environment, SMALL)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert (
        "error: the model of dialect 'ring' that half-gone installs (usmp.models: half_gone.models)"
        " could not be loaded: ModuleNotFoundError: No module named 'half_gone': "
        "mend that distribution, or uninstall it"
    ) in result.stderr


def test_model_of_a_dialect_that_is_not_used_is_not_imported(
    installed: Path, tmp_path: Path
) -> None:
    write_distribution(tmp_path, "half-gone", "nobody_uses_it", "half_gone.models")
    environment = {"PYTHONPATH": os.pathsep.join(map(str, (installed, tmp_path)))}
    command = [tool("usmp-opt"), "-f", "mlir", "-p", "unified-static-memory-planner"]
    result = run(command, environment, SMALL)
    assert result.returncode == 0, result.stderr
    assert "memref.view" in result.stdout


def test_model_overrides_another(installed: Path, tmp_path: Path) -> None:
    """The last one in the order of the distributions' names wins."""
    write_distribution(tmp_path, "zzz", "ring", "zzz_models")
    (tmp_path / "zzz_models.py").write_text(
        "from usmp_dialect.interfaces import BufferAllocationInterface, attach_interface\n"
        "from usmp_example_models.ring import MakeOp\n"
        "class Named(BufferAllocationInterface):\n"
        "    get_buffer = classmethod(lambda cls, op: op.results[0])\n"
        "    get_buffer_name = classmethod(lambda cls, op: 'named_by_zzz')\n"
        "attach_interface(MakeOp, Named())\n"
    )
    environment = {"PYTHONPATH": os.pathsep.join(map(str, (tmp_path, installed)))}
    command = [tool("xdsl-opt"), "-f", "mlir", "-p", "unified-static-memory-planner"]
    result = run(command, environment, SMALL)
    assert 'usmp.buffer = "named_by_zzz"' in result.stdout, result.stderr


def test_entry_points_are_looked_up_once(installed: Path) -> None:
    """And no model is imported for a program that does not have its dialect."""
    program = (
        "import importlib.metadata, sys\n"
        "lookups = []\n"
        "entry_points = importlib.metadata.entry_points\n"
        "def counted(**kwargs):\n"
        "    lookups.append(kwargs)\n"
        "    return entry_points(**kwargs)\n"
        "importlib.metadata.entry_points = counted\n"
        "from xdsl.dialects.builtin import ModuleOp, i8, MemRefType\n"
        "from xdsl.dialects import func, memref\n"
        "from usmp_passes.analysis import BufferInfoAnalysis\n"
        "for _ in range(3):\n"
        "    function = func.FuncOp('f', ((), ()))\n"
        "    function.body.block.add_ops([memref.AllocOp.get(i8, None, [4]), func.ReturnOp()])\n"
        "    BufferInfoAnalysis(ModuleOp([function]))\n"
        "assert lookups == [{'group': 'usmp.models'}], lookups\n"
        "assert not [name for name in sys.modules if name.startswith('usmp_example')]\n"
    )
    result = run([sys.executable, "-c", program], {"PYTHONPATH": str(installed)})
    assert result.returncode == 0, result.stderr
