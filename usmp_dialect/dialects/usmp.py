"""
The `usmp` dialect: memory pools, and what the planner says about buffers.

Pools are operations, not attributes, so that each is written once and referred to by its symbol.
The attributes are left on allocations by the passes, and are read by later passes, by reports and
by people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from xdsl.dialects.builtin import (
    I64,
    DictionaryAttr,
    IndexType,
    IntAttr,
    IntegerAttr,
    IntegerType,
    ModuleOp,
    NoneAttr,
    StringAttr,
    SymbolNameConstraint,
    SymbolRefAttr,
    UnregisteredAttr,
    i64,
)
from xdsl.ir import (
    Attribute,
    BuiltinAttribute,
    Data,
    Dialect,
    ParametrizedAttribute,
    TypeAttribute,
)
from xdsl.irdl import (
    IRDLOperation,
    irdl_attr_definition,
    irdl_op_definition,
    opt_prop_def,
    prop_def,
    result_def,
    traits_def,
)
from xdsl.parser import AttrParser, Parser
from xdsl.printer import Printer
from xdsl.traits import HasParent, MemoryReadEffect, SymbolOpInterface
from xdsl.utils.bitwise_casts import is_power_of_two
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.hints import isa

from usmp_dialect.symbol_lookup import lookup_symbol_near
from usmp_dialect.text_literal import parse_text, text_literal

CANDIDATE_MEMORY_POOLS = "candidate_memory_pools"
"""On an allocation: the pools it may go to, in order of preference."""

BUFFER_INFO = "buffer_info"
"""On an allocation: what the planner must know of it, a `BufferInfoAttr`."""

POOL_ALLOCATION = "pool_allocation"
"""On an allocation: where the plan puts it, a `PoolAllocationAttr`."""

NOT_PLANNED = "not_planned"
"""On an allocation: why the planner leaves it alone."""

FIXED_POOL_ALLOCATION = "fixed_pool_allocation"
"""On an allocation: where every plan must put it, a `PoolAllocationAttr`."""

ALLOCATED_SIZE = "allocated_size"
"""On a pool: the bytes that the plan uses of it."""

LOWER_BOUND = "lower_bound"
"""On a pool: the bytes without which no plan can place the same buffers in it."""

GAP = "gap"
"""On a pool: the bytes by which its allocated size is above its lower bound."""

REQUIRED_ALIGNMENT = "required_alignment"
"""On a pool: what its address must be a multiple of for the plan to hold, in bytes."""

PLAN = "usmp.plan"
"""On the module: which algorithm made the plan, and what is proven of it."""

POOL = "usmp.pool"
"""On a parameter or a global: the pool whose memory it is, by its symbol."""

BUFFER = "usmp.buffer"
"""On a view of a pool: the name of the buffer that is placed there."""

SLICES = "usmp.slices"
"""On a view of a pool: how many slices the buffer has, one for each thread."""

IO = "usmp.io"
"""
On an allocation: `"input"`, `"output"` or `"inout"` for the memory by which the program takes its
inputs and gives its outputs.
"""

IO_POOL_ALLOCATIONS = "usmp.io_pool_allocations"
"""On the module: where each input and output of the program lies."""

MEMORY_PRESSURE = "usmp.memory_pressure"
"""On the entry function: the largest sum of sizes, in bytes, live at one program point."""

READ_WRITE_ACCESS = "rw"
"""The access of a target that may read and write a pool."""

READ_ONLY_ACCESS = "ro"
"""The access of a target that may only read a pool."""

MAX_SLICES = 2**31 - 1
"""The most threads whose slices a buffer can have: their numbers are plain integers anywhere."""

_READ_WRITE = StringAttr(READ_WRITE_ACCESS)

_ValueT = TypeVar("_ValueT")

# The clauses of a pool: each is a keyword of the assembly and a property.
_ACCESS = "target_access"
_SPACE = "memory_space"
_POSITIVE = ("size_hint_bytes", "alignment", "clock_frequency_hz", "target_burst_bytes")
_NOT_NEGATIVE = (
    "read_bandwidth_bytes_per_cycle",
    "write_bandwidth_bytes_per_cycle",
    "read_latency_cycles",
    "write_latency_cycles",
)
_CLAUSES = (
    _ACCESS,
    _SPACE,
    "size_hint_bytes",
    "alignment",
    "clock_frequency_hz",
    "read_bandwidth_bytes_per_cycle",
    "write_bandwidth_bytes_per_cycle",
    "read_latency_cycles",
    "write_latency_cycles",
    "target_burst_bytes",
)


@irdl_op_definition
class PoolOp(IRDLOperation):
    """
    A memory pool, at module level: a stretch of memory that buffers are placed in.

    `target_access` says which targets (devices) reach the pool and whether they may write it
    (`"rw"`) or not (`"ro"`); without it every target may do both. `size_hint_bytes` is the
    capacity, unbounded if it is absent. A pool with a `memory_space` serves the buffers of that
    space and no others: a string, an integer, or an attribute of a dialect. The remaining clauses
    describe the device, for algorithms that choose between pools by speed.

    ```mlir
    usmp.pool @fast_memory target_access {c = "rw"} size_hint_bytes 131072
    usmp.pool @l1 memory_space "L1" size_hint_bytes 65536 alignment 64
    ```
    """

    name = "usmp.pool"

    sym_name = prop_def(SymbolNameConstraint())
    target_access = opt_prop_def(DictionaryAttr)
    memory_space = opt_prop_def(Attribute)
    size_hint_bytes = opt_prop_def(IntegerAttr.constr(i64))
    alignment = opt_prop_def(IntegerAttr.constr(i64))
    clock_frequency_hz = opt_prop_def(IntegerAttr.constr(i64))
    read_bandwidth_bytes_per_cycle = opt_prop_def(IntegerAttr.constr(i64))
    write_bandwidth_bytes_per_cycle = opt_prop_def(IntegerAttr.constr(i64))
    read_latency_cycles = opt_prop_def(IntegerAttr.constr(i64))
    write_latency_cycles = opt_prop_def(IntegerAttr.constr(i64))
    target_burst_bytes = opt_prop_def(IntegerAttr.constr(i64))

    traits = traits_def(SymbolOpInterface(), HasParent(ModuleOp))

    def __init__(
        self,
        name: str,
        *,
        target_access: Mapping[str, str] | None = None,
        size_hint_bytes: int | None = None,
        memory_space: str | int | None = None,
        alignment: int | None = None,
    ):
        properties: dict[str, Attribute | None] = {
            "sym_name": StringAttr(name),
            "size_hint_bytes": _optional_i64(size_hint_bytes),
            "alignment": _optional_i64(alignment),
        }
        if target_access is not None:
            properties[_ACCESS] = DictionaryAttr(
                {target: StringAttr(access) for target, access in target_access.items()}
            )
        if memory_space is not None:
            properties[_SPACE] = (
                StringAttr(memory_space)
                if isinstance(memory_space, str)
                else IntegerAttr(memory_space, i64)
            )
        super().__init__(properties=properties)

    def access_of(self, target: str | None) -> str | None:
        """
        `"rw"`, `"ro"`, or `None` if `target` does not reach the pool. Code that runs on no target
        in particular reaches every pool, with the weakest access that any of its targets has.
        """
        if self.target_access is None:
            return READ_WRITE_ACCESS
        accesses = self.target_access.data
        if target is None and accesses:
            is_writable = all(access == _READ_WRITE for access in accesses.values())
            return READ_WRITE_ACCESS if is_writable else READ_ONLY_ACCESS
        access = accesses.get(target or "")
        return access.data if isinstance(access, StringAttr) else None

    @property
    def is_read_only(self) -> bool:
        """Whether it has targets, and none of them may write it: such pools hold constants."""
        if self.target_access is None or not self.target_access.data:
            return False
        return _READ_WRITE not in self.target_access.data.values()

    def serves(self, memory_space: Attribute) -> bool:
        """Whether buffers of this memory space may be placed in the pool."""
        own = NoneAttr() if self.memory_space is None else self.memory_space
        return normalized_memory_space(memory_space) == normalized_memory_space(own)

    def verify_(self) -> None:
        name = self.sym_name.data
        if self.memory_space is not None and not _may_be_memory_space(self.memory_space):
            raise VerifyException(
                f"pool @{name} has memory_space {self.memory_space}, "
                "expected a string, an integer or an attribute of a dialect"
            )
        if (other := lookup_symbol_near(self, name)) is not None and other is not self:
            raise VerifyException(f"@{name} is declared twice: give each pool a name of its own")
        if self.target_access is not None:
            _verify_target_access(name, self.target_access)
        for clause in _POSITIVE:
            self._verify_at_least(clause, 1)
        for clause in _NOT_NEGATIVE:
            self._verify_at_least(clause, 0)
        if self.alignment is not None and not is_power_of_two(self.alignment.value.data):
            raise VerifyException(
                f"pool @{name} has alignment {self.alignment.value.data}, expected a power of two"
            )

    def _verify_at_least(self, clause: str, least: int) -> None:
        value = self.properties.get(clause)
        if not isinstance(value, IntegerAttr) or value.value.data >= least:
            return
        hint = ": leave it out for an unbounded pool" if clause == "size_hint_bytes" else ""
        raise VerifyException(
            f"pool @{self.sym_name.data} has {clause} {value.value.data}, "
            f"expected {least} or more{hint}"
        )

    @classmethod
    def parse(cls, parser: Parser) -> PoolOp:
        properties: dict[str, Attribute] = {"sym_name": parser.parse_symbol_name()}
        while True:
            pos = parser.pos
            clause = parser.parse_optional_keyword_in(_CLAUSES)
            if clause is None:
                break
            if clause in properties:
                parser.raise_error(f"{clause} is given twice", pos, parser.pos)
            properties[clause] = _parse_clause(parser, clause)
        attributes = parser.parse_optional_attr_dict_with_keyword()
        return cls.create(
            properties=properties, attributes={} if attributes is None else dict(attributes.data)
        )

    def print(self, printer: Printer):
        printer.print_string(" ")
        printer.print_symbol_name(self.sym_name.data)
        for clause in _CLAUSES:
            value = self.properties.get(clause)
            if value is None:
                continue
            printer.print_string(f" {clause} ")
            if isa(value, IntegerAttr[I64]):
                printer.print_string(str(value.value.data))
            else:
                printer.print_attribute(value)
        printer.print_op_attributes(self.attributes, print_keyword=True)


def _verify_target_access(name: str, target_access: DictionaryAttr) -> None:
    for target, access in target_access.data.items():
        if access not in (StringAttr(READ_WRITE_ACCESS), StringAttr(READ_ONLY_ACCESS)):
            raise VerifyException(
                f'pool @{name} gives target "{target}" the access {access}, expected "rw" or "ro"'
            )


def _optional_i64(value: int | None) -> IntegerAttr | None:
    return None if value is None else IntegerAttr(value, i64)


def _parse_clause(parser: Parser, clause: str) -> Attribute:
    pos = parser.pos
    if clause in (_ACCESS, _SPACE):
        value = parser.parse_attribute()
        is_valid = isa(value, DictionaryAttr) if clause == _ACCESS else _may_be_memory_space(value)
        if not is_valid:
            parser.raise_error(f"{clause} cannot be {value}", pos, parser.pos)
        return value
    number = parser.parse_integer(allow_boolean=False)
    if not -(1 << 63) <= number < 1 << 63:
        parser.raise_error(f"{clause} does not fit in 64 bits", pos, parser.pos)
    return IntegerAttr(number, i64)


_GLOBAL_SCOPE = StringAttr("global")


def _may_be_memory_space(attribute: Attribute) -> bool:
    """Whether a memref can be in such a memory space: the kinds that dialects add are theirs."""
    if isinstance(attribute, TypeAttribute):
        return False
    if isinstance(attribute, StringAttr | UnregisteredAttr):
        return True
    if isinstance(attribute, IntegerAttr):
        return isa(attribute, IntegerAttr[IntegerType])
    return not isinstance(attribute, BuiltinAttribute)


def normalized_memory_space(space: Attribute) -> Attribute:
    """
    The memory space, with the names of the default one taken away: TIR's `"global"`, and 0, which
    MLIR drops from a memref type.
    """
    is_zero = isinstance(space, IntegerAttr) and space.value.data == 0
    return NoneAttr() if is_zero or space == _GLOBAL_SCOPE else space


@dataclass(frozen=True)
class BufferInfo:
    """What the planner must know of a buffer."""

    name: str
    """Unique in the program."""

    size_bytes: int
    """What it takes of a pool, all its slices together."""

    alignment: int
    """The byte offset in the pool must be a multiple of this power of two."""

    pool_candidates: tuple[str, ...] | None = None
    """Names of pools, in order of preference; `None` if pools have not been assigned."""

    traffic_bytes: int | None = None
    """Bytes read and written in one run of the program, `None` if the program does not tell."""

    live: tuple[tuple[int, int], ...] | None = None
    """Closed ranges of program points, one an activation, ascending; `None` if too many."""

    conflicts: tuple[str, ...] | None = None
    """The buffers live with this one, each once, in program order; `None` if not listed."""

    slices: int | None = None
    """
    How many copies of it there are, one for each thread that may run its allocation at the same
    time; `None` where that is never run by two threads at once.
    """


@irdl_attr_definition
class BufferInfoAttr(Data[BufferInfo]):
    """
    What the planner must know of a buffer, as `usmp-extract-buffer-info` finds it.

    The attribute holds plain Python values: a program has as many conflicts as pairs of buffers,
    and an attribute for each would cost more than all the analysis.

    ```mlir
    #usmp.buffer_info<"sid_9", size_bytes = 301056, alignment = 16,
        pool_candidates = [@fast_memory, @slow_memory], traffic_bytes = 602112, live = [[5, 44]],
        conflicts = ["PaddedInput_7"]>
    ```
    """

    name = "usmp.buffer_info"

    def verify(self) -> None:
        info = self.data
        if not info.name:
            raise VerifyException("a buffer must have a name")
        _verify_number(info, "size_bytes", info.size_bytes, 0)
        _verify_number(info, "alignment", info.alignment, 1)
        if info.slices is not None:
            _verify_number(info, "slices", info.slices, 1)
            if info.slices > MAX_SLICES:
                raise VerifyException(
                    f"buffer '{info.name}' has slices {info.slices}, expected {MAX_SLICES} or fewer"
                )
        if not is_power_of_two(info.alignment):
            raise VerifyException(
                f"buffer '{info.name}' has alignment {info.alignment}, expected a power of two"
            )
        if info.traffic_bytes is not None:
            _verify_number(info, "traffic_bytes", info.traffic_bytes, 0)
        if info.pool_candidates is not None:
            _verify_candidates(info.name, info.pool_candidates)
        if info.live is not None:
            _verify_ranges(info.name, info.live)
        if info.conflicts is not None:
            _verify_conflicts(info.name, info.conflicts)
        if info.live is None and info.conflicts is None:
            raise VerifyException(f"buffer '{info.name}' has neither live ranges nor conflicts")

    @classmethod
    def parse_parameter(cls, parser: AttrParser) -> BufferInfo:
        with parser.in_angle_brackets():
            name = parse_text(parser, "the name of the buffer")
            fields: dict[str, Any] = {}
            while parser.parse_optional_punctuation(",") is not None:
                pos = parser.pos
                field = parser.parse_keyword_in(tuple(_FIELD_PARSERS))
                if field in fields:
                    parser.raise_error(f"{field} is given twice", pos, parser.pos)
                parser.parse_punctuation("=")
                fields[field] = _FIELD_PARSERS[field](parser)
            for field in ("size_bytes", "alignment"):
                if field not in fields:
                    parser.raise_error(f"buffer_info must have {field}")
        return BufferInfo(name, **fields)

    def print_parameter(self, printer: Printer) -> None:
        info = self.data
        with printer.in_angle_brackets():
            printer.print_string(text_literal(info.name))
            printer.print_string(f", size_bytes = {info.size_bytes}, alignment = {info.alignment}")
            if info.slices is not None:
                printer.print_string(f", slices = {info.slices}")
            if info.pool_candidates is not None:
                printer.print_string(", pool_candidates = ")
                with printer.in_square_brackets():
                    printer.print_list(info.pool_candidates, printer.print_symbol_name)
            if info.traffic_bytes is not None:
                printer.print_string(f", traffic_bytes = {info.traffic_bytes}")
            if info.live is not None:
                ranges = ", ".join(f"[{first}, {last}]" for first, last in info.live)
                printer.print_string(f", live = [{ranges}]")
            if info.conflicts is not None:
                conflicts = ", ".join(map(text_literal, info.conflicts))
                printer.print_string(f", conflicts = [{conflicts}]")


def _verify_number(info: BufferInfo, field: str, value: int, least: int) -> None:
    if value < least:
        raise VerifyException(f"buffer '{info.name}' has {field} {value}, expected {least} or more")


def _verify_candidates(name: str, candidates: tuple[str, ...]) -> None:
    if not candidates:
        raise VerifyException(
            f"buffer '{name}' has no pool_candidates: leave them out, or name a pool"
        )
    if len(set(candidates)) != len(candidates):
        raise VerifyException(f"buffer '{name}' names a pool twice in pool_candidates")


def _verify_ranges(name: str, ranges: tuple[tuple[int, int], ...]) -> None:
    end = -1
    for first, last in ranges:
        if first < 0:
            raise VerifyException(
                f"buffer '{name}' is live from {first}: program points start at 0"
            )
        if last < first:
            raise VerifyException(f"buffer '{name}' is live from {first} to {last}")
        if first <= end:
            raise VerifyException(
                f"buffer '{name}' has live ranges that meet or descend at program point {first}"
            )
        end = last


def _verify_conflicts(name: str, conflicts: tuple[str, ...]) -> None:
    distinct = set(conflicts)
    if len(distinct) != len(conflicts):
        raise VerifyException(f"buffer '{name}' names a buffer twice in conflicts")
    if name in distinct:
        raise VerifyException(f"buffer '{name}' is in conflict with itself")


def _parse_tuple(parser: AttrParser, parse: Callable[[], _ValueT]) -> tuple[_ValueT, ...]:
    return tuple(parser.parse_comma_separated_list(parser.Delimiter.SQUARE, parse))


def _parse_range(parser: AttrParser) -> tuple[int, int]:
    with parser.in_square_brackets():
        first = parser.parse_integer(allow_boolean=False)
        parser.parse_punctuation(",")
        return first, parser.parse_integer(allow_boolean=False)


_FIELD_PARSERS: dict[str, Callable[[AttrParser], Any]] = {
    "size_bytes": lambda parser: parser.parse_integer(allow_boolean=False),
    "alignment": lambda parser: parser.parse_integer(allow_boolean=False),
    "slices": lambda parser: parser.parse_integer(allow_boolean=False),
    "pool_candidates": lambda parser: _parse_tuple(parser, lambda: parser.parse_symbol_name().data),
    "traffic_bytes": lambda parser: parser.parse_integer(allow_boolean=False),
    "live": lambda parser: _parse_tuple(parser, lambda: _parse_range(parser)),
    "conflicts": lambda parser: _parse_tuple(
        parser, lambda: parse_text(parser, "the name of a buffer")
    ),
}


@dataclass(frozen=True, slots=True)
class Slices:
    """
    The copies of a buffer that is allocated under a concurrent loop, one for each thread: that of
    thread `n` is `n * stride_bytes` after the first.
    """

    count: int

    stride_bytes: int
    """From the start of one slice to that of the next."""

    @classmethod
    def for_threads(cls, threads: int, size_bytes: int, alignment: int) -> Slices:
        """The slices of a buffer of which each copy has a size and an alignment, in bytes."""
        return cls(threads, size_bytes + -size_bytes % alignment)

    def total_bytes(self, size_bytes: int) -> int:
        """What the slices take together, each of so many bytes. Nothing is after the last one."""
        return (self.count - 1) * self.stride_bytes + size_bytes


@irdl_attr_definition
class PoolAllocationAttr(ParametrizedAttribute):
    """
    Where a plan puts a buffer: the pool, and the distance in bytes from the pool's start. For a
    buffer that is allocated under a concurrent loop, that is the place of the first of its slices,
    one for each thread, whose starts are `slice_bytes` apart.

    ```mlir
    #usmp.pool_allocation<@slow_memory, byte_offset = 0>
    #usmp.pool_allocation<@slow_memory, byte_offset = 0, slices = 4, slice_bytes = 1024>
    ```
    """

    name = "usmp.pool_allocation"

    pool: SymbolRefAttr
    byte_offset: IntAttr
    slice_count: IntAttr | NoneAttr
    slice_bytes: IntAttr | NoneAttr

    def __init__(self, pool: SymbolRefAttr, byte_offset: IntAttr, slices: Slices | None = None):
        if slices is None:
            super().__init__(pool, byte_offset, NoneAttr(), NoneAttr())
        else:
            super().__init__(pool, byte_offset, IntAttr(slices.count), IntAttr(slices.stride_bytes))

    @property
    def slices(self) -> Slices | None:
        """The slices of the buffer, `None` if it has one place."""
        if isinstance(self.slice_count, NoneAttr) or isinstance(self.slice_bytes, NoneAttr):
            return None
        return Slices(self.slice_count.data, self.slice_bytes.data)

    def verify(self) -> None:
        if self.pool.nested_references:
            raise VerifyException(f"{self.pool} cannot be a pool: pools are at module level")
        if self.byte_offset.data < 0:
            raise VerifyException(f"byte_offset is {self.byte_offset.data}, expected 0 or more")
        if isinstance(self.slice_count, NoneAttr) != isinstance(self.slice_bytes, NoneAttr):
            raise VerifyException("slices and slice_bytes go together: give both, or none")
        slices = self.slices
        if slices is not None and not 1 <= slices.count <= MAX_SLICES:
            raise VerifyException(f"slices is {slices.count}, expected from 1 to {MAX_SLICES}")
        if slices is not None and slices.stride_bytes < 0:
            raise VerifyException(f"slice_bytes is {slices.stride_bytes}, expected 0 or more")

    @classmethod
    def parse_parameters(cls, parser: AttrParser) -> Sequence[Attribute]:
        with parser.in_angle_brackets():
            pool = SymbolRefAttr(parser.parse_symbol_name())
            offset = _parse_field(parser, "byte_offset")
            if parser.parse_optional_punctuation(",") is None:
                return pool, offset, NoneAttr(), NoneAttr()
            count = _parse_number(parser, "slices")
            return pool, offset, count, _parse_field(parser, "slice_bytes")

    def print_parameters(self, printer: Printer) -> None:
        with printer.in_angle_brackets():
            printer.print_attribute(self.pool)
            printer.print_string(f", byte_offset = {self.byte_offset.data}")
            if (slices := self.slices) is not None:
                printer.print_string(
                    f", slices = {slices.count}, slice_bytes = {slices.stride_bytes}"
                )


def _parse_field(parser: AttrParser, keyword: str) -> IntAttr:
    parser.parse_punctuation(",")
    return _parse_number(parser, keyword)


def _parse_number(parser: AttrParser, keyword: str) -> IntAttr:
    parser.parse_keyword(keyword)
    parser.parse_punctuation("=")
    return IntAttr(parser.parse_integer(allow_boolean=False))


@irdl_op_definition
class ThreadNumberOp(IRDLOperation):
    """
    The number of the thread that runs this iteration of the concurrent loops around it, also those
    around calls of the function: from 0 up to, but without, `threads`.

    No two iterations that are under way at the same time have the same number, unless one of them
    runs inside the other. An iteration is under way until its last operation has ended, also while
    it waits for loops inside it. Outside of concurrent loops the number is one of those in range.

    Whoever runs the loops concurrently provides it, and sees to it that no more iterations are
    under way than there are numbers. Where everything runs serially, it is 0.

    It counts as a read of memory, so that it is taken neither out of a loop nor from another block:
    iterations of the loop do not have the same number.

    ```mlir
    %n = usmp.thread_number of 4
    ```
    """

    name = "usmp.thread_number"

    threads = prop_def(IntegerAttr.constr(i64))
    number = result_def(IndexType)

    assembly_format = "`of` $threads attr-dict"

    traits = traits_def(MemoryReadEffect())

    def __init__(self, threads: int):
        super().__init__(
            properties={"threads": IntegerAttr(threads, i64)}, result_types=[IndexType()]
        )

    def verify_(self) -> None:
        threads = self.threads.value.data
        if not 1 <= threads <= MAX_SLICES:
            raise VerifyException(f"threads is {threads}, expected from 1 to {MAX_SLICES}")


Usmp = Dialect(
    "usmp",
    [
        PoolOp,
        ThreadNumberOp,
    ],
    [
        BufferInfoAttr,
        PoolAllocationAttr,
    ],
)
