"""
Integer arithmetic in C.

Sums, products and shifts are computed in unsigned types, where C wraps around as MLIR does, and cut
to the bits of the result. No operand makes the behaviour undefined: what could is done by a helper
function, unless an operand is a constant that cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xdsl.dialects import arith, math
from xdsl.ir import Operation, SSAValue

from usmp_dialect.dialects import tir
from usmp_dialect.targets.c.function_printer import FunctionPrinter
from usmp_dialect.targets.c.module_names import Handler
from usmp_dialect.targets.c.scalar_types import IntegerScalar

BinaryOp = (
    arith.AddiOp
    | arith.SubiOp
    | arith.MuliOp
    | arith.AndIOp
    | arith.OrIOp
    | arith.XOrIOp
    | arith.DivUIOp
    | arith.RemUIOp
    | arith.DivSIOp
    | arith.RemSIOp
    | arith.FloorDivSIOp
    | arith.CeilDivSIOp
    | arith.CeilDivUIOp
    | arith.ShLIOp
    | arith.ShRUIOp
    | arith.ShRSIOp
    | arith.MinUIOp
    | arith.MaxUIOp
    | arith.MinSIOp
    | arith.MaxSIOp
)


def _operands(p: FunctionPrinter, lhs: SSAValue, rhs: SSAValue) -> tuple[str, str]:
    """Two operands, of which one has its own C type, so that C computes in that."""
    both_constant = p.constant(lhs) is not None and p.constant(rhs) is not None
    return p.typed(lhs) if both_constant else p.number(lhs), p.number(rhs)


def _add_or_subtract(p: FunctionPrinter, op: arith.AddiOp | arith.SubiOp) -> None:
    scalar = p.integer(op.result)
    operator = "+" if isinstance(op, arith.AddiOp) else "-"
    lhs, rhs = _operands(p, op.lhs, op.rhs)
    constant = p.signed_constant(op.rhs)
    if constant is not None and constant < 0 and p.constant(op.lhs) is None:
        # The other way round is what was meant: i + -3 is i - 3.
        operator, rhs = "-" if operator == "+" else "+", scalar.literal(-constant)
    p.define(op.result, scalar.wrap(f"{lhs} {operator} {rhs}"))


def _multiply(p: FunctionPrinter, op: arith.MuliOp) -> None:
    scalar = p.integer(op.result)
    lhs, rhs = _operands(p, op.lhs, op.rhs)
    # The product of two int that were 16 bits may overflow.
    widening = "(uint32_t)" if scalar.is_promoted and scalar.width > 8 else ""
    p.define(op.result, scalar.wrap(f"{widening}{lhs} * {rhs}"))


def _bitwise(operator: str) -> Callable[[FunctionPrinter, BinaryOp], None]:
    def print_bitwise(p: FunctionPrinter, op: BinaryOp) -> None:
        scalar = p.integer(op.result)
        lhs, rhs = _operands(p, op.lhs, op.rhs)
        expression = f"{lhs} {operator} {rhs}"
        is_cast = scalar.is_promoted and scalar.width > 1
        p.define(op.result, f"({scalar.c_type})({expression})" if is_cast else expression)

    return print_bitwise


def _unsigned_division(operator: str, helper: str) -> Callable[[FunctionPrinter, BinaryOp], None]:
    def print_division(p: FunctionPrinter, op: BinaryOp) -> None:
        scalar = p.integer(op.result)
        if operator and p.constant(op.rhs):
            lhs, rhs = _operands(p, op.lhs, op.rhs)
            p.define(op.result, scalar.wrap(f"{lhs} {operator} {rhs}"))
        else:
            p.define(op.result, _unsigned_helper(p, helper, scalar, op.lhs, op.rhs))

    return print_division


def _signed_division(operator: str, helper: str) -> Callable[[FunctionPrinter, BinaryOp], None]:
    def print_division(p: FunctionPrinter, op: BinaryOp) -> None:
        scalar = p.integer(op.result)
        constant = p.signed_constant(op.rhs)
        if operator and constant not in (None, 0, -1) and p.constant(op.lhs) is None:
            quotient = f"({p.signed(op.lhs)} {operator} {p.signed(op.rhs)})"
            p.define(op.result, scalar.cast(quotient))
        else:
            call = p.helpers.call(f"{helper}_{scalar.suffix}", p.signed(op.lhs), p.signed(op.rhs))
            p.define(op.result, _narrowed(scalar, call))

    return print_division


def _unsigned_helper(
    p: FunctionPrinter, helper: str, scalar: IntegerScalar, lhs: SSAValue, rhs: SSAValue
) -> str:
    call = p.helpers.call(f"{helper}_{scalar.suffix}", p.number(lhs), p.number(rhs))
    return _narrowed(scalar, call)


def _narrowed(scalar: IntegerScalar, call: str) -> str:
    """What a helper function for 32 or 64 bits returns, with the bits of the result."""
    if scalar.is_index or scalar.width in (32, 64):
        return call
    return scalar.cast(call) if scalar.is_promoted else scalar.wrap(call)


def _shift(operator: str, helper: str) -> Callable[[FunctionPrinter, BinaryOp], None]:
    is_signed = helper == "usmp_shrsi"

    def print_shift(p: FunctionPrinter, op: BinaryOp) -> None:
        scalar = p.integer(op.result)
        amount = p.constant(op.rhs)
        if amount is not None and amount >= scalar.width:
            # The result may be anything.
            p.bind_constant(op.result, 0)
            return
        if amount is None or p.constant(op.lhs) is not None:
            lhs = p.signed(op.lhs) if is_signed else p.number(op.lhs)
            call = p.helpers.call(f"{helper}_{scalar.suffix}", lhs, p.number(op.rhs))
            p.define(op.result, _narrowed(scalar, call))
        elif is_signed:
            p.define(op.result, scalar.cast(f"({p.signed(op.lhs)} >> {amount})"))
        else:
            widening = "(uint32_t)" if scalar.is_promoted and operator == "<<" else ""
            shifted = f"{widening}{p.number(op.lhs)} {operator} {amount}"
            p.define(op.result, scalar.wrap(shifted))

    return print_shift


def _choose(operator: str, *, is_signed: bool) -> Callable[[FunctionPrinter, BinaryOp], None]:
    def print_choice(p: FunctionPrinter, op: BinaryOp) -> None:
        scalar = p.integer(op.result)
        condition = _comparison(p, operator, op.lhs, op.rhs, is_signed=is_signed)
        if not isinstance(condition, str):
            p.define(op.result, p.typed(op.lhs if condition else op.rhs))
            return
        lhs, rhs = _operands(p, op.lhs, op.rhs)
        expression = f"{condition} ? {lhs} : {rhs}"
        p.define(
            op.result, f"({scalar.c_type})({expression})" if scalar.is_promoted else expression
        )

    return print_choice


def _compare(p: FunctionPrinter, op: arith.CmpiOp) -> None:
    operator, is_signed = _PREDICATES[op.predicate.value.data]
    result = _comparison(p, operator, op.lhs, op.rhs, is_signed=is_signed)
    if isinstance(result, str):
        p.define(op.result, result)
    else:
        p.bind_constant(op.result, int(result))


_PREDICATES: Mapping[int, tuple[str, bool]] = {
    0: ("==", False),
    1: ("!=", False),
    2: ("<", True),
    3: ("<=", True),
    4: (">", True),
    5: (">=", True),
    6: ("<", False),
    7: ("<=", False),
    8: (">", False),
    9: (">=", False),
}

_COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}

_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _comparison(
    p: FunctionPrinter, operator: str, lhs: SSAValue, rhs: SSAValue, *, is_signed: bool
) -> str | bool:
    """
    A comparison as an expression, or its result where it is always the same: compilers warn of
    those.
    """
    scalar = p.integer(lhs)
    if lhs is rhs:
        return _COMPARE[operator](0, 0)
    constant = p.signed_constant if is_signed else p.constant
    left, right = constant(lhs), constant(rhs)
    if left is not None and right is not None:
        return _COMPARE[operator](left, right)
    least = -(1 << (scalar.width - 1)) if is_signed else 0
    most = least + scalar.mask
    for bound, mirrored in ((right, operator), (left, _MIRRORED[operator])):
        if bound is not None:
            at_least = _COMPARE[mirrored](least, bound)
            # A comparison with a bound that holds for the least and the most holds for all.
            if mirrored not in ("==", "!=") and at_least == _COMPARE[mirrored](most, bound):
                return at_least
    if is_signed:
        return f"{p.signed(lhs)} {operator} {p.signed(rhs)}"
    if scalar.width == 1 and operator not in ("==", "!="):
        return f"(int){p.typed(lhs)} {operator} (int){p.typed(rhs)}"
    return f"{p.number(lhs)} {operator} {p.number(rhs)}"


def _extend_signed(p: FunctionPrinter, op: arith.ExtSIOp) -> None:
    p.define(op.result, _resized(p, op.input, p.integer(op.result), is_signed=True))


def _extend_unsigned(p: FunctionPrinter, op: arith.ExtUIOp) -> None:
    p.define(op.result, _resized(p, op.input, p.integer(op.result), is_signed=False))


def _truncate(p: FunctionPrinter, op: arith.TruncIOp) -> None:
    p.define(op.result, _resized(p, op.input, p.integer(op.result), is_signed=False))


def _index_cast(p: FunctionPrinter, op: arith.IndexCastOp) -> None:
    p.define(op.result, _resized(p, op.input, p.integer(op.result), is_signed=True))


def _resized(p: FunctionPrinter, value: SSAValue, scalar: IntegerScalar, *, is_signed: bool) -> str:
    """A number as one of another width."""
    constant = p.signed_constant(value) if is_signed else p.constant(value)
    if constant is not None:
        return scalar.typed_literal(scalar.wrapped(constant))
    source = p.integer(value)
    if is_signed and scalar.storage_bits >= source.storage_bits:
        return scalar.cast(p.signed(value))
    if scalar.width > source.width:
        return f"({scalar.c_type}){p.name(value)}"
    if scalar.width == 1:
        return f"{p.name(value)} & 1"
    return scalar.cast(p.name(value))


def _add_extended(p: FunctionPrinter, op: arith.AddUIExtendedOp) -> None:
    scalar = p.integer(op.sum)
    lhs, rhs = _operands(p, op.lhs, op.rhs)
    p.define(op.sum, scalar.wrap(f"{lhs} + {rhs}"))
    total = p.name(op.sum)
    p.define(op.overflow, f"(int){total} < (int){lhs}" if scalar.width == 1 else f"{total} < {lhs}")


def _multiply_extended(
    p: FunctionPrinter, op: arith.MulUIExtendedOp | arith.MulSIExtendedOp
) -> None:
    scalar = p.integer(op.low)
    is_signed = isinstance(op, arith.MulSIExtendedOp)
    if scalar.storage_bits == 64 and not scalar.is_index and not scalar.is_whole:
        _multiply_extended_in_parts(p, op, scalar, is_signed=is_signed)
        return
    lhs, rhs = (
        (p.signed(op.lhs), p.signed(op.rhs))
        if is_signed
        else (
            p.typed(op.lhs),
            p.typed(op.rhs),
        )
    )
    if scalar.storage_bits == 64:
        unsigned = f"{p.typed(op.lhs)} * {p.typed(op.rhs)}"
        p.define(op.low, unsigned)
        helper = "usmp_mulhsi" if is_signed else "usmp_mulhui"
        p.define(op.high, p.helpers.call(f"{helper}_{scalar.suffix}", lhs, rhs))
        return
    wide = "int64_t" if is_signed else "uint64_t"
    product = p.named("product")
    p.declare(product, f"const uint64_t {product} = (uint64_t)(({wide}){lhs} * ({wide}){rhs});")
    p.define(op.low, scalar.cast(p.used(product)))
    p.define(op.high, scalar.cast(f"({product} >> {scalar.width})"))


def _multiply_extended_in_parts(
    p: FunctionPrinter,
    op: arith.MulUIExtendedOp | arith.MulSIExtendedOp,
    scalar: IntegerScalar,
    *,
    is_signed: bool,
) -> None:
    """Numbers of 33 to 63 bits: the product is put together from the halves of one of 128."""
    if is_signed:
        operands = [f"(int64_t){p.signed(v)}" for v in (op.lhs, op.rhs)]
        unsigned = [f"(uint64_t){text}" for text in operands]
        high_call = p.helpers.call("usmp_mulhsi_64", *operands)
    else:
        unsigned = [p.typed(v) for v in (op.lhs, op.rhs)]
        high_call = p.helpers.call("usmp_mulhui_64", *unsigned)
    low, high = p.named("low"), p.named("high")
    p.declare(low, f"const uint64_t {low} = {' * '.join(unsigned)};")
    p.declare(high, f"const uint64_t {high} = {high_call};")
    p.define(op.low, scalar.wrap(p.used(low)))
    width = scalar.width
    p.define(op.high, scalar.wrap(f"{low} >> {width} | {p.used(high)} << {64 - width}"))


def _absolute(p: FunctionPrinter, op: math.AbsIOp) -> None:
    scalar = p.integer(op.result)
    call = p.helpers.call(f"usmp_absi_{scalar.suffix}", p.signed(op.operand))
    p.define(op.result, _narrowed(scalar, call))


def _power(p: FunctionPrinter, op: math.IPowIOp) -> None:
    scalar = p.integer(op.result)
    call = p.helpers.call(f"usmp_ipowi_{scalar.suffix}", p.signed(op.lhs), p.signed(op.rhs))
    p.define(op.result, _narrowed(scalar, call))


CountOp = math.CountLeadingZerosOp | math.CountTrailingZerosOp | math.CtPopOp


def _count(helper: str, *, needs_width: bool) -> Callable[[FunctionPrinter, CountOp], None]:
    def print_count(p: FunctionPrinter, op: CountOp) -> None:
        scalar = p.integer(op.result)
        width = "8 * (unsigned)sizeof(usmp_index)" if scalar.is_index else str(scalar.width)
        arguments = (width,) if needs_width else ()
        call = p.helpers.call(helper, p.number(op.operand), *arguments)
        p.define(op.result, f"{call} & 1" if scalar.width == 1 else scalar.cast(call))

    return print_count


def _q_multiply_shift(p: FunctionPrinter, op: tir.QMultiplyShiftOp) -> None:
    p.define(
        op.result,
        p.helpers.call(
            "usmp_q_multiply_shift",
            p.number(op.lhs),
            p.number(op.rhs),
            str(op.q.value.data),
            str(op.s.value.data),
        ),
    )


HANDLERS: dict[type[Operation], Handler] = {
    arith.AddUIExtendedOp: _add_extended,
    arith.AddiOp: _add_or_subtract,
    arith.AndIOp: _bitwise("&"),
    arith.CeilDivSIOp: _signed_division("", "usmp_ceildivsi"),
    arith.CeilDivUIOp: _unsigned_division("", "usmp_ceildivui"),
    arith.CmpiOp: _compare,
    arith.DivSIOp: _signed_division("/", "usmp_divsi"),
    arith.DivUIOp: _unsigned_division("/", "usmp_divui"),
    arith.ExtSIOp: _extend_signed,
    arith.ExtUIOp: _extend_unsigned,
    arith.FloorDivSIOp: _signed_division("", "usmp_floordivsi"),
    arith.IndexCastOp: _index_cast,
    arith.MaxSIOp: _choose(">", is_signed=True),
    arith.MaxUIOp: _choose(">", is_signed=False),
    arith.MinSIOp: _choose("<", is_signed=True),
    arith.MinUIOp: _choose("<", is_signed=False),
    arith.MulSIExtendedOp: _multiply_extended,
    arith.MulUIExtendedOp: _multiply_extended,
    arith.MuliOp: _multiply,
    arith.OrIOp: _bitwise("|"),
    arith.RemSIOp: _signed_division("%", "usmp_remsi"),
    arith.RemUIOp: _unsigned_division("%", "usmp_remui"),
    arith.ShLIOp: _shift("<<", "usmp_shli"),
    arith.ShRSIOp: _shift(">>", "usmp_shrsi"),
    arith.ShRUIOp: _shift(">>", "usmp_shrui"),
    arith.SubiOp: _add_or_subtract,
    arith.TruncIOp: _truncate,
    arith.XOrIOp: _bitwise("^"),
    math.AbsIOp: _absolute,
    math.CountLeadingZerosOp: _count("usmp_ctlz", needs_width=True),
    math.CountTrailingZerosOp: _count("usmp_cttz", needs_width=True),
    math.CtPopOp: _count("usmp_ctpop", needs_width=False),
    math.IPowIOp: _power,
    tir.QMultiplyShiftOp: _q_multiply_shift,
}
