"""
The four example networks, run: what their C code computes, unplanned and planned in every way, is
what the networks mean, bit for bit. `usmp_network_models` has the networks in numpy.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import floor

import pytest
from xdsl.context import Context
from xdsl.dialects.builtin import IntAttr, ModuleOp
from xdsl.ir import Attribute

from usmp_dialect.dialects.tir import AllocateOp
from usmp_dialect.dialects.usmp import (
    POOL_ALLOCATION,
    PoolAllocationAttr,
)
from usmp_passes.convert_pool_allocations_to_offsets import (
    ConvertPoolAllocationsToOffsetsPass,
    Pools,
)
from usmp_passes.planning.algorithms import OWN_ALGORITHMS
from usmp_passes.tools.compiled_program import CompiledProgram, OverrunError
from usmp_passes.tools.program_interface import Argument, ProgramInterface
from usmp_passes.unified_static_memory_planner import UnifiedStaticMemoryPlannerPass

np = pytest.importorskip("numpy")

from usmp_network_models import (  # noqa: E402 (it needs numpy)
    NETWORKS,
    Data,
    Network,
    clipped,
    convolution,
    fixed_point_multiply,
    max_pool,
)
from usmp_network_programs import (  # noqa: E402
    ALL_POOLS,
    EXAMPLES,
    FULL_POOL,
    ONE_POOL,
    PLANNERS,
    SEED,
    data_of,
    example,
    network_program,
    parse,
)

GCC = shutil.which("gcc")
needs_gcc = pytest.mark.skipif(GCC is None, reason="gcc is not installed")

POOLS: Sequence[Pools] = ("arguments", "globals")
GUARD = b"\xa5" * 64
"""What follows the result in memory, and must be left alone."""


# The models


def test_scale_rounds_halves_upwards() -> None:
    values = [0, 1, -1, 2, -2, 3, -3, 5, -5, 2**31 - 1, -(2**31), 123456789, -987654321]
    for multiplier, exponent in ((1 << 30, 0), (1 << 30, -1), (1939887962, -9), (2**31 - 1, -31)):
        scaled = fixed_point_multiply(np.array(values, np.int32), multiplier, exponent)
        factor = Fraction(multiplier) * Fraction(2) ** (exponent - 31)
        assert scaled.tolist() == [floor(value * factor + Fraction(1, 2)) for value in values]
    halves = fixed_point_multiply(np.array([1, -1, 3, -3], np.int32), 1 << 30, 0)
    assert halves.tolist() == [1, 0, 2, -1]


def test_clip() -> None:
    values = np.array([-(2**31), -1, 0, 1, 254, 255, 256, 2**31 - 1], np.int32)
    assert clipped(values).tolist() == [0, 0, 0, 1, 254, 255, 255, 255]


def test_max_pool() -> None:
    image = np.array([[9, 1, 2, 3], [4, 5, 6, 7], [8, 0, 1, 2], [3, 4, 5, 6]], np.uint8)
    assert max_pool(image[..., None], 2)[..., 0].tolist() == [[9, 7], [8, 6]]
    assert max_pool(image[..., None], 1)[..., 0].tolist() == [
        [9, 9, 7, 7],
        [9, 9, 7, 7],
        [8, 8, 7, 7],
        [8, 8, 6, 6],
    ]


@pytest.mark.parametrize(("size", "stride"), [(1, 1), (3, 1), (3, 2), (7, 2)])
def test_convolution(size: int, stride: int) -> None:
    """The sums are those of a plain loop, reduced to 32 bits."""
    random = np.random.default_rng(SEED)
    limits = np.iinfo(np.int16)
    rows, columns, channels_in, channels_out = 8, 6, 3, 2
    image = random.integers(limits.min, limits.max, (rows, columns, channels_in), np.int16)
    image[:2] = limits.min
    weights = random.integers(
        limits.min, limits.max, (size, size, channels_in, channels_out), np.int16
    )
    weights[..., 0] = limits.min
    result = convolution(image, weights, stride)
    assert result.shape == (rows // stride, columns // stride, channels_out)
    before = (size - stride) // 2
    for row, column, channel in np.ndindex(*result.shape):
        total = 0
        for y, x in product(range(size), repeat=2):
            image_y, image_x = row * stride + y - before, column * stride + x - before
            if 0 <= image_y < rows and 0 <= image_x < columns:
                total += sum(
                    int(image[image_y, image_x, k]) * int(weights[y, x, k, channel])
                    for k in range(channels_in)
                )
        assert result[row, column, channel] == (total + 2**31) % 2**32 - 2**31


def test_every_example_has_its_model() -> None:
    assert set(NETWORKS) == {path.stem for path in EXAMPLES.glob("*.mlir")}


# The programs


def result_of(program: CompiledProgram, data: Data, size_bytes: int) -> bytes:
    """The bytes that a program computes."""
    image, result = bytearray(data.image.tobytes()), bytearray(b"\x5a" * size_bytes + GUARD)
    parameters = {name: bytearray(value.tobytes()) for name, value in data.parameters.items()}
    program.run([image, result], parameters)
    assert image == data.image.tobytes()
    assert all(parameters[name] == value.tobytes() for name, value in data.parameters.items())
    assert result.endswith(GUARD)
    return bytes(result[:size_bytes])


def compiled(module: ModuleOp) -> CompiledProgram:
    assert GCC is not None
    return CompiledProgram.of(module, GCC)


def algorithms(pools: str) -> Iterator[str]:
    """Those that have a plan for the pools."""
    for name, algorithm in OWN_ALGORITHMS.items():
        # Nobody knows how little must move out of a pool that is too small.
        if not (algorithm.must_prove and pools == FULL_POOL):
            yield name


def placements(module: ModuleOp) -> tuple[Attribute | None, ...]:
    """Where the buffers lie, in program order."""
    return tuple(op.attributes.get(POOL_ALLOCATION) for op in module.walk())


def check(program: CompiledProgram, name: str, kinds: Sequence[str]) -> None:
    """Run a program on one kind of data after the other."""
    for kind in kinds:
        data, expected = data_of(name, kind)
        assert result_of(program, data, len(expected)) == expected, kind


@needs_gcc
@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_unplanned(network: Network) -> None:
    """Nothing of a run is left in the next."""
    check(compiled(example(network.name)), network.name, ["typical", "extreme", "typical"])


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_data_matter(network: Network) -> None:
    """A result that is the same whatever is computed would show nothing."""
    data, expected = data_of(network.name, "typical")
    result = np.frombuffer(expected, network.result.dtype)
    values, counts = np.unique(result, return_counts=True)
    assert len(values) == 256
    assert counts.max() < 0.6 * result.size
    changed = data.image.copy()
    changed[100 % changed.shape[0], 50, 0] ^= 0x40
    assert network.run(changed, data.parameters).tobytes() != expected


@needs_gcc
@pytest.mark.parametrize("pools", ALL_POOLS)
@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_planned(network: Network, pools: str) -> None:
    """Every plan that some algorithm makes, with the pools as arguments and as globals."""
    known = set[tuple[Attribute | None, ...]]()
    for algorithm in algorithms(pools):
        planned = example(network.name, pools)
        UnifiedStaticMemoryPlannerPass(algorithm=algorithm, convert=False).apply(Context(), planned)
        if (plan := placements(planned)) in known:
            continue
        kinds = ["typical"] if known or pools != ONE_POOL else ["typical", "extreme"]
        known.add(plan)
        for place in POOLS:
            module = planned.clone()
            ConvertPoolAllocationsToOffsetsPass(place).apply(Context(), module)
            check(compiled(module), network.name, kinds)


@needs_gcc
@pytest.mark.parametrize("place", POOLS)
def test_wrong_plan_is_noticed(place: Pools) -> None:
    """With two tensors that are needed together in one place, the result is another."""
    name = "linear_structure"
    module = example(name)
    UnifiedStaticMemoryPlannerPass(convert=False).apply(Context(), module)
    for op in module.walk():
        if isinstance(op, AllocateOp) and op.buffer_name is not None:
            allocation = op.attributes[POOL_ALLOCATION]
            assert isinstance(allocation, PoolAllocationAttr)
            if op.buffer_name.data in ("sid_8", "PaddedInput_7"):
                op.attributes[POOL_ALLOCATION] = PoolAllocationAttr(allocation.pool, IntAttr(0))
    ConvertPoolAllocationsToOffsetsPass(place).apply(Context(), module)
    data, expected = data_of(name, "typical")
    assert result_of(compiled(module), data, len(expected)) != expected


@needs_gcc
def test_write_outside_pool_is_noticed() -> None:
    module = example("linear_structure")
    UnifiedStaticMemoryPlannerPass().apply(Context(), module)
    short = parse(str(module).replace("memref<1117728xi8>", "memref<1117600xi8>"))
    data, expected = data_of("linear_structure", "typical")
    with pytest.raises(OverrunError, match="next to pool @global_workspace"):
        result_of(compiled(short), data, len(expected))


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_interface(network: Network) -> None:
    """What a program is given is as large as the model says, before planning and after."""
    for planner in PLANNERS:
        interface = ProgramInterface(network_program(network.name, planner))
        arguments = [item for item in interface.arguments if isinstance(item, Argument)]
        data, result = data_of(network.name, "typical")
        assert [item.name for item in arguments] == ["input", "output"]
        assert [item.size_bytes for item in arguments] == [data.image.nbytes, len(result)]
        sizes = {name: parameter.size_bytes for name, parameter in interface.parameters.items()}
        assert sizes == {name: value.nbytes for name, value in data.parameters.items()}
