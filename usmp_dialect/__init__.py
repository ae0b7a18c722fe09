"""What the IR of the Unified Static Memory Planner is, and how it comes in and goes out."""
