"""Readers of other formats, each of which gives a module in the `tir` dialect."""
