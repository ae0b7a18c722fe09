"""Canonicalization patterns, imported only when a dialect's operations are canonicalized."""
