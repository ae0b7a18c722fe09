"""
How many threads may run the parallel loops of a program in which buffers have a slice for each.

OpenMP numbers the threads of one parallel loop from 0 on, so that the threads of a loop inside it
would have the same numbers again. So in a program with slices only outermost parallel loops are run
by several threads, and by no more than there are slices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xdsl.ir import Operation

from usmp_dialect.dialects.usmp import ThreadNumberOp
from usmp_dialect.interfaces import BufferCallInterface, get_interface
from usmp_dialect.program import Function

THREAD_NUMBER = "USMP_THREAD_NUMBER"
"""The macro that gives the number of the thread."""

THREAD_NUMBER_DEFINITION = f"""\
/* The number of the thread that runs an iteration of a parallel loop. Who runs the program in a
 * parallel region of its own, or the loops in another way, defines it. */
#ifndef {THREAD_NUMBER}
#if defined(USMP_PARALLEL) && defined(_OPENMP)
#include <omp.h>
#define {THREAD_NUMBER}() omp_get_thread_num()
#else
#define {THREAD_NUMBER}() 0
#endif
#endif"""


class ThreadLimits:
    """
    For how many threads there are slices, in each function and loop. `functions` come callees
    first.
    """

    def __init__(self, functions: Iterable[Function]) -> None:
        self._by_function: dict[str, int] = {}
        for function in functions:
            threads = self._fewest(function.op)
            if threads is not None:
                self._by_function[function.name] = threads

    @property
    def by_function(self) -> Mapping[str, int]:
        """The threads for which functions have slices, themselves or in what they call."""
        return self._by_function

    def of(self, loop: Operation) -> int | None:
        """The most threads that may run a loop, `None` if there may be any number."""
        return self._fewest(loop) if self._by_function else None

    def _fewest(self, around: Operation) -> int | None:
        return min(filter(None, map(self._of_op, around.walk())), default=None)

    def _of_op(self, op: Operation) -> int | None:
        if isinstance(op, ThreadNumberOp):
            return op.threads.value.data
        call = None if not self._by_function else get_interface(op, BufferCallInterface)
        if call is None:
            return None
        return self._by_function.get(call.get_callee(op).root_reference.data)
