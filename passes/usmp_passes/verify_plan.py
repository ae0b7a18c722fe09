"""The pass that proves a memory plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.utils.bitwise_casts import is_power_of_two
from xdsl.utils.exceptions import PassFailedException

from usmp_passes.verification import check_plan


@dataclass(frozen=True)
class VerifyPlanPass(ModulePass):
    """
    Proves a memory plan, before or after the program has been rewritten onto its pools, and leaves
    the program as it is.

    Liveness is found anew from the program; of what earlier passes have left on it, only the places
    of the buffers are read, and the alignment that was asked for. It is an error if two buffers
    overlap while both are live; if a buffer is outside its pool, misaligned, in a pool that it may
    not use, or must not be planned at all; and if a buffer that could be planned has no place, once
    the module says that it has a plan (`usmp.plan`). Without that, such a buffer has memory of its
    own.

    After the rewrite, each `memref.view` of a pool's memory at a constant offset is a buffer, live
    wherever an allocation in its place would be. Anything else that is done with a pool's memory,
    but to pass it to a function of the module, cannot be checked and is an error.

    `main` names the entry function; `alignment`, in bytes, is what every buffer must have at least,
    by default what its `buffer_info` or its view says.
    """

    name: ClassVar[str] = "usmp-verify-plan"

    main: str | None = None
    alignment: int | None = None

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        if self.alignment is not None and not is_power_of_two(self.alignment):
            raise PassFailedException(
                f"option alignment of {self.name} is {self.alignment}, expected a power of two"
            )
        check_plan(op, self.main, self.alignment)
