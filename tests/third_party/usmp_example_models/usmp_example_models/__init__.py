"""A dialect that knows nothing of memory planning, and what the planner is told of it."""
