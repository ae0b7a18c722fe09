"""Why two buffers conflict or not, as plain values for JSON."""

from __future__ import annotations

from xdsl.ir import Operation

from usmp_dialect.locations import file_location
from usmp_passes.analysis.explanation import Explanation, LifeOfBuffer, Witness
from usmp_passes.analysis.operation_names import operation_name

EXPLANATION_VERSION = 1
"""Of the values; raised when one goes or changes its meaning, not when one is added."""


def explanation_values(one: str, other: str, explanation: Explanation) -> dict[str, object]:
    """
    Whether the buffers `one` and `other` conflict, the sentences that say why, and what these are
    made of: where the life of each begins and ends, and the calls that lead from one to the other.
    """
    return {
        "schema_version": EXPLANATION_VERSION,
        "buffers": [one, other],
        "conflict": explanation.conflict,
        "text": explanation.text,
        "lives": [_life(life) for life in explanation.lives],
        "calls": [_operation(call) for call in explanation.call_path],
    }


def _life(life: LifeOfBuffer) -> dict[str, object]:
    return {
        "buffer": life.buffer,
        "function": life.function,
        "io": life.io,
        "first": _end_of_life(life.first),
        "last": _end_of_life(life.last),
    }


def _end_of_life(witness: Witness) -> dict[str, object]:
    return {
        **_operation(witness.op),
        "function": witness.function,
        "point": witness.point,
        "boundary": witness.boundary,
        "widened_by": None
        if witness.loop is None
        else {**_operation(witness.loop), "operation": witness.loop_name},
    }


def _operation(op: Operation) -> dict[str, object]:
    location = file_location(op.location)
    return {
        "operation": operation_name(op),
        "location": None if location is None else str(location),
    }
