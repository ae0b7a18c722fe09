"""The verification of calls: linear in their number, and right after the module has changed."""

import gc
import weakref
from collections.abc import Sequence

import pytest
from xdsl.dialects import func
from xdsl.dialects.builtin import MemRefType, ModuleOp, StringAttr, UnregisteredOp, i8
from xdsl.ir import Block, Operation, Region
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.symbol_table import get_name_if_symbol

from usmp_dialect import symbol_lookup
from usmp_dialect.dialects.tir import AllocateOp, CallExternOp, FuncOp, ReturnOp
from usmp_dialect.symbol_lookup import lookup_symbol_near

TWO_BYTES = MemRefType(i8, [2])
FOUR_BYTES = MemRefType(i8, [4])


def operator(name: str, parameter_type: MemRefType = TWO_BYTES) -> FuncOp:
    """A function of one parameter that does nothing."""
    return FuncOp(
        name, ([parameter_type], []), Region(Block([ReturnOp()], arg_types=[parameter_type]))
    )


def entry(callees: Sequence[str], name: str = "main") -> FuncOp:
    """A function that calls all `callees` with a buffer of two bytes."""
    buffer = AllocateOp(TWO_BYTES)
    calls = [CallExternOp(callee, [buffer]) for callee in callees]
    return FuncOp(name, ([], []), Region(Block([buffer, *calls, ReturnOp()])))


def chain(length: int, *, entry_first: bool, external: bool = False) -> ModuleOp:
    """A module of `length` functions and as many calls."""
    names = [f"operator_{i}" for i in range(length)]
    operators = [operator(name) for name in names]
    main = entry([f"external_{i}" for i in range(length)] if external else names)
    return ModuleOp([main, *operators] if entry_first else [*operators, main])


class Counter:
    """How often the names of symbols were asked for."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, op: Operation) -> str | None:
        self.calls += 1
        return get_name_if_symbol(op)


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    counter = Counter()
    monkeypatch.setattr(symbol_lookup, "get_name_if_symbol", counter)
    return counter


@pytest.mark.parametrize("length", [10, 100, 1000])
@pytest.mark.parametrize("entry_first", [False, True])
@pytest.mark.parametrize("external", [False, True])
def test_work_is_linear(counter: Counter, length: int, entry_first: bool, external: bool) -> None:
    module = chain(length, entry_first=entry_first, external=external)
    module.verify()
    # Each symbol once to collect it, and once to check it for each call of it.
    assert length <= counter.calls <= 2 * length + 2
    counter.calls = 0
    module.verify()
    assert length <= counter.calls <= 2 * length + 2


def test_work_is_linear_in_callers(counter: Counter) -> None:
    """As many functions that call as there are calls, half of them to the outside."""
    module = ModuleOp([entry([f"f_{i}", "elsewhere"], f"g_{i}") for i in range(300)])
    module.body.block.add_ops(operator(f"f_{i}") for i in range(300))
    module.verify()
    assert 600 <= counter.calls <= 3 * 600


def test_new_callee_between_others() -> None:
    """A function that was outside the module is now in it, neither its first nor its last one."""
    module = chain(3, entry_first=True, external=True)
    module.verify()
    first = module.body.block.first_op
    assert first is not None
    module.body.block.insert_op_after(operator("external_1", FOUR_BYTES), first)
    with pytest.raises(VerifyException, match="argument 0 of the call of @external_1 is smaller"):
        module.verify()


def test_new_call_of_new_callee() -> None:
    """Both are new, and the call comes before those that were verified already."""
    module = ModuleOp([main := entry(["f"]), operator("f"), operator("last")])
    module.verify()
    module.body.block.insert_op_after(operator("g", FOUR_BYTES), main)
    buffer = main.body.block.first_op
    assert isinstance(buffer, AllocateOp)
    main.body.block.insert_op_after(CallExternOp("g", [buffer]), buffer)
    with pytest.raises(VerifyException, match="argument 0 of the call of @g is smaller"):
        module.verify()


def test_callee_is_taken_out() -> None:
    module = ModuleOp([entry(["f"]), wrong := operator("f", FOUR_BYTES), operator("g")])
    with pytest.raises(VerifyException, match="argument 0 of the call of @f is smaller"):
        module.verify()
    wrong.detach()
    module.verify()


def test_callee_is_renamed() -> None:
    module = ModuleOp([entry(["f"]), f := operator("f"), g := operator("g", FOUR_BYTES)])
    module.verify()
    f.sym_name, g.sym_name = StringAttr("old"), StringAttr("f")
    with pytest.raises(VerifyException, match="argument 0 of the call of @f is smaller"):
        module.verify()
    g.sym_name = StringAttr("g")
    module.verify()


def test_callee_is_replaced() -> None:
    module = ModuleOp([entry(["f"]), f := operator("f")])
    module.verify()
    module.body.block.insert_op_after(operator("f", FOUR_BYTES), f)
    f.detach()
    with pytest.raises(VerifyException, match="argument 0 of the call of @f is smaller"):
        module.verify()


def test_function_moves_to_another_module() -> None:
    main = entry(["f"])
    ModuleOp([main, operator("f")]).verify()
    main.detach()
    with pytest.raises(VerifyException, match="argument 0 of the call of @f is smaller"):
        ModuleOp([main, operator("f", FOUR_BYTES)]).verify()


def test_single_operations_are_verified_again() -> None:
    """The verifier may also be run on a function or a call alone."""
    module = ModuleOp([operator("first"), main := entry(["f"]), operator("last")])
    main.verify()
    module.body.block.insert_op_after(operator("f", FOUR_BYTES), main)
    with pytest.raises(VerifyException, match="argument 0 of the call of @f is smaller"):
        main.verify()


def test_symbol_that_is_found_is_never_an_old_one() -> None:
    """Whoever asks, and also if nothing tells that a new run has begun."""
    main = entry(["f"] * 3)
    ModuleOp([main, f := operator("f"), g := operator("g")])
    first, second, third = (op for op in main.body.ops if isinstance(op, CallExternOp))
    assert lookup_symbol_near(first, "f") is f
    f.sym_name, g.sym_name = StringAttr("old"), StringAttr("f")
    assert lookup_symbol_near(second, "f") is g
    g.detach()
    assert lookup_symbol_near(third, "f") is None


def test_call_in_function_of_another_dialect() -> None:
    def module_with(*functions: FuncOp) -> ModuleOp:
        buffer = AllocateOp(TWO_BYTES)
        body = Region(Block([buffer, CallExternOp("f", [buffer]), func.ReturnOp()]))
        return ModuleOp([func.FuncOp("main", ([], []), body), *functions])

    module_with().verify()
    module = module_with(operator("first"), operator("last"))
    module.verify()
    first = module.body.block.first_op
    assert first is not None
    module.body.block.insert_op_after(operator("f", FOUR_BYTES), first)
    with pytest.raises(VerifyException, match="argument 0 of the call of @f is smaller"):
        module.verify()


def test_nested_module_has_symbols_of_its_own() -> None:
    inner = ModuleOp([entry(["f"])])
    outer = ModuleOp([operator("f", FOUR_BYTES), inner])
    outer.verify()
    inner.body.block.add_op(operator("f", FOUR_BYTES))
    with pytest.raises(VerifyException, match="argument 0 of the call of @f is smaller"):
        outer.verify()


def test_operation_that_is_not_registered_is_no_symbol_table() -> None:
    block = Block([buffer := AllocateOp(TWO_BYTES), call := CallExternOp("f", [buffer])])
    unknown = UnregisteredOp.with_name("nobody.knows").create(regions=[Region(block)])
    f = operator("f")
    ModuleOp([f, FuncOp("main", ([], []), Region(Block([unknown, ReturnOp()])))])
    assert lookup_symbol_near(call, "f") is f


def test_no_symbol_table() -> None:
    main = entry(["f"])
    main.verify()
    assert lookup_symbol_near(main, "f") is None


def test_module_is_not_kept_alive() -> None:
    module = chain(3, entry_first=True)
    module.verify()
    reference = weakref.ref(module)
    del module
    gc.collect()
    assert reference() is None
