"""What the README shows is what the passes print."""

from __future__ import annotations

import re
from pathlib import Path

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.parser import Parser
from xdsl.universe import Universe

from usmp_passes.analysis import BufferInfoAnalysis
from usmp_passes.assign_pool_info import AssignPoolInfoPass
from usmp_passes.extract_buffer_info import ExtractBufferInfoPass

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
PROGRAM, INFO = re.findall(r"```mlir\n(.*?)```", README, re.DOTALL)
(PYTHON,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def context() -> Context:
    context = Context()
    for name, dialect in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(name, dialect)
    return context


def module_of_readme() -> ModuleOp:
    module = Parser(context(), PROGRAM).parse_module()
    module.verify()
    return module


def test_buffer_info() -> None:
    module = module_of_readme()
    AssignPoolInfoPass().apply(context(), module)
    ExtractBufferInfoPass(main="run_model").apply(context(), module)
    shown = re.sub(r"\s+", " ", INFO).strip()
    assert shown in str(module)


def test_python() -> None:
    module = module_of_readme()
    exec(PYTHON, {"module": module})
    explanation = BufferInfoAnalysis(module).explain("t", "wide")
    assert explanation.conflict
