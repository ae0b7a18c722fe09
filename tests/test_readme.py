"""What the README shows is what the tools print."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.universe import Universe

from usmp_passes.analysis import BufferInfoAnalysis
from usmp_passes.assign_pool_info import AssignPoolInfoPass
from usmp_passes.convert_pool_allocations_to_offsets import ConvertPoolAllocationsToOffsetsPass
from usmp_passes.extract_buffer_info import ExtractBufferInfoPass
from usmp_passes.plan_memory import PlanMemoryPass
from usmp_passes.tools import usmp_plan

ROOT = Path(__file__).parent.parent
BEFORE, MLIR_CHAPTER, AFTER = re.split(
    r"^(## I have MLIR, not TIR\n.*?)(?=^## )",
    (ROOT / "README.md").read_text(encoding="utf-8"),
    flags=re.DOTALL | re.MULTILINE,
)
README = BEFORE + AFTER
PROGRAM, INFO, ALLOCATION, POOL, CONVERTED = re.findall(r"```mlir\n(.*?)```", README, re.DOTALL)
RUNNING, ANALYSIS, PLANNING = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
(CONSOLE,) = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
(MLIR_NETWORK,) = re.findall(r"```mlir\n(.*?)```", MLIR_CHAPTER, re.DOTALL)
(MLIR_CONSOLE,) = re.findall(r"```console\n(.*?)```", MLIR_CHAPTER, re.DOTALL)
(MLIR_SCRIPT,) = re.findall(r"```sh\n(.*?)```", MLIR_CHAPTER, re.DOTALL)


def context() -> Context:
    context = Context()
    for name, dialect in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(name, dialect)
    return context


def module_of_readme() -> ModuleOp:
    module = Parser(context(), PROGRAM).parse_module()
    module.verify()
    return module


def in_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def planned_module() -> ModuleOp:
    module = module_of_readme()
    AssignPoolInfoPass().apply(context(), module)
    ExtractBufferInfoPass(main="run_model").apply(context(), module)
    PlanMemoryPass().apply(context(), module)
    return module


@pytest.mark.parametrize("shown", [INFO, ALLOCATION, POOL])
def test_plan(shown: str) -> None:
    assert in_one_line(shown) in str(planned_module())


def test_conversion() -> None:
    module = planned_module()
    ConvertPoolAllocationsToOffsetsPass().apply(context(), module)
    assert in_one_line(CONVERTED) in in_one_line(str(module))


@pytest.mark.parametrize("module", [module_of_readme(), planned_module()])
def test_running_in_python(module: ModuleOp, capsys: pytest.CaptureFixture[str]) -> None:
    exec(RUNNING, {"module": module})
    assert capsys.readouterr().out == "000001000200\n"


def test_analysis_from_python() -> None:
    module = module_of_readme()
    exec(ANALYSIS, {"module": module})
    explanation = BufferInfoAnalysis(module).explain("t", "wide")
    assert explanation.conflict


def test_planning_from_python(capsys: pytest.CaptureFixture[str]) -> None:
    exec(PLANNING, {})
    assert capsys.readouterr().out == "5120 True 4096\n"


def test_raw_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, table, printed = re.split(r"^\$ .*\n", CONSOLE, flags=re.MULTILINE)
    file = tmp_path / "buffers.csv"
    file.write_text(table)
    assert usmp_plan.main([str(file)]) == 0
    out, err = capsys.readouterr()
    without_time = re.compile(r"[\d.]+ s$", re.MULTILINE)
    assert without_time.sub("", out + err) == without_time.sub("", printed)


# The chapter for those who have MLIR


def run_with_network(script: str, directory: Path) -> str:
    """What a script prints where `network.mlir` is."""
    (directory / "network.mlir").write_text(MLIR_NETWORK, encoding="utf-8")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script],
        cwd=directory,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_network_in_mlir(tmp_path: Path) -> None:
    command, _, printed = MLIR_CONSOLE.removeprefix("$ ").partition("\n")
    assert run_with_network(command, tmp_path).strip() == printed.strip()


@pytest.mark.skipif(shutil.which("mlir-opt-19") is None, reason="mlir-opt-19 is not installed")
def test_between_passes_of_mlir(tmp_path: Path) -> None:
    lowered = run_with_network(MLIR_SCRIPT, tmp_path)
    assert "llvm.func @network(" in lowered
    assert not re.search(r"memref\.|linalg\.|@malloc", lowered)


def test_sizes_of_examples_in_mlir() -> None:
    text = in_one_line(MLIR_CHAPTER)
    for name in ("mobilenet", "transformer"):
        path = ROOT / "examples" / "memref" / f"{name}.mlir"
        module = Parser(context(), path.read_text(encoding="utf-8")).parse_module()
        analysis = BufferInfoAnalysis(module)
        total = sum(buffer.size_bytes or 0 for buffer in analysis.planned)
        shown = rf"in {analysis.memory_pressure} (bytes )?instead of {total}\b"
        assert re.search(shown, text)
