"""
The networks of `examples/` as programs, before their memory is planned and after, with data and
what `usmp_network_models` says that they compute from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from xdsl.context import Context
from xdsl.dialects.builtin import ArrayAttr, ModuleOp, SymbolRefAttr
from xdsl.parser import Parser
from xdsl.universe import Universe

from usmp_dialect.dialects.tir import AllocateOp, FuncOp
from usmp_dialect.dialects.usmp import CANDIDATE_MEMORY_POOLS, PoolOp
from usmp_network_models import NETWORKS, Data, extreme_data, typical_data
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

EXAMPLES = Path(__file__).parents[2] / "examples"
SEED = 20220914

ONE_POOL, FULL_POOL, TWO_POOLS = "one pool", "a full pool and another", "a pool for tensors"
ALL_POOLS = (ONE_POOL, FULL_POOL, TWO_POOLS)
FULL_POOL_BYTES = 450_000
"""Room for the buffers of one convolution, not for those of all networks."""

PLANNERS: Mapping[str, UnifiedStaticMemoryPlannerPass | None] = {
    "unplanned": None,
    "arguments": UnifiedStaticMemoryPlannerPass(pools="arguments"),
    "globals": UnifiedStaticMemoryPlannerPass(pools="globals"),
}
"""What is done to the memory of a network, by where its pools are then."""


def parse(text: str) -> ModuleOp:
    context = Context()
    for dialect, factory in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(dialect, factory)
    return Parser(context, text).parse_module()


@cache
def parsed_example(name: str) -> ModuleOp:
    return parse((EXAMPLES / f"{name}.mlir").read_text(encoding="utf-8"))


def example(name: str, pools: str = ONE_POOL) -> ModuleOp:
    """An example, with its pools declared."""
    module = parsed_example(name).clone()
    if pools == FULL_POOL:
        _declare(module, {"fast_memory": FULL_POOL_BYTES, "slow_memory": None})
    elif pools == TWO_POOLS:
        _declare(module, {"scratch": None, "tensors": None})
        for function in module.ops:
            if isinstance(function, FuncOp):
                is_entry = "runner_function" in function.attributes
                _send_to(function, "tensors" if is_entry else "scratch")
    return module


def _declare(module: ModuleOp, sizes: dict[str, int | None]) -> None:
    first = module.body.block.first_op
    assert first is not None
    declarations = [
        PoolOp(name, target_access={"c": "rw"}, size_hint_bytes=size)
        for name, size in sizes.items()
    ]
    module.body.block.insert_ops_before(declarations, first)


def _send_to(function: FuncOp, pool: str) -> None:
    for op in function.walk():
        if isinstance(op, AllocateOp):
            op.attributes[CANDIDATE_MEMORY_POOLS] = ArrayAttr([SymbolRefAttr(pool)])


def network_program(name: str, planner: str, pools: str = ONE_POOL) -> ModuleOp:
    """An example, planned as `PLANNERS` says."""
    module = example(name, pools)
    if (plan := PLANNERS[planner]) is not None:
        plan.apply(Context(), module)
    return module


@cache
def data_of(name: str, kind: str) -> tuple[Data, bytes]:
    """The data for a network, and the result as it is in memory."""
    network = NETWORKS[name]
    data = {"typical": typical_data, "extreme": extreme_data}[kind](network, SEED)
    return data, network.run(data.image, data.parameters).tobytes()
