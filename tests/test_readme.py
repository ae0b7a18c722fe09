"""What the README shows is what the tools print."""

from __future__ import annotations

import re
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

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
PROGRAM, INFO, ALLOCATION, POOL, CONVERTED = re.findall(r"```mlir\n(.*?)```", README, re.DOTALL)
RUNNING, ANALYSIS, PLANNING = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
(CONSOLE,) = re.findall(r"```console\n(.*?)```", README, re.DOTALL)


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
