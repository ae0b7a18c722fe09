"""
What `T.<name>(...)` is in an expression: one table a module, all of them together here.

A new construct is a function and an entry in the table of the module it belongs to.
"""

from __future__ import annotations

from usmp_dialect.frontends.tvmscript.intrinsics import (
    addresses,
    control,
    conversions,
    mathematics,
    operators,
)
from usmp_dialect.frontends.tvmscript.intrinsics.handler import Handler

INTRINSICS: dict[str, Handler] = {
    **addresses.TABLE,
    **control.TABLE,
    **conversions.TABLE,
    **mathematics.TABLE,
    **operators.TABLE,
}
"""By the name in `T`; what is a type, such as `int8`, and what is a call, is elsewhere."""
