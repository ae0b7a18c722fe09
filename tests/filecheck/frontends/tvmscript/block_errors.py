# RUN: not usmp-opt %s 2>&1 | filecheck %s


@T.prim_func
def main(a: T.Buffer((16, 16), "float32")):
    for i in range(4):
        with T.sblock("tile"):
            v = T.axis.spatial(4, i)
            tile = T.match_buffer(a[v * 4 : v * 4 + 4, 0:4], (4, 4), "float32")
            tile[0, 0] = T.float32(0)


# CHECK:      block_errors.py:9:20: error: the part does not lie in one piece
# CHECK-NEXT:             tile = T.match_buffer(a[v * 4 : v * 4 + 4, 0:4], (4, 4), "float32")
# CHECK-NEXT:                    ^
# CHECK-NEXT: note: accepted: strides=[s0, s1], of T.int32()
