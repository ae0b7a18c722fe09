"""Loops, branches and calls in C."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from xdsl.dialects import arith, func, scf
from xdsl.dialects.builtin import MemRefType
from xdsl.ir import Block, Operation, SSAValue

from usmp_dialect.dialects import tir, usmp
from usmp_dialect.program import fail
from usmp_dialect.targets.c.buffers import buffer_at
from usmp_dialect.targets.c.function_printer import FunctionPrinter, buffer_type_of
from usmp_dialect.targets.c.literals import comment_text
from usmp_dialect.targets.c.module_names import Handler
from usmp_dialect.targets.c.program import Call
from usmp_dialect.targets.c.scalar_types import INDEX, INDEX_SCALAR, SIGNED_INDEX
from usmp_dialect.targets.c.thread_numbers import THREAD_NUMBER

PARALLEL_FOR = "USMP_PARALLEL_FOR"
"""The macro before a loop whose iterations may run at the same time."""

PARALLEL_FOR_THREADS = "USMP_PARALLEL_FOR_THREADS"
"""The same for a loop that no more than a number of threads may run."""


def _thread_number(p: FunctionPrinter, op: usmp.ThreadNumberOp) -> None:
    p.define(op.number, f"({INDEX}){THREAD_NUMBER}()")


# Loops


def _tir_for(p: FunctionPrinter, op: tir.ForOp) -> None:
    lower, upper = (
        INDEX_SCALAR.wrapped(bound) if isinstance(bound, int) else bound
        for bound in (op.lower_bound, op.upper_bound)
    )
    if op.kind.data is tir.LoopKind.PARALLEL:
        with _parallel_loop(p, op, op.induction_variable, (lower, upper, 1)), p.region_of(op):
            p.print_block(op.body.block)
        return
    name = _loop_variable(p, op.induction_variable)
    header = f"for ({_for_clauses(p, name, lower, upper, '++' + name)})"
    if op.kind.data is not tir.LoopKind.SERIAL:
        tag = "" if op.thread_tag is None else f' "{comment_text(op.thread_tag.data)}"'
        p.line(f"/* {op.kind.data.value}{tag} */")
    with p.braces(header), p.region_of(op):
        p.bind(op.induction_variable, name)
        p.print_block(op.body.block)


def _loop_variable(p: FunctionPrinter, value: SSAValue) -> str:
    return p.new_name(value, "i")


def _for_clauses(
    p: FunctionPrinter,
    name: str,
    lower: int | SSAValue,
    upper: int | SSAValue,
    increment: str,
) -> str:
    """The clauses of a loop over an index, whose bounds are signed."""
    first, last = _constant(p, lower), _constant(p, upper)
    start = INDEX_SCALAR.literal(first) if first is not None else _text(p, lower)
    if first is not None and last and _are_small(first, last):
        condition = f"{name} < {last}"
    else:
        end = (
            INDEX_SCALAR.signed_literal(last)
            if last is not None
            else f"({SIGNED_INDEX}){_text(p, upper)}"
        )
        condition = f"({SIGNED_INDEX}){name} < {end}"
    return f"{INDEX} {name} = {start}; {condition}; {increment}"


def _constant(p: FunctionPrinter, bound: int | SSAValue) -> int | None:
    return bound if isinstance(bound, int) else p.constant(bound)


def _are_small(*bounds: int) -> bool:
    """Whether bounds are not negative, and C reads them as `int`."""
    return max(bounds) < 2**31


def _text(p: FunctionPrinter, bound: int | SSAValue) -> str:
    return INDEX_SCALAR.literal(bound) if isinstance(bound, int) else p.number(bound)


Bounds = tuple[int | SSAValue, int | SSAValue, int | SSAValue]
"""The lower and upper bound of a loop, and its step."""


def _print_pragma(p: FunctionPrinter, op: Operation) -> None:
    """What makes OpenMP run a loop by several threads, where their numbers may differ."""
    limits = p.module.program.thread_limits
    if p.is_concurrent and limits.by_function:
        p.line("/* parallel, but run by the thread of the loop around it */")
        return
    threads = limits.of(op)
    p.line(PARALLEL_FOR if threads is None else f"{PARALLEL_FOR_THREADS}({threads})")


@contextmanager
def _parallel_loop(
    p: FunctionPrinter, op: Operation, variable: SSAValue, bounds: Bounds
) -> Generator[None]:
    """Print what is printed inside as the body of a loop that OpenMP may run in parallel."""
    lower, upper, step = bounds
    first, last = _constant(p, lower), _constant(p, upper)
    if _constant(p, step) == 1 and first is not None and last and _are_small(first, last):
        name = _loop_variable(p, variable)
        _print_pragma(p, op)
        with p.braces(f"for ({_for_clauses(p, name, lower, upper, f'++{name}')})"):
            p.bind(variable, name)
            yield
        return
    # OpenMP knows loops that count up to a bound of the same type.
    count, counter = p.named("count"), p.named("n")
    p.line(f"const {INDEX} {count} = {_iterations(p, bounds)};")
    _print_pragma(p, op)
    with p.braces(f"for ({INDEX} {counter} = 0; {counter} < {count}; ++{counter})"):
        distance = counter if _constant(p, step) == 1 else f"{counter} * {_text(p, step)}"
        p.define(variable, f"{_text(p, lower)} + {distance}")
        yield


def _iterations(p: FunctionPrinter, bounds: Bounds) -> str:
    lower, upper, step = bounds
    first, last = (f"({INDEX})({_text(p, bound)})" for bound in (lower, upper))
    length = f"{last} - {first}"
    if _constant(p, step) != 1:
        length = f"({length} - 1) / {_text(p, step)} + 1"
    return f"({SIGNED_INDEX}){first} < ({SIGNED_INDEX}){last} ? {length} : 0"


def _scf_for(p: FunctionPrinter, op: scf.ForOp) -> None:
    variable, *arguments = op.body.block.args
    scalar = p.integer(variable)
    names = p.declare_variables(arguments, op.iter_args, "x")
    p.bind_variables(arguments, names)
    p.bind_variables(op.res, names)
    name = _loop_variable(p, variable)
    step = p.constant(op.step)
    if scalar.is_index:
        increment = f"++{name}" if step == 1 else f"{name} += {p.number(op.step)}"
        header = _for_clauses(p, name, op.lb, op.ub, increment)
    else:
        bound = p.signed(op.ub)
        next_value = scalar.wrap(f"{name} + {p.number(op.step)}")
        header = (
            f"{scalar.c_type} {name} = {p.number(op.lb)}; {scalar.as_signed(name)} < {bound}; "
            f"{name} = {next_value}"
        )
    with p.braces(f"for ({header})"), p.region_of(op):
        p.bind(variable, name)
        terminator = p.print_block(op.body.block)
        if terminator is not None:
            p.assign(names, terminator.operands)
    p.touch_unneeded(
        [
            (name, (argument, result))
            for name, argument, result in zip(names, arguments, op.res, strict=True)
        ]
    )


def _scf_while(p: FunctionPrinter, op: scf.WhileOp) -> None:
    before, after = op.before_region.block, op.after_region.block
    inputs = p.declare_variables(before.args, op.arguments, "x")
    outputs = p.declare_variables(op.res, None, "y")
    p.bind_variables(before.args, inputs)
    p.bind_variables(op.res, outputs)
    p.bind_variables(after.args, outputs)
    with p.braces("for (;;)"), p.region_of(op):
        condition = p.print_block(before)
        assert isinstance(condition, scf.ConditionOp)
        p.assign(outputs, condition.args)
        constant = p.constant(condition.condition)
        if constant is None:
            with p.braces(f"if (!{p.name(condition.condition)})"):
                p.line("break;")
        elif not constant:
            p.line("break;")
        terminator = p.print_block(after)
        if terminator is not None:
            p.assign(inputs, terminator.operands)
    p.touch_unneeded(
        [(name, (value,)) for name, value in zip(inputs, before.args, strict=True)]
        + [
            (name, (argument, result))
            for name, argument, result in zip(outputs, after.args, op.res, strict=True)
        ]
    )


def _scf_parallel(p: FunctionPrinter, op: scf.ParallelOp) -> None:
    reduce_op = op.body.block.last_op
    assert isinstance(reduce_op, scf.ReduceOp)
    names = p.declare_variables(op.res, op.initVals, "x")
    p.bind_variables(op.res, names)
    _parallel_loops(p, op, 0, reduce_op, names)
    p.touch_unneeded([(name, (result,)) for name, result in zip(names, op.res, strict=True)])


def _parallel_loops(
    p: FunctionPrinter,
    op: scf.ParallelOp,
    number: int,
    reduce_op: scf.ReduceOp,
    names: Sequence[str],
) -> None:
    """The loops from that of a number on, the innermost with the body and the reductions."""
    variables = op.body.block.args
    if number == len(variables):
        with p.region_of(op):
            p.print_block(op.body.block)
            _reduce(p, reduce_op, names)
        return
    variable = variables[number]
    bounds = op.lowerBound[number], op.upperBound[number], op.step[number]
    if number == 0 and not names:
        with _parallel_loop(p, op, variable, bounds):
            _parallel_loops(p, op, 1, reduce_op, names)
        return
    name = _loop_variable(p, variable)
    clauses = _for_clauses(p, name, bounds[0], bounds[1], f"{name} += {_text(p, bounds[2])}")
    with p.braces(f"for ({clauses})"):
        p.bind(variable, name)
        _parallel_loops(p, op, number + 1, reduce_op, names)


def _reduce(p: FunctionPrinter, op: scf.ReduceOp, names: Sequence[str]) -> None:
    for name, value, region in zip(names, op.args, op.reductions, strict=True):
        left, right = region.block.args
        with p.braces(""), p.region_of(op):
            p.bind_variables((left,), (name,))
            if (constant := p.constant(value)) is not None:
                p.bind_constant(right, constant)
            else:
                p.bind(right, p.operand(value))
            terminator = p.print_block(region.block)
            if terminator is not None:
                p.assign((name,), terminator.operands)


# Branches


def _scf_if(p: FunctionPrinter, op: scf.IfOp) -> None:
    names = p.declare_variables(op.output, None, "x")
    arms = [op.true_region, op.false_region]
    condition = p.number(op.cond)
    yielded: list[Sequence[SSAValue]] = []
    with p.braces(f"if ({condition})"):
        yielded.append(_arm(p, op, arms[0].block, names))
    if arms[1].blocks:
        # One line: } else {
        p.lines.pop()
        with p.braces("} else"):
            yielded.append(_arm(p, op, arms[1].block, names))
    _bind_results(p, op.output, names, yielded)


def _arm(
    p: FunctionPrinter, op: Operation, block: Block, names: Sequence[str]
) -> Sequence[SSAValue]:
    with p.region_of(op):
        terminator = p.print_block(block)
        if terminator is None:
            return ()
        p.assign(names, terminator.operands)
        return terminator.operands


def _bind_results(
    p: FunctionPrinter,
    results: Sequence[SSAValue],
    names: Sequence[str],
    yielded: Sequence[Sequence[SSAValue]],
) -> None:
    p.bind_variables(results, names)
    for number, (result, name) in enumerate(zip(results, names, strict=True)):
        if isinstance(result.type, MemRefType):
            arms = [p.buffer(values[number]).sizes for values in yielded]
            # An extent that is a variable may be one of an arm.
            sizes = [
                sizes[0] if isinstance(sizes[0], int) and len(set(sizes)) == 1 else None
                for sizes, extent in zip(
                    zip(*arms, strict=True), result.type.get_shape(), strict=True
                )
                if extent < 0
            ]
            p.bind_buffer(result, buffer_at(name, result.type, sizes))
    p.touch_unneeded([(name, (value,)) for name, value in zip(names, results, strict=True)])


def _index_switch(p: FunctionPrinter, op: scf.IndexSwitchOp) -> None:
    names = p.declare_variables(op.output, None, "x")
    yielded: list[Sequence[SSAValue]] = []
    with p.braces(f"switch (({SIGNED_INDEX}){p.typed(op.arg)})"):
        for case, region in zip(op.cases.iter_values(), op.case_regions, strict=True):
            value = INDEX_SCALAR.signed_literal(INDEX_SCALAR.wrapped(int(case)))
            with p.braces(f"case {value}:"):
                yielded.append(_arm(p, op, region.block, names))
                p.line("break;")
        with p.braces("default:"):
            yielded.append(_arm(p, op, op.default_region.block, names))
            p.line("break;")
    _bind_results(p, op.output, names, yielded)


def _execute_region(p: FunctionPrinter, op: scf.ExecuteRegionOp) -> None:
    if len(op.region.blocks) != 1:
        fail(op, "the C target prints scf.execute_region with one block only")
    names = p.declare_variables(op.outs, None, "x")
    with p.braces(""):
        yielded = _arm(p, op, op.region.block, names)
    _bind_results(p, op.outs, names, [yielded])


# Functions


def _call(p: FunctionPrinter, op: Call) -> None:
    symbol = op.callee.root_reference.data
    name = p.module.functions.get(symbol, symbol)
    call = p.call_text(name, [p.operand(argument) for argument in op.operands])
    results = op.results
    if len(results) > 1:
        struct = p.module.results[symbol]
        variable = p.named("results")
        p.declare(variable, f"const struct {struct} {variable} = {call};")
        for number, result in enumerate(results):
            _bind_call_result(p, op, result, f"{p.used(variable)}.result_{number}")
    elif results and p.is_needed(results[0]):
        _bind_call_result(p, op, results[0], call)
    else:
        p.line(f"{call};")


def _bind_call_result(p: FunctionPrinter, op: Call, result: SSAValue, expression: str) -> None:
    if not isinstance(result.type, MemRefType):
        p.define(result, expression)
        return
    type = buffer_type_of(op, result.type)
    p.bind_buffer(result, buffer_at(p.define_buffer(result, expression), type))


def print_return(p: FunctionPrinter, op: tir.ReturnOp | func.ReturnOp, struct: str | None) -> None:
    """Print the return of a function, whose results are a `struct` if they are several."""
    values = [p.operand(value) for value in op.operands]
    if struct is not None:
        name = p.named("results")
        p.line(f"struct {struct} {name};")
        for number, value in enumerate(values):
            p.line(f"{name}.result_{number} = {value};")
        p.line(f"return {name};")
    elif values:
        p.line(f"return {values[0]};")


HANDLERS: dict[type[Operation], Handler] = {
    arith.ConstantOp: FunctionPrinter.print_constant,
    func.CallOp: _call,
    scf.ExecuteRegionOp: _execute_region,
    scf.ForOp: _scf_for,
    scf.IfOp: _scf_if,
    scf.IndexSwitchOp: _index_switch,
    scf.ParallelOp: _scf_parallel,
    scf.WhileOp: _scf_while,
    tir.CallExternOp: _call,
    tir.ForOp: _tir_for,
    usmp.ThreadNumberOp: _thread_number,
}
