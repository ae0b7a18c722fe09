"""The program rewritten onto the pools that a plan puts its buffers in."""
