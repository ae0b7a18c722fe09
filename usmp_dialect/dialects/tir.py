"""
The `tir` dialect: loops over buffers, as tensor compilers write operators.

It follows the tensor-level intermediate representation (TIR) of Apache TVM: an entry function calls
operator functions, each allocates scratch buffers and reads and writes them element by element in
loops of several kinds. Buffers are `memref` values of static shape, identity layout and signless
element type; expressions are upstream `arith` and `math`, conditions and while loops upstream
`scf`, views upstream `memref`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import ClassVar, cast

from xdsl.dialects.builtin import (
    DYNAMIC_INDEX,
    AnyDenseElement,
    AnyFloat,
    ArrayAttr,
    DenseIntOrFPElementsAttr,
    DictionaryAttr,
    FlatSymbolRefAttrConstr,
    FunctionType,
    IndexType,
    IntegerAttr,
    IntegerType,
    MemRefType,
    Signedness,
    StringAttr,
    SymbolNameConstraint,
    SymbolRefAttr,
    TensorType,
    i32,
    i64,
)
from xdsl.dialects.utils import EnumAttribute
from xdsl.ir import (
    Attribute,
    Block,
    BlockArgument,
    Dialect,
    Operation,
    Region,
    SpacedOpaqueSyntaxAttribute,
    SSAValue,
)
from xdsl.irdl import (
    AnyAttr,
    AttrSizedOperandSegments,
    IRDLOperation,
    ParsePropInAttrDict,
    VarConstraint,
    irdl_attr_definition,
    irdl_op_definition,
    lazy_traits_def,
    operand_def,
    opt_operand_def,
    opt_prop_def,
    prop_def,
    region_def,
    result_def,
    traits_def,
    var_operand_def,
    var_result_def,
)
from xdsl.parser import Parser
from xdsl.pattern_rewriter import RewritePattern
from xdsl.printer import Printer
from xdsl.traits import (
    CallableOpInterface,
    EffectInstance,
    HasCanonicalizationPatternsTrait,
    HasParent,
    IsolatedFromAbove,
    IsTerminator,
    MemoryEffect,
    MemoryEffectKind,
    MemoryReadEffect,
    MemoryWriteEffect,
    Pure,
    RecursiveMemoryEffect,
    ReturnLike,
    SingleBlockImplicitTerminator,
    SymbolOpInterface,
    SymbolUserOpInterface,
    ensure_terminator,
)
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.hints import isa
from xdsl.utils.str_enum import StrEnum
from xdsl.utils.symbol_table import Visibility

from usmp_dialect.buffer_type import has_identity_layout, span_bytes_of
from usmp_dialect.constant_value import constant_integer
from usmp_dialect.function_syntax import FunctionSyntax, parse_function, print_function
from usmp_dialect.interfaces import (
    BufferAllocationInterface,
    BufferCallInterface,
    RegionExecution,
    RegionOpInterface,
    RegionSemantics,
)
from usmp_dialect.symbol_lookup import forget_symbols, lookup_symbol_near
from usmp_dialect.text_literal import parse_optional_text, parse_text

RUNNER_FUNCTION = "runner_function"
"""The function attribute that marks the entry function of a program."""

TARGET = "target"
"""The function attribute that names the device a function runs on."""

RESOURCE_HANDLE = "resource_handle"
"""The function attribute that says that the last parameter must stay the last."""


def _verify_buffer_type(buffer_type: MemRefType, what: str) -> None:
    """Checks what every buffer of the dialect has: an identity layout and elements with a size."""
    if not has_identity_layout(buffer_type):
        raise VerifyException(
            f"{what} must have the identity layout, got {buffer_type.layout}: "
            "take a view with memref.subview instead"
        )
    element = buffer_type.element_type
    if isinstance(element, IntegerType):
        _verify_signless(element, what)
    elif not isinstance(element, IndexType | AnyFloat):
        raise VerifyException(
            f"{what} must have integer, index or floating point elements, got {element}"
        )


def _verify_signless(element: IntegerType, what: str) -> None:
    if element.signedness.data is not Signedness.SIGNLESS:
        raise VerifyException(
            f"{what} must have signless elements, got {element}: use i{element.bitwidth}, "
            "and the signed or unsigned operation on it"
        )


# Functions


class FuncOpCallableInterface(CallableOpInterface):
    @classmethod
    def get_callable_region(cls, op: Operation) -> Region:
        return cast(FuncOp, op).body

    @classmethod
    def get_argument_types(cls, op: Operation) -> tuple[Attribute, ...]:
        return _function_type_of(op).inputs.data

    @classmethod
    def get_result_types(cls, op: Operation) -> tuple[Attribute, ...]:
        return _function_type_of(op).outputs.data


def _function_type_of(op: Operation) -> FunctionType:
    """The type of a function, which may not have been verified yet: a call of it may come first."""
    function_type = op.properties.get("function_type")
    if not isinstance(function_type, FunctionType):
        raise VerifyException(f"{op.name} must have a function_type")
    return function_type


@irdl_op_definition
class FuncOp(IRDLOperation):
    """
    A function: the entry of a program, or an operator that the entry calls.

    Without a body it declares a function that is defined elsewhere. The `tir.return` of a function
    without results is implied.

    ```mlir
    tir.func @relu(%data: memref<64xi8>, %out: memref<64xi8>) attributes {target = "c"} {
      ...
    }
    ```
    """

    name = "tir.func"

    body = region_def()
    sym_name = prop_def(SymbolNameConstraint())
    function_type = prop_def(FunctionType)
    sym_visibility = opt_prop_def(StringAttr)
    arg_attrs = opt_prop_def(ArrayAttr[DictionaryAttr])
    res_attrs = opt_prop_def(ArrayAttr[DictionaryAttr])

    traits = traits_def(IsolatedFromAbove(), SymbolOpInterface(), FuncOpCallableInterface())

    def __init__(
        self,
        name: str,
        function_type: FunctionType | tuple[Sequence[Attribute], Sequence[Attribute]],
        region: Region | type[Region.DEFAULT] = Region.DEFAULT,
        visibility: StringAttr | str | None = None,
        *,
        arg_attrs: ArrayAttr[DictionaryAttr] | None = None,
        res_attrs: ArrayAttr[DictionaryAttr] | None = None,
    ):
        if isinstance(visibility, str):
            visibility = StringAttr(visibility)
        if isinstance(function_type, tuple):
            function_type = FunctionType.from_lists(*function_type)
        if not isinstance(region, Region):
            region = Region(Block(arg_types=function_type.inputs))
        super().__init__(
            properties={
                "sym_name": StringAttr(name),
                "function_type": function_type,
                "sym_visibility": visibility,
                "arg_attrs": arg_attrs,
                "res_attrs": res_attrs,
            },
            regions=[region],
        )

    @property
    def is_declaration(self) -> bool:
        """Whether the function is defined elsewhere."""
        return self.body.first_block is None

    @property
    def args(self) -> tuple[BlockArgument, ...]:
        """The parameters; raises `ValueError` for a declaration."""
        if (block := self.body.first_block) is None:
            raise ValueError(f"@{self.sym_name.data} has no body, so its parameters have no values")
        return tuple(block.args)

    def verify(self, verify_nested_ops: bool = True) -> None:
        # Bodies are verified before what they belong to: this comes before all calls of the module.
        if _previous_function(self) is None and (scope := self.parent_op()) is not None:
            forget_symbols(scope)
        super().verify(verify_nested_ops)

    def verify_(self) -> None:
        self._verify_attributes()
        blocks = self.body.blocks
        if not blocks:
            return
        if len(blocks) > 1:
            raise VerifyException(
                f"@{self.sym_name.data} has {len(blocks)} blocks, expected one: "
                "use scf.if, scf.while or tir.for for control flow"
            )
        block = blocks[0]
        if self.function_type.inputs.data != tuple(block.arg_types):
            raise VerifyException(
                f"the parameters of @{self.sym_name.data} have other types "
                "than its function type says"
            )
        if not isinstance(block.last_op, ReturnOp):
            raise VerifyException(f"the body of @{self.sym_name.data} must end with tir.return")

    def _verify_attributes(self) -> None:
        for values, attrs, kind in (
            (self.function_type.inputs, self.arg_attrs, "parameters"),
            (self.function_type.outputs, self.res_attrs, "results"),
        ):
            if attrs is not None and len(attrs) != len(values):
                raise VerifyException(
                    f"@{self.sym_name.data} has {len(values)} {kind}, "
                    f"but attributes for {len(attrs)}"
                )
        if self.sym_visibility is not None and self.sym_visibility.data not in set(Visibility):
            raise VerifyException(
                f"@{self.sym_name.data} has the visibility {self.sym_visibility}, "
                "expected public, private or nested"
            )

    @classmethod
    def parse(cls, parser: Parser) -> FuncOp:
        visibility = parser.parse_optional_visibility_keyword()
        syntax = parse_function(parser, _FUNC_PROPERTIES)
        block = syntax.body.blocks.last
        if block is not None and not syntax.function_type.outputs:
            _append_if_unterminated(block, ReturnOp)
        func = cls(
            syntax.name,
            syntax.function_type,
            syntax.body,
            visibility,
            arg_attrs=syntax.arg_attrs,
            res_attrs=syntax.res_attrs,
        )
        func.attributes |= syntax.attributes
        return func

    def print(self, printer: Printer):
        if self.sym_visibility is not None:
            printer.print_string(f" {self.sym_visibility.data}")
        printer.print_string(" ")
        syntax = FunctionSyntax(
            self.sym_name.data,
            self.function_type,
            self.arg_attrs,
            self.res_attrs,
            self.attributes,
            self.body,
        )
        block = self.body.first_block
        print_function(
            printer,
            syntax,
            _FUNC_PROPERTIES,
            print_terminator=block is not None and not _is_implied(block.last_op, ReturnOp),
        )


_FUNC_PROPERTIES = ("sym_name", "function_type", "sym_visibility", "arg_attrs", "res_attrs")


def _previous_function(func: FuncOp) -> FuncOp | None:
    """The nearest function before `func` in its block."""
    op = func.prev_op
    while op is not None and not isinstance(op, FuncOp):
        op = op.prev_op
    return op


def _append_if_unterminated(block: Block, terminator: type[Operation]) -> None:
    last_op = block.last_op
    if last_op is None or not last_op.has_trait(IsTerminator, value_if_unregistered=False):
        block.add_op(terminator.create())


def _is_implied(last_op: Operation | None, terminator: type[Operation]) -> bool:
    """Whether a block ends with a `terminator` that says no more than its absence would."""
    return isinstance(last_op, terminator) and not last_op.operands and not last_op.attributes


@irdl_op_definition
class ReturnOp(IRDLOperation):
    """
    Ends a function and gives its results to the caller. Implied, and not printed, without results.

    ```mlir
    tir.return %sum : i32
    ```
    """

    name = "tir.return"

    arguments = var_operand_def()

    traits = traits_def(HasParent(FuncOp), IsTerminator(), ReturnLike(), Pure())

    assembly_format = "attr-dict ($arguments^ `:` type($arguments))?"

    def __init__(self, *arguments: SSAValue | Operation):
        super().__init__(operands=[arguments])

    def verify_(self) -> None:
        func = self.parent_op()
        if not isinstance(func, FuncOp):
            return
        expected = func.function_type.outputs.data
        returned = tuple(self.arguments.types)
        if expected != returned:
            raise VerifyException(
                f"@{func.sym_name.data} returns {_list_types(returned)}, "
                f"but its type says {_list_types(expected)}"
            )


def _list_types(types: Sequence[Attribute]) -> str:
    return f"({', '.join(str(t) for t in types)})"


# Buffers


class AllocatesItsResult(BufferAllocationInterface, MemoryEffect):
    """The operation allocates its result and does nothing else, so that it goes if unused."""

    @classmethod
    def get_buffer(cls, op: Operation) -> SSAValue:
        return op.results[0]

    @classmethod
    def get_buffer_name(cls, op: Operation) -> str | None:
        name = op.properties.get("buffer_name")
        return name.data if isinstance(name, StringAttr) else None

    @classmethod
    def get_effects(cls, op: Operation) -> AbstractSet[EffectInstance]:
        return {EffectInstance(MemoryEffectKind.ALLOC, cls.get_buffer(op))}


class ConstantBuffer(BufferAllocationInterface):
    """The operation yields a buffer whose contents are part of the program."""

    @classmethod
    def get_buffer(cls, op: Operation) -> SSAValue:
        return op.results[0]

    @classmethod
    def get_buffer_name(cls, op: Operation) -> str | None:
        return AllocatesItsResult.get_buffer_name(op)

    @classmethod
    def is_constant(cls, op: Operation) -> bool:
        return True


class AllocateOpHasCanonicalizationPatterns(HasCanonicalizationPatternsTrait):
    @classmethod
    def get_canonicalization_patterns(cls) -> tuple[RewritePattern, ...]:
        from usmp_dialect.canonicalization_patterns.tir import RemoveWriteOnlyAllocation

        return (RemoveWriteOnlyAllocation(),)


def _print_optional_name(printer: Printer, name: StringAttr | None) -> None:
    if name is not None:
        printer.print_string(" ")
        printer.print_string_literal(name.data)


def _parse_optional_buffer_name(parser: Parser) -> StringAttr | None:
    name = parse_optional_text(parser)
    return None if name is None else StringAttr(name)


def _parse_memref_type(parser: Parser) -> MemRefType:
    pos = parser.pos
    buffer_type = parser.parse_type()
    if not isinstance(buffer_type, MemRefType):
        parser.raise_error(f"expected a memref type, got {buffer_type}", pos, parser.pos)
    return buffer_type


@irdl_op_definition
class AllocateOp(IRDLOperation):
    """
    Allocates a buffer that lives from its first to its last access inside the enclosing region; run
    again, it is a new buffer. The optional string names the buffer, in reports as in other buffers'
    conflicts. Extents that are not static may be given as operands; such a buffer is not planned.

    ```mlir
    %padded = tir.allocate "PaddedInput_7" : memref<157323xi16>
    %rows = tir.allocate(%n) : memref<?x16xi8>
    ```
    """

    name = "tir.allocate"

    dynamic_sizes = var_operand_def(IndexType)
    buffer = result_def(MemRefType)
    buffer_name = opt_prop_def(StringAttr)

    traits = traits_def(AllocatesItsResult(), AllocateOpHasCanonicalizationPatterns())

    def __init__(
        self,
        buffer_type: MemRefType,
        buffer_name: str | StringAttr | None = None,
        dynamic_sizes: Sequence[SSAValue | Operation] = (),
    ):
        if isinstance(buffer_name, str):
            buffer_name = StringAttr(buffer_name)
        super().__init__(
            operands=[dynamic_sizes],
            result_types=[buffer_type],
            properties={"buffer_name": buffer_name},
        )

    def verify_(self) -> None:
        buffer_type = self.buffer.type
        _verify_buffer_type(buffer_type, "an allocated buffer")
        _verify_buffer_name(self.buffer_name)
        given, dynamic = len(self.dynamic_sizes), buffer_type.get_shape().count(DYNAMIC_INDEX)
        if given and given != dynamic:
            raise VerifyException(
                f"{given} sizes given for the {dynamic} dynamic extents of {buffer_type}"
            )

    @classmethod
    def parse(cls, parser: Parser) -> AllocateOp:
        name = _parse_optional_buffer_name(parser)
        sizes = parser.parse_optional_comma_separated_list(
            parser.Delimiter.PAREN, lambda: parser.parse_operand(IndexType())
        )
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        op = cls(_parse_memref_type(parser), name, sizes or ())
        op.attributes |= attributes
        return op

    def print(self, printer: Printer):
        _print_optional_name(printer, self.buffer_name)
        if self.dynamic_sizes:
            with printer.in_parens():
                printer.print_list(self.dynamic_sizes, printer.print_ssa_value)
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_attribute(self.buffer.type)


def _verify_buffer_name(name: StringAttr | None) -> None:
    if name is not None and not name.data:
        raise VerifyException("a buffer's name must not be empty: leave it out instead")


@irdl_op_definition
class AllocateConstOp(IRDLOperation):
    """
    A read-only buffer that holds its data before the program starts.

    ```mlir
    %bias = tir.allocate_const "bias" dense<[1, -1]> : memref<2xi32>
    ```
    """

    name = "tir.allocate_const"

    buffer = result_def(MemRefType)
    value = prop_def(DenseIntOrFPElementsAttr)
    buffer_name = opt_prop_def(StringAttr)

    traits = traits_def(ConstantBuffer(), Pure())

    def __init__(
        self,
        buffer_type: MemRefType,
        value: DenseIntOrFPElementsAttr,
        buffer_name: str | StringAttr | None = None,
    ):
        if isinstance(buffer_name, str):
            buffer_name = StringAttr(buffer_name)
        super().__init__(
            result_types=[buffer_type],
            properties={"value": value, "buffer_name": buffer_name},
        )

    def verify_(self) -> None:
        buffer_type = self.buffer.type
        _verify_buffer_type(buffer_type, "a constant buffer")
        _verify_buffer_name(self.buffer_name)
        data_type = self.value.type
        if (
            data_type.get_shape() != buffer_type.get_shape()
            or data_type.get_element_type() != buffer_type.element_type
        ):
            raise VerifyException(
                f"data of type {data_type} does not fill a buffer of type {buffer_type}"
            )

    @classmethod
    def parse(cls, parser: Parser) -> AllocateConstOp:
        name = _parse_optional_buffer_name(parser)
        attributes = parser.parse_optional_attr_dict()
        pos = parser.pos
        data = parser.parse_attribute()
        if not isinstance(data, DenseIntOrFPElementsAttr):
            parser.raise_error(f"expected dense elements, got {data}", pos, parser.pos)
        buffer_type = data.get_type()
        if not isa(buffer_type, MemRefType[AnyDenseElement]):
            parser.raise_error(
                f"expected data of a memref type, got {buffer_type}", pos, parser.pos
            )
        value = DenseIntOrFPElementsAttr(_tensor_type_of(buffer_type), data.data)
        op = cls(buffer_type, value, name)
        op.attributes |= attributes
        return op

    def print(self, printer: Printer):
        _print_optional_name(printer, self.buffer_name)
        printer.print_op_attributes(self.attributes)
        printer.print_string(" ")
        buffer_type = cast(MemRefType[AnyDenseElement], self.buffer.type)
        printer.print_attribute(DenseIntOrFPElementsAttr(buffer_type, self.value.data))


def _tensor_type_of(buffer_type: MemRefType[AnyDenseElement]) -> TensorType[AnyDenseElement]:
    return TensorType(buffer_type.element_type, buffer_type.get_shape())


@irdl_op_definition
class LookupParamOp(IRDLOperation):
    """
    The address of a parameter of the model (weights, biases), by its name.

    ```mlir
    %weights = tir.lookup_param "p1" : memref<?xi8>
    ```
    """

    name = "tir.lookup_param"

    param_name = prop_def(StringAttr)
    buffer = result_def(MemRefType)

    traits = traits_def(Pure())

    def __init__(self, param_name: str | StringAttr, buffer_type: MemRefType):
        if isinstance(param_name, str):
            param_name = StringAttr(param_name)
        super().__init__(result_types=[buffer_type], properties={"param_name": param_name})

    def verify_(self) -> None:
        if not self.param_name.data:
            raise VerifyException("a model parameter must have a name")
        _verify_buffer_type(self.buffer.type, "a model parameter")

    @classmethod
    def parse(cls, parser: Parser) -> LookupParamOp:
        name = parse_text(parser, "the name of the parameter")
        attributes = parser.parse_optional_attr_dict()
        parser.parse_punctuation(":")
        op = cls(name, _parse_memref_type(parser))
        op.attributes |= attributes
        return op

    def print(self, printer: Printer):
        _print_optional_name(printer, self.param_name)
        printer.print_op_attributes(self.attributes)
        printer.print_string(" : ")
        printer.print_attribute(self.buffer.type)


class ReadsItsBuffer(MemoryReadEffect):
    @classmethod
    def get_effects(cls, op: Operation) -> AbstractSet[EffectInstance]:
        return {EffectInstance(MemoryEffectKind.READ, cast(LoadOp, op).buffer)}


class WritesItsBuffer(MemoryWriteEffect):
    @classmethod
    def get_effects(cls, op: Operation) -> AbstractSet[EffectInstance]:
        return {EffectInstance(MemoryEffectKind.WRITE, cast(StoreOp, op).buffer)}


def _verify_access(buffer_type: MemRefType, indices: Sequence[SSAValue]) -> None:
    if buffer_type.get_num_dims() != len(indices):
        raise VerifyException(
            f"{len(indices)} indices given for {buffer_type}, expected {buffer_type.get_num_dims()}"
        )


@irdl_op_definition
class LoadOp(IRDLOperation):
    """
    Reads one element of a buffer.

    ```mlir
    %v = tir.load %data[%i, %j] : memref<4x4xi8>
    ```
    """

    name = "tir.load"

    T: ClassVar = VarConstraint("T", AnyAttr())

    buffer = operand_def(MemRefType.constr(T))
    indices = var_operand_def(IndexType())
    element = result_def(T)

    traits = traits_def(ReadsItsBuffer())

    assembly_format = "$buffer `[` $indices `]` attr-dict `:` type($buffer)"

    def __init__(self, buffer: SSAValue | Operation, indices: Sequence[SSAValue | Operation]):
        buffer = SSAValue.get(buffer, type=MemRefType)
        super().__init__(operands=[buffer, indices], result_types=[buffer.type.element_type])

    def verify_(self) -> None:
        buffer_type = cast(MemRefType, self.buffer.type)
        _verify_buffer_type(buffer_type, "a buffer that is read")
        _verify_access(buffer_type, self.indices)


@irdl_op_definition
class StoreOp(IRDLOperation):
    """
    Writes one element of a buffer.

    ```mlir
    tir.store %v, %data[%i, %j] : memref<4x4xi8>
    ```
    """

    name = "tir.store"

    T: ClassVar = VarConstraint("T", AnyAttr())

    element = operand_def(T)
    buffer = operand_def(MemRefType.constr(T))
    indices = var_operand_def(IndexType())

    traits = traits_def(WritesItsBuffer())

    assembly_format = "$element `,` $buffer `[` $indices `]` attr-dict `:` type($buffer)"

    def __init__(
        self,
        element: SSAValue | Operation,
        buffer: SSAValue | Operation,
        indices: Sequence[SSAValue | Operation],
    ):
        super().__init__(operands=[element, buffer, indices])

    def verify_(self) -> None:
        buffer_type = cast(MemRefType, self.buffer.type)
        _verify_buffer_type(buffer_type, "a buffer that is written")
        _verify_access(buffer_type, self.indices)
        if isinstance(self.buffer.owner, AllocateConstOp):
            raise VerifyException(
                "stores into a constant buffer: "
                "allocate a buffer with tir.allocate and copy the constant into it"
            )


# Calls


class CallExternOpCall(BufferCallInterface):
    @classmethod
    def get_callee(cls, op: Operation) -> SymbolRefAttr:
        return cast(CallExternOp, op).callee

    @classmethod
    def get_arguments(cls, op: Operation) -> Sequence[SSAValue]:
        return cast(CallExternOp, op).arguments


class CallExternOpSymbolUser(SymbolUserOpInterface):
    def verify(self, op: Operation) -> None:
        call = cast(CallExternOp, op)
        name = call.callee.root_reference.data
        callee = lookup_symbol_near(call, name)
        if callee is None:
            return
        signature = callee.get_trait(CallableOpInterface)
        if signature is None:
            raise VerifyException(f"@{name} is a {callee.name}, not a function")
        _verify_arguments(call, name, signature.get_argument_types(callee))
        results = signature.get_result_types(callee)
        if tuple(call.res.types) != results:
            raise VerifyException(
                f"@{name} returns {_list_types(results)}, "
                f"but the call expects {_list_types(tuple(call.res.types))}"
            )


def _verify_arguments(call: CallExternOp, name: str, parameters: Sequence[Attribute]) -> None:
    given = len(call.arguments)
    if given != len(parameters):
        few_or_many = "few" if given < len(parameters) else "many"
        raise VerifyException(
            f"too {few_or_many} arguments in the call of @{name}: "
            f"{given} given, {len(parameters)} expected"
        )
    for number, (argument, parameter) in enumerate(
        zip(call.arguments.types, parameters, strict=True)
    ):
        if argument != parameter:
            _verify_argument(argument, parameter, f"argument {number} of the call of @{name}")


def _verify_argument(argument: Attribute, parameter: Attribute, what: str) -> None:
    """Checks an argument whose type is not that of the parameter."""
    if not isinstance(argument, MemRefType) or not isinstance(parameter, MemRefType):
        raise VerifyException(f"{what} has type {argument}, expected {parameter}")
    given = span_bytes_of(argument)
    needed = span_bytes_of(parameter)
    if given is not None and needed is not None and given < needed:
        raise VerifyException(
            f"{what} is smaller than the parameter: "
            f"{argument} has {given} bytes, {parameter} needs {needed}"
        )


@irdl_op_definition
class CallExternOp(IRDLOperation):
    """
    Calls a function by its symbol, in the module or outside it.

    Arguments are addresses: a buffer may be passed for a parameter of other element type or shape,
    as operators reinterpret bytes, but never a smaller one. A function outside the module is taken
    not to keep its arguments.

    ```mlir
    tir.call_extern @conv(%sid, %p1, %out) : (memref<301056xi8>, memref<?xi8>, memref<?xi8>) -> ()
    ```
    """

    name = "tir.call_extern"

    arguments = var_operand_def()
    callee = prop_def(FlatSymbolRefAttrConstr)
    res = var_result_def()

    traits = traits_def(CallExternOpSymbolUser(), CallExternOpCall())

    assembly_format = "$callee `(` $arguments `)` attr-dict `:` functional-type($arguments, $res)"

    def __init__(
        self,
        callee: str | SymbolRefAttr,
        arguments: Sequence[SSAValue | Operation],
        result_types: Sequence[Attribute] = (),
    ):
        if isinstance(callee, str):
            callee = SymbolRefAttr(callee)
        super().__init__(
            operands=[arguments], result_types=[result_types], properties={"callee": callee}
        )


# Loops


class LoopKind(StrEnum):
    """How the iterations of a `tir.for` are run."""

    SERIAL = "serial"
    PARALLEL = "parallel"
    VECTORIZED = "vectorized"
    UNROLLED = "unrolled"
    THREAD_BINDING = "thread_binding"

    @property
    def is_concurrent(self) -> bool:
        """Whether several iterations may be under way at the same time."""
        return self not in (LoopKind.SERIAL, LoopKind.UNROLLED)


@irdl_attr_definition
class LoopKindAttr(EnumAttribute[LoopKind], SpacedOpaqueSyntaxAttribute):
    """The kind of a loop: `#tir<loop_kind parallel>`."""

    name = "tir.loop_kind"


@irdl_op_definition
class YieldOp(IRDLOperation):
    """Ends the body of a `tir.for`. Implied, and not printed."""

    name = "tir.yield"

    traits = lazy_traits_def(lambda: (HasParent(ForOp), IsTerminator(), Pure()))

    assembly_format = "attr-dict"

    def __init__(self):
        super().__init__()


@cache
def _loop_semantics(kind: LoopKind, trip_count: int | None) -> RegionSemantics:
    return RegionSemantics(
        RegionExecution.CONCURRENT_LOOP if kind.is_concurrent else RegionExecution.SERIAL_LOOP,
        f"{kind.value} tir.for",
        trip_count,
        is_serial_kind=kind is LoopKind.SERIAL,
    )


class ForOpRegions(RegionOpInterface):
    @classmethod
    def get_region_semantics(cls, op: Operation) -> RegionSemantics:
        loop = cast(ForOp, op)
        return _loop_semantics(loop.kind.data, loop.trip_count)

    @classmethod
    def get_value_flow(cls, op: Operation) -> Iterable[tuple[SSAValue, SSAValue]]:
        return ()


class ForOpHasCanonicalizationPatterns(HasCanonicalizationPatternsTrait):
    @classmethod
    def get_canonicalization_patterns(cls) -> tuple[RewritePattern, ...]:
        from usmp_dialect.canonicalization_patterns.tir import (
            FoldConstantBounds,
            RemoveLoopThatNeverRuns,
        )

        return (RemoveLoopThatNeverRuns(), FoldConstantBounds())


@irdl_op_definition
class ForOp(IRDLOperation):
    """
    Runs its body for each value of the induction variable from the lower bound up to, but without,
    the upper bound. Bounds are integer literals or values of type `index`. The kind is `serial` if
    none is written.

    ```mlir
    tir.for %i = 0 to 229 {
      ...
    }
    tir.for parallel %j = %lower to %upper {
      ...
    }
    tir.for thread_binding("threadIdx.x") %t = 0 to 32 {
      ...
    }
    ```
    """

    name = "tir.for"

    lower = opt_operand_def(IndexType)
    upper = opt_operand_def(IndexType)
    static_lower = opt_prop_def(IntegerAttr[IndexType])
    static_upper = opt_prop_def(IntegerAttr[IndexType])
    kind = prop_def(LoopKindAttr, default_value=LoopKindAttr(LoopKind.SERIAL))
    thread_tag = opt_prop_def(StringAttr)

    body = region_def("single_block")

    irdl_options = (AttrSizedOperandSegments(as_property=True),)

    traits = traits_def(
        SingleBlockImplicitTerminator(YieldOp),
        RecursiveMemoryEffect(),
        ForOpRegions(),
        ForOpHasCanonicalizationPatterns(),
    )

    def __init__(
        self,
        lower: int | SSAValue | Operation,
        upper: int | SSAValue | Operation,
        body: Region,
        kind: LoopKind = LoopKind.SERIAL,
        thread_tag: str | StringAttr | None = None,
    ):
        if isinstance(thread_tag, str):
            thread_tag = StringAttr(thread_tag)
        super().__init__(
            operands=[_value_bound(lower), _value_bound(upper)],
            properties={
                "static_lower": _literal_bound(lower),
                "static_upper": _literal_bound(upper),
                "kind": LoopKindAttr(kind),
                "thread_tag": thread_tag,
            },
            regions=[body],
        )
        for trait in self.get_traits_of_type(SingleBlockImplicitTerminator):
            ensure_terminator(self, trait)

    @property
    def induction_variable(self) -> BlockArgument:
        """The body's argument, of type `index`."""
        return self.body.block.args[0]

    @property
    def lower_bound(self) -> int | SSAValue:
        """The first value of the induction variable."""
        return _bound(self.static_lower, self.lower)

    @property
    def upper_bound(self) -> int | SSAValue:
        """The value before which the induction variable stops."""
        return _bound(self.static_upper, self.upper)

    @property
    def trip_count(self) -> int | None:
        """The number of iterations, `None` if it depends on a value that is not constant."""
        static_lower, static_upper = self.static_lower, self.static_upper
        if static_lower is not None and static_upper is not None:
            return max(0, static_upper.value.data - static_lower.value.data)
        if self.lower is not None and self.lower is self.upper:
            return 0
        lower, upper = constant_integer(self.lower_bound), constant_integer(self.upper_bound)
        return None if lower is None or upper is None else max(0, upper - lower)

    def verify_(self) -> None:
        for name, literal, value in (
            ("lower", self.static_lower, self.lower),
            ("upper", self.static_upper, self.upper),
        ):
            if (literal is None) is (value is None):
                raise VerifyException(f"a loop must have one {name} bound, a literal or a value")
        args = self.body.block.args
        if len(args) != 1 or not isinstance(args[0].type, IndexType):
            raise VerifyException("the body of a loop must have one argument, of type index")
        lower, upper = self.lower_bound, self.upper_bound
        if isinstance(lower, int) and isinstance(upper, int) and upper < lower:
            raise VerifyException(f"the extent of the loop is negative: {lower} to {upper}")
        if (self.thread_tag is not None) is not (self.kind.data is LoopKind.THREAD_BINDING):
            raise VerifyException(
                "a thread_binding loop, and no other, names its thread: "
                'thread_binding("threadIdx.x")'
            )

    @classmethod
    def parse(cls, parser: Parser) -> ForOp:
        kind = LoopKind(
            parser.parse_optional_keyword_in([kind.value for kind in LoopKind]) or LoopKind.SERIAL
        )
        thread_tag = None
        if kind is LoopKind.THREAD_BINDING:
            with parser.in_parens():
                thread_tag = parse_text(parser, "the name of the thread")
        variable = parser.parse_optional_argument(expect_type=False)
        if variable is None:
            kinds = ", ".join(LoopKind)
            parser.raise_error(f"expected a loop variable, or one of the kinds {kinds}")
        induction_variable = variable.resolve(IndexType())
        parser.parse_punctuation("=")
        lower = _parse_bound(parser)
        parser.parse_keyword("to")
        upper = _parse_bound(parser)
        attributes = parser.parse_optional_attr_dict_with_keyword()
        body = _parse_loop_body(parser, induction_variable)
        op = cls(lower, upper, body, kind, thread_tag)
        if attributes is not None:
            op.attributes |= attributes.data
        return op

    def print(self, printer: Printer):
        if self.kind.data is not LoopKind.SERIAL:
            printer.print_string(f" {self.kind.data.value}")
        if self.thread_tag is not None:
            with printer.in_parens():
                printer.print_string_literal(self.thread_tag.data)
        printer.print_string(" ")
        printer.print_ssa_value(self.induction_variable)
        printer.print_string(" = ")
        _print_bound(printer, self.lower_bound)
        printer.print_string(" to ")
        _print_bound(printer, self.upper_bound)
        printer.print_op_attributes(self.attributes, print_keyword=True)
        printer.print_string(" ")
        printer.print_region(
            self.body,
            print_entry_block_args=False,
            print_empty_block=False,
            print_block_terminators=not _is_implied(self.body.block.last_op, YieldOp),
        )


def _parse_loop_body(parser: Parser, induction_variable: Parser.Argument) -> Region:
    pos = parser.pos
    body = parser.parse_region((induction_variable,))
    if len(body.blocks) != 1:
        parser.raise_error("the body of a loop must be one block", pos, parser.pos)
    last_op = body.block.last_op
    if (
        last_op is not None
        and last_op.has_trait(IsTerminator, value_if_unregistered=False)
        and not isinstance(last_op, YieldOp)
    ):
        parser.raise_error(f"the body of a loop cannot end with {last_op.name}", pos, parser.pos)
    return body


def _value_bound(bound: int | SSAValue | Operation) -> SSAValue | None:
    return None if isinstance(bound, int) else SSAValue.get(bound)


def _literal_bound(bound: int | SSAValue | Operation) -> IntegerAttr[IndexType] | None:
    return IntegerAttr(bound, IndexType()) if isinstance(bound, int) else None


def _bound(literal: IntegerAttr[IndexType] | None, value: SSAValue | None) -> int | SSAValue:
    if literal is not None:
        return literal.value.data
    if value is None:
        raise VerifyException("a loop must have a lower and an upper bound")
    return value


def _parse_bound(parser: Parser) -> int | SSAValue:
    literal = parser.parse_optional_integer(allow_boolean=False)
    if literal is not None:
        return literal
    return parser.parse_operand(IndexType(), msg="expected an integer or a value of type index")


def _print_bound(printer: Printer, bound: int | SSAValue) -> None:
    if isinstance(bound, int):
        printer.print_string(str(bound))
    else:
        printer.print_ssa_value(bound)


# Arithmetic


@irdl_op_definition
class QMultiplyShiftOp(IRDLOperation):
    """
    Multiplies two fixed-point numbers: `lhs * rhs * 2^(s - q)`, rounded to an integer, halves up.

    `q`, from 0 to 31, is the number of fractional bits of `rhs`; `s`, from -31 to 31, shifts to the
    left, or to the right if it is negative. It is TVM's intrinsic of the same name, which computes
    in 64 bits:

        x = (lhs << max(s, 0)) * rhs
        total = q + max(-s, 0)
        result = (x + (1 << (total - 1))) >> total, cut to 32 bits

    with an arithmetic shift, and no rounding if `total` is 0.

    The result is the low 32 bits of the exact one, whatever the operands. If `s <= 0` no step
    leaves 64 bits: the product is 2^62 at most, and the rounding constant 2^61. If `s > 0` the
    product may wrap, but `total` is then `q <= 31`, so the 32 bits that are kept lie below bit 63
    and do not notice. Results that do not fit in 32 bits are the only ones it can happen to.

    The pass `tir-expand-q-multiply-shift` writes it in `arith`.

    ```mlir
    %scaled = tir.q_multiply_shift %sum, %multiplier {q = 31, s = -9} : i32
    ```
    """

    name = "tir.q_multiply_shift"

    lhs = operand_def(i32)
    rhs = operand_def(i32)
    result = result_def(i32)
    q = prop_def(IntegerAttr.constr(i64))
    s = prop_def(IntegerAttr.constr(i64))

    traits = traits_def(Pure())

    def __init__(self, lhs: SSAValue | Operation, rhs: SSAValue | Operation, q: int, s: int):
        super().__init__(
            operands=[lhs, rhs],
            result_types=[i32],
            properties={"q": IntegerAttr(q, i64), "s": IntegerAttr(s, i64)},
        )

    @property
    def total_right_shift(self) -> int:
        """The bits by which the product is shifted to the right, from 0 to 62."""
        return self.q.value.data - min(self.s.value.data, 0)

    @property
    def left_shift(self) -> int:
        """The bits by which `lhs` is shifted to the left before the product, from 0 to 31."""
        return max(self.s.value.data, 0)

    def verify_(self) -> None:
        q, s = self.q.value.data, self.s.value.data
        if not 0 <= q <= 31:
            raise VerifyException(f"q must be from 0 to 31, got {q}")
        if not -31 <= s <= 31:
            raise VerifyException(f"s must be from -31 to 31, got {s}")

    irdl_options = (ParsePropInAttrDict(),)

    assembly_format = "$lhs `,` $rhs attr-dict `:` type($result)"


Tir = Dialect(
    "tir",
    [
        AllocateConstOp,
        AllocateOp,
        CallExternOp,
        ForOp,
        FuncOp,
        LoadOp,
        LookupParamOp,
        QMultiplyShiftOp,
        ReturnOp,
        StoreOp,
        YieldOp,
    ],
    [
        LoopKindAttr,
    ],
)
