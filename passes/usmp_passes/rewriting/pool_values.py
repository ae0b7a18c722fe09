"""The values that stand for a pool's memory in the program."""

from __future__ import annotations

from typing import TypeAlias

from xdsl.ir import Region, SSAValue

from usmp_passes.rewriting.placement import PlannedPool

PoolValues: TypeAlias = dict[tuple[Region, str], SSAValue]
"""The memory of a pool, by the region of the scope that sees the value, and the pool's name."""


def hint_for(pool: PlannedPool) -> str | None:
    """What to call a value that is the memory of `pool`, if its name can be that of a value."""
    return pool.name if SSAValue.is_valid_name(pool.name) else None
