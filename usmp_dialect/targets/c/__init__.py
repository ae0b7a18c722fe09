"""C99 from the `tir` dialect and the upstream dialects it is used with."""

from usmp_dialect.targets.c.target import CTarget

__all__ = ["CTarget"]
