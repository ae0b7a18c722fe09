"""What makes tensors in a Relax function: `R.builtin.alloc_tensor(...)`, `R.call_tir(...)`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TypeAlias

from usmp_dialect.dialects.tir import AllocateOp
from usmp_dialect.frontends.tvmscript.arguments import Arguments, Parameters
from usmp_dialect.frontends.tvmscript.calls import CallSite, emit_call, function_name
from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.declarations import allocate_const
from usmp_dialect.frontends.tvmscript.dtypes import FLOAT32, INT8, INT32, DType
from usmp_dialect.frontends.tvmscript.expressions import evaluate as evaluate_tir
from usmp_dialect.frontends.tvmscript.memory import ZERO, retyped
from usmp_dialect.frontends.tvmscript.relax.context import RelaxContext, TensorType, shape_values
from usmp_dialect.frontends.tvmscript.storage import Storage, flat_type
from usmp_dialect.frontends.tvmscript.values import Buffer, Constant, Pointer, Value

Construct: TypeAlias = Callable[[RelaxContext, ast.Call, str | None], Value]
"""What a call makes; the name is the one it is assigned to, if it is."""

_RESHAPE = "vm.builtin.reshape"
_DEVICES = (0, -1)
"""The index of the only device, and of none."""


def evaluate(context: FunctionContext, node: ast.expr) -> Value:
    """What an expression of a Relax function is."""
    assert isinstance(context, RelaxContext)
    return evaluate_named(context, node, None)


def evaluate_named(context: RelaxContext, node: ast.expr, name: str | None) -> Value:
    """
    What an expression of a Relax function is; what is allocated gets the name. Raises
    `TVMScriptError` for what is not understood.
    """
    match node:
        case ast.Call(func=function) if (member := context.relax_member(function)) is not None:
            construct = CONSTRUCTS.get(member)
            if construct is None:
                raise _not_lowered(context, node, member)
            return construct(context, node, name)
        case ast.Subscript(
            value=ast.Subscript(value=ast.Name(id="metadata"), slice=ast.Constant(value=str(key))),
            slice=ast.Constant(value=int(index)),
        ) if not context.is_bound("metadata"):
            return context.weight(node, key, index)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner)) as function) if (
            not context.is_bound(owner) and function_name(context, function) is None
        ):
            raise _not_a_function(context, function)
        case _:
            return evaluate_tir(context, node)


def _not_a_function(context: RelaxContext, node: ast.expr) -> Exception:
    return context.error(
        node,
        f"'{context.source.show(node)}' is not a TIR function of the script",
        "cls.f, with @T.prim_func def f; Relax functions that are called must be inlined",
    )


def _not_lowered(context: RelaxContext, node: ast.expr, member: str) -> Exception:
    return context.error(
        node,
        f"R.{member} is not understood",
        f"operators that are lowered to TIR (relax.transform.LegalizeOps), and "
        f"{', '.join(f'R.{name}' for name in sorted(CONSTRUCTS))}",
    )


# Allocations


def allocate_tensor(
    context: RelaxContext,
    node: ast.expr,
    tensor_type: TensorType,
    scope: str,
    name: str | None,
) -> Buffer:
    """Write the allocation of a tensor."""
    dtype = tensor_type.dtype
    memory_type = flat_type(dtype.element_type, tensor_type.size, _space(scope))
    context.emitter.at(node)
    op = context.emitter.emit(AllocateOp(memory_type, name))
    op.buffer.name_hint = name
    pointer = Pointer(Storage(op.buffer, context.emitter), dtype, ZERO)
    return Buffer(name or "", dtype, shape_values(tensor_type.shape), pointer)


def _space(scope: str) -> str | None:
    return None if scope in ("", "global") else scope


def _scope(context: RelaxContext, arguments: Arguments) -> str:
    node = arguments.get("storage_scope")
    return "global" if node is None else context.text(node)


def _check_device(context: RelaxContext, node: ast.expr | None) -> None:
    if node is not None and context.constant_integer(node) not in _DEVICES:
        raise context.error(node, "memory of another device", "the device 0")


def _element_type(context: RelaxContext, node: ast.expr) -> DType:
    dtype = context.dtype(node)
    if dtype.lanes > 1:
        raise context.error(node, f"tensors of {dtype}", f"R.dtype({str(dtype.scalar)!r})")
    return dtype


def _alloc_tensor(
    context: RelaxContext, call: ast.Call, arguments: Arguments, name: str | None
) -> Value:
    """`R.builtin.alloc_tensor(R.shape([1, 64]), R.dtype("float32"), 0, R.str("global"))`"""
    _check_device(context, arguments.get("runtime_device_index"))
    dtype = _element_type(context, arguments["dtype"])
    tensor_type = TensorType(context.static_shape(arguments["shape"]), dtype)
    return allocate_tensor(context, call, tensor_type, _scope(context, arguments), name)


def _alloc_storage(
    context: RelaxContext, call: ast.Call, arguments: Arguments, name: str | None
) -> Value:
    """`R.memory.alloc_storage(R.shape([512]), 0, R.str("global"), R.dtype("uint8"))`, in bytes."""
    _check_device(context, arguments["device"])
    context.dtype(arguments["dtype"])
    tensor_type = TensorType(context.static_shape(arguments["size"]), INT8)
    storage = allocate_tensor(context, call, tensor_type, _scope(context, arguments), name)
    context.add_storage(storage.pointer.storage.ssa)
    return storage


def _alloc_tensor_of_storage(
    context: RelaxContext, call: ast.Call, arguments: Arguments, name: str | None
) -> Value:
    """`R.memory.alloc_tensor(storage, 0, R.shape([1, 64]), R.dtype("float32"), 0)`"""
    storage = context.tensor(arguments["storage"])
    ssa = storage.pointer.storage.ssa
    if ssa not in context.tensors_of_storages:
        raise context.error(arguments["storage"], "this is not a storage", "R.memory.alloc_storage")
    _check_device(context, arguments.get("runtime_device_index"))
    offset = context.constant_integer(arguments["offset"])
    shape = context.static_shape(arguments["shape"])
    tensor_type = TensorType(shape, _element_type(context, arguments["dtype"]))
    dtype = tensor_type.dtype
    end, available = (
        offset + tensor_type.size * dtype.size_bytes,
        storage.pointer.storage.size_bytes,
    )
    if offset < 0 or offset % dtype.size_bytes:
        raise context.error(arguments["offset"], f"elements of {dtype} at byte {offset}")
    if available is not None and end > available:
        raise context.error(
            call, f"a tensor that ends at byte {end} of a storage of {available} bytes"
        )
    context.add_tensor_of_storage(ssa)
    start = Pointer(storage.pointer.storage, INT8, Constant(offset, INT32))
    pointer = retyped(context, call, start, dtype)
    return Buffer(name or "", dtype, shape_values(shape), pointer)


# Calls of operators


def _call_tir(
    context: RelaxContext, call: ast.Call, arguments: Arguments, name: str | None
) -> Value:
    """`R.call_tir(cls.f, (a, b), out_ty=R.Tensor(...))`: the outputs follow the inputs."""
    callee = function_name(context, arguments["function"])
    if callee is None:
        raise _not_a_function(context, arguments["function"])
    return _call_with_outputs(context, call, arguments, callee, name)


def _call_dps_packed(
    context: RelaxContext, call: ast.Call, arguments: Arguments, name: str | None
) -> Value:
    """`R.call_dps_packed("f", (a, b), out_ty=R.Tensor(...))`, of a function elsewhere."""
    callee = context.text(arguments["function"])
    return _call_with_outputs(context, call, arguments, callee, name)


def _call_with_outputs(
    context: RelaxContext,
    call: ast.Call,
    arguments: Arguments,
    callee: str,
    name: str | None,
) -> Value:
    stated = [key for key in ("out_ty", "out_sinfo") if key in arguments]
    if len(stated) != 1:
        raise context.error(call, "the type of the output is not stated", "out_ty=R.Tensor(...)")
    types = _output_types(context, arguments[stated[0]])
    inputs = _inputs(context, arguments["args"])
    outputs = [
        allocate_tensor(context, call, output, "global", _output_name(name, index, len(types)))
        for index, output in enumerate(types)
    ]
    site = CallSite(call, callee, (), None)
    emit_call(context, site, [*inputs, *((call, output) for output in outputs)], [])
    if isinstance(_unwrapped(arguments[stated[0]]), ast.List | ast.Tuple):
        return tuple(outputs)
    return outputs[0]


def _output_name(name: str | None, index: int, count: int) -> str | None:
    return name if count == 1 or name is None else f"{name}_{index}"


def _unwrapped(node: ast.expr) -> ast.expr:
    """The list in `R.Tuple([...])`, or what is written without that."""
    match node:
        case ast.Call(func=ast.Attribute(attr="Tuple"), args=items, keywords=[]):
            return ast.copy_location(ast.Tuple(items, ast.Load()), node)
        case _:
            return node


def _output_types(context: RelaxContext, node: ast.expr) -> list[TensorType]:
    unwrapped = _unwrapped(node)
    nodes: Sequence[ast.expr]
    nodes = unwrapped.elts if isinstance(unwrapped, ast.List | ast.Tuple) else [unwrapped]
    if not nodes:
        raise context.error(node, "a call without outputs", "out_ty=R.Tensor(...)")
    return [context.tensor_type(item) for item in nodes]


def _inputs(context: RelaxContext, node: ast.expr) -> list[tuple[ast.expr, Value]]:
    """The inputs of a call, each with where it stands; one may stand without a tuple."""
    if isinstance(node, ast.Tuple | ast.List):
        return [(item, context.evaluate(item)) for item in node.elts]
    value = context.evaluate(node)
    values = value if isinstance(value, tuple) else (value,)
    return [(node, item) for item in values]


# The same tensor by another shape


def _reshape(context: RelaxContext, call: ast.Call, arguments: Arguments, _: str | None) -> Value:
    """`R.reshape(x, R.shape([1, 64]))`: the elements stay where they are."""
    tensor = context.tensor(arguments["x"])
    shape = context.static_shape(arguments["shape"])
    return _reshaped(context, call, tensor, TensorType(shape, tensor.dtype))


def _match_cast(
    context: RelaxContext, call: ast.Call, arguments: Arguments, _: str | None
) -> Value:
    tensor = context.tensor(arguments["value"])
    return _reshaped(context, call, tensor, context.tensor_type(arguments["type"]))


def _reshaped(
    context: RelaxContext, call: ast.Call, tensor: Buffer, tensor_type: TensorType
) -> Buffer:
    size = 1
    for extent in tensor.shape:
        assert isinstance(extent, Constant)
        size *= int(extent.value)
    if size != tensor_type.size or tensor.dtype != tensor_type.dtype:
        raise context.error(call, f"{size} elements of {tensor.dtype} are no {tensor_type}")
    return Buffer(tensor.name, tensor.dtype, shape_values(tensor_type.shape), tensor.pointer)


def _call_packed(
    context: RelaxContext, call: ast.Call, arguments: Arguments, name: str | None
) -> Value:
    """`R.call_packed("vm.builtin.reshape", x, R.shape([1, 64]))`, and no other."""
    function = context.text(arguments["function"])
    if function != _RESHAPE or "x" not in arguments or "shape" not in arguments:
        raise context.error(
            call,
            f"what memory '{function}' returns is not known",
            f'"{_RESHAPE}", or R.call_dps_packed("{function}", (a, b), out_ty=R.Tensor(...))',
        )
    return _reshape(context, call, arguments, name)


# Constants


def _const(context: RelaxContext, call: ast.Call, arguments: Arguments, name: str | None) -> Value:
    """`R.const(2.0, "float32")`, `R.const([1, 2], "int32")`"""
    data = arguments["value"]
    dtype = _element_type(context, arguments["dtype"]) if "dtype" in arguments else _default(data)
    shape: list[int] = []
    item = data
    while isinstance(item, ast.List | ast.Tuple):
        shape.append(len(item.elts))
        item = item.elts[0] if item.elts else ast.Constant(0)
    return allocate_const(context, call, data, dtype, shape_values(tuple(shape)), name)


def _default(node: ast.expr) -> DType:
    is_float = any(
        isinstance(item, ast.Constant) and isinstance(item.value, float) for item in ast.walk(node)
    )
    return FLOAT32 if is_float else INT32


def _shape(context: RelaxContext, _: ast.Call, arguments: Arguments, __: str | None) -> Value:
    return context.evaluate(arguments["values"])


def _value(context: RelaxContext, _: ast.Call, arguments: Arguments, __: str | None) -> Value:
    return context.evaluate(arguments["value"])


def _tuple(context: RelaxContext, call: ast.Call, _: str | None) -> Value:
    if call.keywords:
        raise context.error(call.keywords[0].value, "a tuple by keyword", "R.tuple(a, b)")
    return tuple(context.evaluate(item) for item in call.args)


def _with_parameters(
    text: str, make: Callable[[RelaxContext, ast.Call, Arguments, str | None], Value]
) -> Construct:
    parameters = Parameters(text)

    def construct(context: RelaxContext, call: ast.Call, name: str | None) -> Value:
        return make(context, call, parameters.bind(context, call), name)

    return construct


_TYPE_ARGUMENTS = "* sinfo_args? ty_args?"
_OF_STORAGE = f"storage offset shape dtype runtime_device_index? {_TYPE_ARGUMENTS}"
_OUTPUT = "function args out_sinfo? * out_ty?"
_PACKED = f"function x? shape? {_TYPE_ARGUMENTS}"

CONSTRUCTS: dict[str, Construct] = {
    "builtin.alloc_tensor": _with_parameters(
        f"shape dtype runtime_device_index storage_scope? {_TYPE_ARGUMENTS}", _alloc_tensor
    ),
    "call_dps_packed": _with_parameters(_OUTPUT, _call_dps_packed),
    "call_packed": _with_parameters(_PACKED, _call_packed),
    "call_pure_packed": _with_parameters(_PACKED, _call_packed),
    "call_tir": _with_parameters(_OUTPUT, _call_tir),
    "const": _with_parameters("value dtype?", _const),
    "dtype": _with_parameters("value", _value),
    "match_cast": _with_parameters("value type", _match_cast),
    "memory.alloc_storage": _with_parameters(
        f"size device storage_scope dtype {_TYPE_ARGUMENTS}", _alloc_storage
    ),
    "memory.alloc_tensor": _with_parameters(_OF_STORAGE, _alloc_tensor_of_storage),
    "prim_value": _with_parameters("value", _value),
    "reshape": _with_parameters("x shape", _reshape),
    "shape": _with_parameters("values", _shape),
    "str": _with_parameters("value", _value),
    "tuple": _tuple,
    "vm.alloc_storage": _with_parameters(
        f"size device dtype storage_scope? {_TYPE_ARGUMENTS}", _alloc_storage
    ),
    "vm.alloc_tensor": _with_parameters(_OF_STORAGE, _alloc_tensor_of_storage),
}
"""By the name in `R`."""
