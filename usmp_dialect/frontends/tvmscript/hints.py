"""`T.attr(node, key, value)`: which keys mean something here, and which are passed over."""

from __future__ import annotations

import ast

from usmp_dialect.frontends.tvmscript.arguments import Parameters
from usmp_dialect.frontends.tvmscript.context import FunctionContext
from usmp_dialect.frontends.tvmscript.declarations import open_thread
from usmp_dialect.frontends.tvmscript.values import Buffer, Pointer, ThreadVariable

_PARAMETERS = Parameters("node attr_key value * span?")

_PASSED_OVER = {
    "compute_scope": "names the function that a part becomes",
    "device_context": "for the code that checks arguments",
    "device_context_id": "for the code that checks arguments",
    "device_id": "the device of the runtime's API",
    "device_scope": "names a part",
    "device_type": "the device of the runtime's API",
    "extern_scope": "names a part",
    "hand_threaded": "a choice of code",
    "storage_alignment": "alignments are the planner's options",
    "volatile_scope": "a choice of code",
}
"""Keys that change neither what memory there is nor when it is used, and what they are for."""

_ACCEPTED = "thread_extent, storage_scope, pragma_*, " + ", ".join(sorted(_PASSED_OVER))


def read_attr(context: FunctionContext, call: ast.Call) -> None:
    """What a `T.attr` does to the rest of its block."""
    arguments = _PARAMETERS.bind(context, call)
    key = context.string(arguments["attr_key"])
    if key == "thread_extent":
        node = arguments["node"]
        thread = context.evaluate(node)
        if not isinstance(thread, ThreadVariable):
            raise context.unexpected(node, thread, "a thread: T.iter_var or T.env_thread")
        name = node.id if isinstance(node, ast.Name) else thread.name
        open_thread(context, call, thread, arguments["value"], name)
    elif key == "storage_scope":
        _check_scope(context, arguments["node"], arguments["value"])
    elif not key.startswith("pragma_") and key not in _PASSED_OVER:
        raise context.error(
            arguments["attr_key"], f"the attribute '{key}' is not understood", _ACCEPTED
        )


def _check_scope(context: FunctionContext, node: ast.expr, scope_node: ast.expr) -> None:
    """The scope must be the one that the memory was allocated in."""
    address = context.address(node)
    pointer = address.pointer if isinstance(address, Buffer) else address
    assert isinstance(pointer, Pointer)
    scope = context.string(scope_node)
    space = pointer.storage.space
    if scope != space:
        raise context.error(
            scope_node,
            f"'{context.source.show(node)}' was allocated in '{space}', not in '{scope}'",
            f'T.allocate(extents, dtype, "{scope}")',
        )
