"""From `tir` to upstream dialects: what the pass `lower-tir` is made of."""
