"""The `tir` and `usmp` dialects."""
