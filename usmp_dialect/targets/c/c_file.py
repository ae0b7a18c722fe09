"""A module as the text of a C file and its header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from xdsl.dialects import memref
from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, ModuleOp, SymbolRefAttr

from usmp_dialect.buffer_type import DEFAULT_ALIGNMENT, size_bytes_of
from usmp_dialect.dialects.usmp import POOL
from usmp_dialect.program import fail
from usmp_dialect.targets.c import control_flow_ops, float_ops, integer_ops, memory_ops
from usmp_dialect.targets.c.control_flow_ops import PARALLEL_FOR, PARALLEL_FOR_THREADS
from usmp_dialect.targets.c.identifiers import identifier_like, is_math_function
from usmp_dialect.targets.c.literals import bytes_initializer, comment_text
from usmp_dialect.targets.c.memory_map import (
    inputs_and_outputs,
    io_macros,
    map_comment,
    placed_buffers,
    pool_global,
    pool_macros,
)
from usmp_dialect.targets.c.memory_ops import ALIGNAS, constant_data
from usmp_dialect.targets.c.module_names import ModuleNames
from usmp_dialect.targets.c.program import CProgram
from usmp_dialect.targets.c.signatures import PrintedFunction, extern_prototype, print_function
from usmp_dialect.targets.c.thread_numbers import THREAD_NUMBER, THREAD_NUMBER_DEFINITION

_HANDLERS = {
    **integer_ops.HANDLERS,
    **float_ops.HANDLERS,
    **memory_ops.HANDLERS,
    **control_flow_ops.HANDLERS,
}

_INDEX_TYPES = """\
/* The type of an index: 64 bits, or 32 if all of the program is compiled so. */
#ifndef USMP_INDEX_TYPES
#define USMP_INDEX_TYPES
#if defined(USMP_INDEX_BITS) && USMP_INDEX_BITS == 32
typedef uint32_t usmp_index;
typedef int32_t usmp_sindex;
#else
typedef uint64_t usmp_index;
typedef int64_t usmp_sindex;
#endif
#endif"""

_ALIGNAS = f"""\
#ifndef {ALIGNAS}
#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define {ALIGNAS}(bytes) _Alignas(bytes)
#elif defined(__GNUC__)
#define {ALIGNAS}(bytes) __attribute__((aligned(bytes)))
#else
#error "define {ALIGNAS}(bytes) for this compiler"
#endif
#endif"""

_PARALLEL_FOR = f"""\
/* Loops whose iterations may run at the same time do so with USMP_PARALLEL defined and OpenMP. */
#ifndef {PARALLEL_FOR}
#ifdef USMP_PARALLEL
#define {PARALLEL_FOR} _Pragma("omp parallel for")
#else
#define {PARALLEL_FOR}
#endif
#endif"""

_PARALLEL_FOR_THREADS = f"""\
/* Such loops that no more than so many threads may run: each has its own slices of buffers. */
#ifndef {PARALLEL_FOR_THREADS}
#ifdef USMP_PARALLEL
#define USMP_PRAGMA(text) _Pragma(#text)
#define {PARALLEL_FOR_THREADS}(threads) USMP_PRAGMA(omp parallel for num_threads(threads))
#else
#define {PARALLEL_FOR_THREADS}(threads)
#endif
#endif"""

_BYTE_ORDER = """\
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the constants of this program are in little-endian order"
#endif"""

_CALLED = re.compile(r"\b([a-z]\w*)\(")
_OTHER_MATH = frozenset(("INFINITY", "isunordered", "signbit"))


class CFile:
    """
    The C code of a module. It is complete, and known to be printable, when this exists.

    Raises `AnalysisError` for what the target cannot print.
    """

    def __init__(self, module: ModuleOp) -> None:
        self._program = program = CProgram(module)
        self._names = names = ModuleNames(program, _HANDLERS)
        self._sections = {
            pool.sym_name.data: self._section(pool.sym_name.data) for pool in program.pools
        }
        self._io_pointers = list(self._pointers_to_io())
        self._globals = list(self._global_definitions())
        is_planned = program.is_planned
        self._functions = [
            print_function(function, names, is_planned=is_planned)
            for function in program.functions.values()
        ]
        self._header = "\n".join(self._header_lines()) + "\n"

    @property
    def name(self) -> str:
        """What the program is called: its entry function."""
        return self._names.prefix

    def header(self) -> str:
        """What the caller of the program includes."""
        return self._header

    def source(self, include: str | None) -> str:
        """The functions, after the line that includes a header, or after the header itself."""
        first = self._header if include is None else f'#include "{include}"\n'
        return first + "\n" + "\n".join(self._source_lines()) + "\n"

    # The header

    def _header_lines(self) -> Iterator[str]:
        program, names = self._program, self._names
        guard = names.macro("H")
        yield from (f"#ifndef {guard}", f"#define {guard}", "", "#include <stdint.h>", "")
        yield from (_INDEX_TYPES, "")
        yield from ("#ifdef __cplusplus", 'extern "C" {', "#endif", "")
        yield from _paragraph(pool_macros(program, names))
        yield from _paragraph(map_comment(list(placed_buffers(program))))
        yield from _paragraph(io_macros(program, names))
        yield from _paragraph(f"extern uint8_t *const {name};" for name, _ in self._io_pointers)
        yield from _paragraph(self._parameter_declarations())
        for printed in self._functions:
            if _is_in_header(printed):
                yield from _paragraph((*printed.struct, *printed.comment, *printed.prototype))
        yield from ("#ifdef __cplusplus", "}", "#endif", "", "#endif")

    def _parameter_declarations(self) -> Iterator[str]:
        names = self._names
        if not names.parameters:
            return
        yield "/* The parameters of the model: arrays that are linked to it, or, with"
        yield " * USMP_PARAMETER_POINTERS defined, pointers that are set before it runs. */"
        yield "#ifdef USMP_PARAMETER_POINTERS"
        yield from (f"extern const uint8_t *{name};" for name in names.parameters.values())
        yield "#else"
        for parameter, name in names.parameters.items():
            type = comment_text(f'"{parameter}": {names.parameter_types[parameter]}')
            yield f"extern const uint8_t {name}[]; /* {type} */"
        yield "#endif"

    # The source

    def _source_lines(self) -> Iterator[str]:
        bodies = [line for printed in self._functions for line in printed.definition]
        helpers = "\n\n".join(self._names.helpers.text())
        text = "\n".join((helpers, *bodies, *self._globals))
        yield from _paragraph(_includes(text))
        if ALIGNAS in text:
            yield from (_ALIGNAS, "")
        if f"{PARALLEL_FOR}\n" in text:
            yield from (_PARALLEL_FOR, "")
        if PARALLEL_FOR_THREADS in text:
            yield from (_PARALLEL_FOR_THREADS, "")
        if THREAD_NUMBER in text:
            yield from (THREAD_NUMBER_DEFINITION, "")
        if self._names.has_constant_data:
            yield from (_BYTE_ORDER, "")
        yield from _paragraph(self._globals)
        yield from _paragraph(
            f"uint8_t *const {name} = {address};" for name, address in self._io_pointers
        )
        for extern in self._names.externs.values():
            if not extern.is_in_math_header:
                yield from extern_prototype(extern)
        if self._names.externs:
            yield ""
        if helpers:
            yield from (helpers, "")
        others = [printed for printed in self._functions if not _is_in_header(printed)]
        yield from _paragraph(line for printed in others for line in printed.struct)
        yield from _paragraph(line for printed in others for line in printed.prototype)
        yield from _joined(printed.definition for printed in self._functions)

    def _section(self, pool: str) -> str:
        return self._names.scope.take_identifier(f"USMP_SECTION_{identifier_like(pool, 'pool')}")

    def _global_definitions(self) -> Iterator[str]:
        for symbol, name in self._names.globals.items():
            op = self._program.globals[symbol]
            size = size_bytes_of(op.type)
            if size is None:
                fail(op, f"the C target has no array for global @{symbol} of type {op.type}")
            section = ""
            pool = op.attributes.get(POOL)
            if isinstance(pool, SymbolRefAttr) and pool.root_reference.data in self._sections:
                section = self._sections[pool.root_reference.data]
                yield from (f"#ifndef {section}", f"#define {section}", "#endif")
                section += " "
            yield from self._global_definition(op, f"{name}[{max(size, 1)}]", section)

    def _global_definition(
        self, op: memref.GlobalOp, declarator: str, section: str
    ) -> Iterator[str]:
        alignment = DEFAULT_ALIGNMENT if op.alignment is None else op.alignment.value.data
        static = "static " if op.sym_visibility.data == "private" else ""
        const = "" if op.constant is None else "const "
        declaration = f"{section}{static}{const}{ALIGNAS}({alignment}) uint8_t {declarator}"
        if isinstance(op.initial_value, DenseIntOrFPElementsAttr):
            self._names.has_constant_data = True
            first, *rest = bytes_initializer(constant_data(op, op.initial_value), "")
            yield f"{declaration} = {first}"
            yield from rest
        else:
            yield f"{declaration};"

    def _pointers_to_io(self) -> Iterator[tuple[str, str]]:
        """The inputs and outputs in pools that are arrays of the file: names and addresses."""
        for item in inputs_and_outputs(self._program):
            array = pool_global(self._program, self._names, item.pool)
            if array is not None:
                base = f"{self._names.prefix}_{identifier_like(item.name, 'io')}"
                yield self._names.scope.take(base, "io"), f"{array} + {item.byte_offset}"


def _is_in_header(printed: PrintedFunction) -> bool:
    return printed.function.is_entry and not printed.function.is_private


def _includes(text: str) -> Iterator[str]:
    called = set(_CALLED.findall(text))
    yield "#include <stddef.h>"
    if "INFINITY" in text or _OTHER_MATH & called or any(map(is_math_function, called)):
        yield "#include <math.h>"
    if called & {"memcpy", "memmove"}:
        yield "#include <string.h>"


def _paragraph(lines: Iterable[str]) -> Iterator[str]:
    """The lines and an empty one, or nothing."""
    is_empty = True
    for line in lines:
        is_empty = False
        yield line
    if not is_empty:
        yield ""


def _joined(texts: Iterable[Sequence[str]]) -> Iterator[str]:
    """Texts with an empty line between them."""
    for number, lines in enumerate(texts):
        if number:
            yield ""
        yield from lines
