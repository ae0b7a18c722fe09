"""Implementations of operations for xDSL's interpreter, on memory that is bytes."""
