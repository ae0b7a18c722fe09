"""What is said about a memory map around it: the same in the page and in the pictures."""

from __future__ import annotations

from usmp_passes.reporting.memory_map.byte_units import byte_text
from usmp_passes.reporting.memory_map.layout import MemoryMap, Panel
from usmp_passes.reporting.model import PoolReport


def heading_of(memory_map: MemoryMap) -> str:
    """The functions that the program starts with."""
    entries = memory_map.report.entries
    shown = ", ".join(f"@{_shortened(entry)}" for entry in entries[:3])
    return shown if len(entries) <= 3 else f"{shown} and {len(entries) - 3} more"


def summary_of(memory_map: MemoryMap) -> str:
    """How many buffers there are, and how they were placed."""
    count = len(memory_map.buffers)
    parts = [f"{count:,} {'buffer' if count == 1 else 'buffers'}"]
    used = sum(panel.pool.allocated_size or 0 for panel in memory_map.panels)
    unshared = sum(panel.pool.unshared_bytes for panel in memory_map.panels)
    parts.append(f"{byte_text(used)} used, {byte_text(unshared)} without reuse")
    plan = memory_map.report.plan
    if plan is not None:
        proof = "proven optimal" if plan.optimal else "not proven optimal"
        parts.append(f"planned by {plan.algorithm}, {proof}" if plan.algorithm else proof)
    return " \N{MIDDLE DOT} ".join(parts)


def use_text(pool: PoolReport) -> str:
    """What the plan takes of a pool."""
    return f"used {byte_text(pool.allocated_size or 0)}"


def bound_text(pool: PoolReport) -> str:
    """How near that is to the best, for a pool with a lower bound."""
    assert pool.lower_bound is not None
    if not pool.gap:
        return f"lower bound {byte_text(pool.lower_bound)}, reached"
    return f"lower bound {byte_text(pool.lower_bound)}, {byte_text(pool.gap)} below"


def capacity_text(panel: Panel) -> str:
    """The size that the pool has; of a pool without one, nothing."""
    if panel.pool.capacity_bytes is None:
        return ""
    far = "" if panel.shows_capacity else ", far above"
    return f"capacity {byte_text(panel.pool.capacity_bytes)}{far}"


def live_bytes_text(memory_map: MemoryMap) -> str:
    """What the curve below the panels counts."""
    kinds = "all pools" if len(memory_map.panels) > 1 else ""
    if any(panel.pool.read_only for panel in memory_map.panels):
        kinds = "without constants"
    missing = memory_map.not_in_curves
    those = "1 buffer that has" if missing == 1 else f"{missing:,} buffers that have"
    without = f"without {those} no list of live ranges" if missing else ""
    return ", ".join(filter(None, (kinds, without)))


def notes_of(memory_map: MemoryMap) -> list[str]:
    """What a reader must know of the rectangles."""
    notes: list[str] = []
    if memory_map.has_inexact:
        notes.append(
            "Hatched: drawn as a whole, though live only now and then, as there are too many "
            "live ranges to draw them singly."
        )
    return notes


def _shortened(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:30]}\N{HORIZONTAL ELLIPSIS}{name[-29:]}"
