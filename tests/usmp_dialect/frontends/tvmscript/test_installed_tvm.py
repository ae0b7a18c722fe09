"""
What an installed TVM prints of small networks, at each stage of its own lowering, is understood.

The tensors and scratch of the imported program are planned together, in no more memory than TVM
takes for the same program: what `relax.transform.StaticPlanBlockMemory` allocates for the tensors,
and the scratch of the operator that has the most.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, cast

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import IntegerAttr, ModuleOp

from usmp_dialect.dialects.tir import AllocateOp, FuncOp
from usmp_dialect.dialects.usmp import ALLOCATED_SIZE, PoolOp
from usmp_dialect.frontends.tvmscript import import_tvmscript
from usmp_passes.analysis import BufferInfoAnalysis
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

tvm: Any = pytest.importorskip("tvm", reason="apache-tvm is not installed")
relax = tvm.relax

UP_TO_CALLS_OF_OPERATORS = ("LegalizeOps",)
FUSED = (*UP_TO_CALLS_OF_OPERATORS, "AnnotateTIROpPattern", "FuseOps", "FuseTIR")
ALLOCATED = (
    *FUSED,
    "RewriteDataflowReshape",
    "ToNonDataflow",
    "RemovePurityChecking",
    "CallTIRRewrite",
)
PLANNED = (*ALLOCATED, "StaticPlanBlockMemory")
KILLED = (*PLANNED, "LowerAllocTensor", "KillAfterLastUse")
FOR_THE_VM = (*KILLED, "LowerRuntimeBuiltin")

STAGES = {
    "calls of operators": UP_TO_CALLS_OF_OPERATORS,
    "fused": FUSED,
    "allocated": ALLOCATED,
    "planned": PLANNED,
    "killed": KILLED,
    "for the VM": FOR_THE_VM,
}

ALIGNMENT = 16
STORAGE = re.compile(r"R\.memory\.alloc_storage\(R\.shape\(\[(\d+)\]\)")


def tensor(name: str, *shape: int) -> Any:
    return relax.Var(name, relax.TensorType(shape, "float32"))


Body: TypeAlias = Callable[[Any, Sequence[Any]], Any]
"""What a network computes of its parameters, through a builder: a result, or several."""


def perceptron(builder: Any, parameters: Sequence[Any]) -> Any:
    """Three layers, whose weights are parameters."""
    x, *weights = parameters
    for weight in weights[:-1]:
        x = builder.emit(relax.op.nn.relu(builder.emit(relax.op.matmul(x, weight))))
    logits = builder.emit(relax.op.matmul(x, weights[-1]))
    return builder.emit_output(relax.op.nn.softmax(logits))


def convolutions(builder: Any, parameters: Sequence[Any]) -> Any:
    """Two padded convolutions, a residual addition, pooling, and a mean; two results."""
    x, w0, w1 = parameters
    first = builder.emit(relax.op.nn.conv2d(x, w0, padding=(1, 1)))
    active = builder.emit(relax.op.nn.relu(first))
    second = builder.emit(relax.op.nn.conv2d(active, w1, padding=(1, 1)))
    total = builder.emit(relax.op.add(second, x))
    pooled = builder.emit(relax.op.nn.max_pool2d(total, (2, 2), (2, 2)))
    flat = builder.emit(relax.op.reshape(pooled, (1, 512)))
    scaled = builder.emit_output(relax.op.multiply(flat, relax.const(0.5, "float32")))
    mean = builder.emit_output(relax.op.mean(scaled, axis=[1]))
    return relax.Tuple([mean, scaled])


def attention(builder: Any, parameters: Sequence[Any]) -> Any:
    """One head of attention."""
    query, key, value = parameters
    transposed = builder.emit(relax.op.permute_dims(key, axes=[0, 2, 1]))
    scores = builder.emit(relax.op.matmul(query, transposed))
    weights = builder.emit(relax.op.nn.softmax(scores, axis=-1))
    return builder.emit_output(relax.op.matmul(weights, value))


NETWORKS: dict[str, tuple[Body, list[tuple[int, ...]], int]] = {
    "perceptron": (perceptron, [(1, 32), (32, 64), (64, 64), (64, 10)], 1),
    "convolutions": (convolutions, [(1, 8, 16, 16), (8, 8, 3, 3), (8, 8, 3, 3)], 2),
    "attention": (attention, [(1, 16, 32), (1, 16, 32), (1, 16, 32)], 1),
}
"""What each computes, of parameters of which shapes, and the number of its results."""


def script_of(network: str, stage: str) -> str:
    """What TVM prints of a network after the passes of a stage."""
    body, shapes, _ = NETWORKS[network]
    parameters = [tensor(f"p{index}", *shape) for index, shape in enumerate(shapes)]
    builder = relax.BlockBuilder()
    with builder.function("main", parameters):
        with builder.dataflow():
            result = body(builder, parameters)
        builder.emit_func_output(result)
    module = builder.get()
    for name in STAGES[stage]:
        module = getattr(relax.transform, name)()(module)
    return cast(str, module.script())


def imported(network: str, stage: str) -> ModuleOp:
    module = import_tvmscript(script_of(network, stage), f"{network}.py")
    module.verify()
    return module


def planned_bytes(module: ModuleOp) -> int:
    """The sum of the pools of a plan."""
    UnifiedStaticMemoryPlannerPass().apply(Context(), module)
    sizes = [op.attributes[ALLOCATED_SIZE] for op in module.ops if isinstance(op, PoolOp)]
    return sum(size.value.data for size in sizes if isinstance(size, IntegerAttr))


def scratch_bytes(function: FuncOp) -> int:
    """What the buffers of an operator take if each has its own place."""
    sizes = [size_of(op) for op in function.walk() if isinstance(op, AllocateOp)]
    return sum(-(-size // ALIGNMENT) * ALIGNMENT for size in sizes)


def size_of(op: AllocateOp) -> int:
    buffer_type = op.buffer.type
    (extent,) = buffer_type.get_shape()
    element = buffer_type.element_type
    return extent * cast(Any, element).size


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("network", NETWORKS)
def test_stages_are_understood(network: str, stage: str) -> None:
    module = imported(network, stage)
    functions = {op.sym_name.data: op for op in module.ops if isinstance(op, FuncOp)}
    main = functions["main"]
    assert "runner_function" in main.attributes
    _, shapes, results = NETWORKS[network]
    assert len(main.body.block.args) == len(shapes) + results
    # An operator that nobody calls would have been called for nothing.
    called = {str(op.properties["callee"]) for op in main.walk() if "callee" in op.properties}
    assert called == {f"@{name}" for name in functions if name != "main"}


@pytest.mark.parametrize("network", NETWORKS)
def test_stages_agree(network: str) -> None:
    """The tensors are the same before and after TVM writes their allocations down."""
    tables = [
        sorted(buffer.size_bytes or 0 for buffer in BufferInfoAnalysis(module).planned)
        for module in (imported(network, "fused"), imported(network, "allocated"))
    ]
    before, after = tables
    # Reshapes become views on the way, so that a copy is not needed.
    assert len(after) <= len(before)
    assert set(after) <= set(before)


@pytest.mark.parametrize("network", NETWORKS)
def test_plan_takes_no_more_than_tvm(network: str) -> None:
    script = script_of(network, "planned")
    storages = [int(size) for size in STORAGE.findall(script)]
    module = import_tvmscript(script, f"{network}.py")
    scratch = [
        scratch_bytes(op)
        for op in module.ops
        if isinstance(op, FuncOp) and op.sym_name.data != "main"
    ]
    taken_by_tvm = sum(storages) + max(scratch)
    planned = planned_bytes(imported(network, "allocated"))
    print(f"{network}: {planned} bytes, TVM {sum(storages)} + {max(scratch)}")
    assert 0 < planned <= taken_by_tvm
