"""
The networks of `examples/memref`, in upstream's dialects alone: planned, verified, rewritten,
lowered with upstream's passes, compiled and run. What comes out is the same to the last bit as
without a plan, and what `usmp_memref_network_models` says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from xdsl.context import Context
from xdsl.dialects.arith import ConstantOp
from xdsl.dialects.builtin import IntegerAttr, ModuleOp
from xdsl.parser import Parser
from xdsl.passes import ModulePass
from xdsl.transforms.convert_linalg_to_loops import ConvertLinalgToLoopsPass
from xdsl.transforms.lower_affine import LowerAffinePass
from xdsl.universe import Universe

from usmp_dialect.dialects.usmp import ALLOCATED_SIZE, BUFFER_INFO, GAP, BufferInfoAttr, PoolOp
from usmp_dialect.interpreters.runner import Runner
from usmp_memref_networks import (
    EXAMPLES,
    Bottleneck,
    MobileNet,
    Transformer,
    examples,
    mobilenet_text,
    transformer_text,
)
from usmp_passes.convert_pool_allocations_to_offsets import (
    ConvertPoolAllocationsToOffsetsPass,
    Pools,
)
from usmp_passes.lower_tir import LowerTirPass
from usmp_passes.planning.algorithms import OWN_ALGORITHMS
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass
from usmp_passes.verify_plan import VerifyPlanPass

np = pytest.importorskip("numpy")

from numpy.typing import NDArray  # noqa: E402 (it needs numpy)

from usmp_compiled_mlir import CompiledMlirProgram, missing_tools  # noqa: E402
from usmp_memref_network_models import (  # noqa: E402
    Arrays,
    mobilenet_data,
    run_mobilenet,
    run_transformer,
    transformer_data,
)

SEED = 20260714
ALIGNMENT = 64


@dataclass(frozen=True)
class Network:
    """A program, data for it, and a check of what comes out."""

    entry: str
    text: str
    data: Callable[[int], Arrays]
    check: Callable[[Arrays, NDArray[Any]], None]


def mobilenet(net: MobileNet) -> Network:
    def check(data: Arrays, result: NDArray[Any]) -> None:
        assert result.tolist() == run_mobilenet(net, data).tolist()

    return Network("mobilenet", mobilenet_text(net), lambda seed: mobilenet_data(net, seed), check)


def transformer(net: Transformer) -> Network:
    def check(data: Arrays, result: NDArray[Any]) -> None:
        np.testing.assert_allclose(result, run_transformer(net, data), rtol=1e-4, atol=1e-5)

    text = transformer_text(net)
    return Network("transformer", text, lambda seed: transformer_data(net, seed), check)


NETWORKS = {
    network.entry: network for network in (mobilenet(MobileNet()), transformer(Transformer()))
}
TINY_NETWORKS = {
    network.entry: network
    for network in (
        mobilenet(
            MobileNet(
                extent=8,
                stem=2,
                bottlenecks=[Bottleneck(2, 2, 1), Bottleneck(2, 3, 2), Bottleneck(2, 3, 1)],
                head=4,
                classes=3,
            )
        ),
        transformer(Transformer(tokens=4, width=8, heads=2, hidden=8)),
    )
}
"""As large as an interpreter is fast."""


def parse(text: str) -> ModuleOp:
    context = Context()
    for dialect, factory in Universe.get_multiverse().all_dialects.items():
        context.register_dialect(dialect, factory)
    module = Parser(context, text).parse_module()
    module.verify()
    return module


@cache
def parsed(name: str) -> ModuleOp:
    return parse(NETWORKS[name].text)


def apply(module: ModuleOp, *passes: ModulePass) -> ModuleOp:
    for step in passes:
        step.apply(Context(), module)
    module.verify()
    return module


def pool_of(module: ModuleOp) -> PoolOp:
    (pool,) = (op for op in module.ops if isinstance(op, PoolOp))
    return pool


def bytes_at(pool: PoolOp, name: str) -> int:
    size = pool.attributes[name]
    assert isinstance(size, IntegerAttr)
    return size.value.data


def total_size(module: ModuleOp) -> int:
    """The bytes that the planned buffers take when none shares memory with another."""
    infos = (op.attributes.get(BUFFER_INFO) for op in module.walk())
    return sum(info.data.size_bytes for info in infos if isinstance(info, BufferInfoAttr))


# The files


@pytest.mark.parametrize("name", examples())
def test_file(name: str) -> None:
    assert (EXAMPLES / name).read_text(encoding="utf-8") == examples()[name]


def test_mobilenet_is_deep() -> None:
    assert len(MobileNet().layers) >= 20


# Plans

TOTALS = {"mobilenet": 387796, "transformer": 234056}
"""The sums of the sizes of all buffers, in bytes."""
POOLS = {"mobilenet": 92160, "transformer": 110592}
"""The sizes of the pools in bytes, which are the memory pressures: no plan can use less."""


@pytest.mark.parametrize("algorithm", OWN_ALGORITHMS)
@pytest.mark.parametrize("name", NETWORKS)
def test_plan(name: str, algorithm: str) -> None:
    """Each algorithm finds a valid plan, and those that search find one that is proven smallest."""
    module = parsed(name).clone()
    apply(module, UnifiedStaticMemoryPlannerPass(algorithm=algorithm, convert=False))
    apply(module, VerifyPlanPass())
    size, total = bytes_at(pool_of(module), ALLOCATED_SIZE), total_size(module)
    assert total == TOTALS[name]
    assert POOLS[name] <= size < total
    if not algorithm.startswith("greedy"):
        assert size == POOLS[name]
        assert bytes_at(pool_of(module), GAP) == 0
    apply(module, ConvertPoolAllocationsToOffsetsPass(), VerifyPlanPass())
    left = {"memref.alloc", "memref.alloca", "memref.dealloc"}.intersection(
        op.name for op in module.walk()
    )
    assert not left


@pytest.mark.parametrize("name", NETWORKS)
def test_loops_need_no_more(name: str) -> None:
    """Operations of `linalg` are planned as well as the loops that they stand for."""
    module = parsed(name).clone()
    apply(module, ConvertLinalgToLoopsPass(), LowerAffinePass())
    apply(module, UnifiedStaticMemoryPlannerPass(), VerifyPlanPass())
    assert bytes_at(pool_of(module), ALLOCATED_SIZE) == POOLS[name]


# Runs

missing = missing_tools()
needs_mlir = pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def aligned(array: NDArray[Any]) -> NDArray[Any]:
    """A copy that starts at a multiple of `ALIGNMENT` bytes."""
    memory = np.empty(array.nbytes + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    copy = memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


def compiled_result(module: ModuleOp, network: Network, data: Arrays, pool: int) -> NDArray[Any]:
    """The result of a module in upstream's dialects, with `pool` bytes as the last argument."""
    program = CompiledMlirProgram(str(apply(module, LowerTirPass())))
    arguments = [aligned(array) for array in data]
    arguments[-1].view(np.uint8).fill(0x5A)
    memory = aligned(np.full(pool + ALIGNMENT, 0xA5, np.uint8))
    for _ in range(2):  # nothing of a run is left in the next
        program.run(network.entry, [*arguments, memory[:pool]] if pool else arguments)
    assert (memory[pool:] == 0xA5).all()
    for given, before in zip(arguments[:-1], data, strict=False):
        assert given.tobytes() == before.tobytes()
    return arguments[-1]


@needs_mlir
@pytest.mark.parametrize("name", NETWORKS)
def test_compiled(name: str) -> None:
    network = NETWORKS[name]
    data = network.data(SEED)
    expected = compiled_result(parsed(name).clone(), network, data, 0)
    assert np.unique(expected).size > 0.9 * expected.size
    network.check(data, expected)
    in_arguments = apply(parsed(name).clone(), UnifiedStaticMemoryPlannerPass())
    result = compiled_result(in_arguments, network, data, POOLS[name])
    assert result.tobytes() == expected.tobytes()
    in_globals = apply(parsed(name).clone(), UnifiedStaticMemoryPlannerPass(pools="globals"))
    result = compiled_result(in_globals, network, data, 0)
    assert result.tobytes() == expected.tobytes()
    loops = apply(parsed(name).clone(), ConvertLinalgToLoopsPass())
    planned = apply(loops, UnifiedStaticMemoryPlannerPass(algorithm="greedy_by_size"))
    size = bytes_at(pool_of(planned), ALLOCATED_SIZE)
    result = compiled_result(planned, network, data, size)
    assert result.tobytes() == expected.tobytes()


@needs_mlir
def test_wrong_plan_is_noticed() -> None:
    """With all buffers in one place, the result is another."""
    network = NETWORKS["mobilenet"]
    module = apply(parsed("mobilenet").clone(), UnifiedStaticMemoryPlannerPass())
    for op in module.walk():
        if op.name == "memref.view" and "usmp.buffer" in op.attributes:
            place = op.operands[1].owner
            assert isinstance(place, ConstantOp)
            place.properties["value"] = IntegerAttr.from_index_int_value(0)
    data = network.data(SEED)
    result = compiled_result(module, network, data, POOLS["mobilenet"])
    with pytest.raises(AssertionError):
        network.check(data, result)


def interpreted_result(module: ModuleOp, network: Network, data: Arrays) -> NDArray[Any]:
    arguments: Sequence[bytearray] = [bytearray(array.tobytes()) for array in data]
    Runner(module, poison=True).run(network.entry, arguments)
    return np.frombuffer(arguments[-1], data[-1].dtype).reshape(data[-1].shape)


@pytest.mark.parametrize("pools", ["arguments", "globals"])
@pytest.mark.parametrize("name", TINY_NETWORKS)
def test_interpreted(name: str, pools: Pools) -> None:
    """The same networks, smaller, without any tools but ours, with every read checked."""
    network = TINY_NETWORKS[name]
    data = network.data(SEED)
    module = apply(parse(network.text), ConvertLinalgToLoopsPass(), LowerAffinePass())
    expected = interpreted_result(module, network, data)
    network.check(data, expected)
    apply(module, UnifiedStaticMemoryPlannerPass(pools=pools))
    assert interpreted_result(module, network, data).tobytes() == expected.tobytes()
