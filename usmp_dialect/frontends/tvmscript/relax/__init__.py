"""
Relax functions, `@R.function`, as entries of the program.

TVM calls its operators from a Relax function, where tensors are allocated and operators are called
with their outputs, or where `R.call_tir` stands for both. Either way a tensor is a `tir.allocate`
and an operator a `tir.call_extern`; what the function returns is written to parameters after those
that it has.

`functions` reads heads, bodies and results, `tensors` what makes tensors.
"""
