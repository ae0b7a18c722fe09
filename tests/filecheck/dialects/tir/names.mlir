// RUN: usmp-opt %s | usmp-opt | filecheck %s

// Names are any text. In the generic form, xDSL reads a string with other characters than ASCII as
// bytes, so that they round trip in the custom form only.

tir.func @names() {
  %direct = tir.allocate "größe" : memref<4xi8>
  %escaped = tir.allocate "\E6\97\A5\E6\9C\AC" : memref<4xi8>
  %constant = tir.allocate_const "ß" dense<0> : memref<4xi8>
  %parameter = tir.lookup_param "poids \22é\22" : memref<4xi8>
}

// CHECK:       %direct = tir.allocate "gr\C3\B6\C3\9Fe" : memref<4xi8>
// CHECK-NEXT:  %escaped = tir.allocate "\E6\97\A5\E6\9C\AC" : memref<4xi8>
// CHECK-NEXT:  %constant = tir.allocate_const "\C3\9F" dense<0> : memref<4xi8>
// CHECK-NEXT:  %parameter = tir.lookup_param "poids \22\C3\A9\22" : memref<4xi8>
