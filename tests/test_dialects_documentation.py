"""What `docs/dialects.md` shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.ptr import StoreOp
from xdsl.parser import Parser
from xdsl.universe import Universe

from usmp_dialect import interfaces
from usmp_passes.analysis import BufferInfoAnalysis
from usmp_passes.tools.plugins import load_multiverse
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

TEXT = (Path(__file__).parent.parent / "docs" / "dialects.md").read_text(encoding="utf-8")
*OWN, FOREIGN = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
PROGRAM, SIGNATURE = re.findall(r"```mlir\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """What the snippets define, run one after the other."""
    found: dict[str, Any] = {}
    for snippet in OWN:
        exec(snippet, found)
    return found


def module_of(names: dict[str, Any]) -> tuple[Context, ModuleOp]:
    context = Context()
    multiverse: Universe = load_multiverse(lambda _: None)
    for name, dialect in multiverse.all_dialects.items():
        context.register_dialect(name, dialect)
    context.register_dialect("npu", lambda: names["Npu"])
    module = Parser(context, PROGRAM).parse_module()
    module.verify()
    return context, module


def test_lives(names: dict[str, Any]) -> None:
    _, module = module_of(names)
    buffers = BufferInfoAnalysis(module, main="main").buffers
    # main: 0 a, 1 b, 2 tile, 3 repeat: 4 launch: 5 scratch, 6 zero, 7 call, 8 return; 9 zero,
    # 10 call. The loop needs `a` in every repetition.
    assert [(buffer.name, buffer.live) for buffer in buffers] == [
        ("scratch", ((6, 7),)),
        ("a", ((3, 8),)),
        ("b", ((9, 10),)),
    ]


def test_plan(names: dict[str, Any]) -> None:
    context, module = module_of(names)
    UnifiedStaticMemoryPlannerPass(main="main").apply(context, module)
    module.verify()
    assert SIGNATURE.strip() in str(module)
    assert "npu.alloc" not in str(module)


def test_attached_from_outside(names: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interfaces, "_ATTACHED", dict(vars(interfaces)["_ATTACHED"]))
    monkeypatch.setattr(interfaces, "_RESOLVED", {})
    exec(FOREIGN, names)
    attached = vars(interfaces)["_ATTACHED"][StoreOp, interfaces.BufferEscapeInterface]
    assert type(attached).__name__ == "KeepsAddress"


def test_every_interface_is_documented() -> None:
    kinds: tuple[type, ...] = vars(interfaces)["_INTERFACES"]
    assert [kind for kind in kinds if f"| `{kind.__name__}` |" not in TEXT] == []
    methods = {name for kind in kinds for name in vars(kind) if not name.startswith("_")}
    assert [name for name in sorted(methods) if f"`{name}`" not in TEXT] == []
