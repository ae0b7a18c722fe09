"""What the Unified Static Memory Planner does to the IR: analyses, planning and passes."""
