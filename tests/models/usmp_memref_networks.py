"""
The networks of `examples/memref`, which are in upstream's dialects alone: they are written from a
few numbers, so that there are small ones too. Run as a script, this file writes the examples anew.

`mobilenet` is the classifier of Sandler et al. (MobileNetV2, 2018), quantized: images and weights
are 8 bits, sums 32. `transformer` is an encoder block of Vaswani et al. (Attention is all you
need, 2017) with the normalization first, as most have it now, in 32-bit floats.
"""
# ruff: noqa: E501 (an operation of MLIR stays in one line)

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod, sqrt
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples" / "memref"

MULTIPLIER_BITS = 24
"""What sums are multiplied by to get 8 bits again is a number of this many binary places."""

Shape = tuple[int, ...]


def memref(shape: Iterable[int], element: str) -> str:
    return f"memref<{''.join(f'{extent}x' for extent in shape)}{element}>"


# MobileNet


@dataclass(frozen=True)
class Bottleneck:
    """An inverted residual: one layer widens the image, one filters it, one narrows it."""

    expansion: int
    """How many times more channels there are in between."""
    channels: int
    stride: int


@dataclass(frozen=True)
class Layer:
    """A layer with weights. Shapes are rows, columns and channels."""

    name: str
    kind: str
    """`convolution` and `depthwise` have windows of 3x3; `pointwise` and `dense` have 1x1."""
    image: Shape
    channels: int
    stride: int
    is_clipped: bool
    """Whether negative results are zero, as ReLU6 has it; all are at most the largest."""

    @property
    def result(self) -> Shape:
        rows, columns, _ = self.image
        return (-(-rows // self.stride), -(-columns // self.stride), self.channels)

    @property
    def weights(self) -> Shape:
        match self.kind:
            case "convolution":
                return (3, 3, self.image[2], self.channels)
            case "depthwise":
                return (3, 3, self.channels)
            case _:
                return (self.image[2], self.channels)

    @property
    def multiplier(self) -> int:
        """It spreads the sums of random weights over the range of the result."""
        terms = 9 if self.kind == "depthwise" else prod(self.weights[:-1])
        return round((1 << MULTIPLIER_BITS) / (40 * sqrt(terms)))


@dataclass(frozen=True)
class MobileNet:
    """A classifier of square images."""

    extent: int = 48
    stem: int = 8
    bottlenecks: Sequence[Bottleneck] = (
        Bottleneck(4, 12, 2),
        Bottleneck(4, 12, 1),
        Bottleneck(4, 16, 2),
        Bottleneck(4, 16, 1),
        Bottleneck(4, 16, 1),
        Bottleneck(4, 24, 1),
        Bottleneck(4, 24, 1),
    )
    head: int = 96
    classes: int = 10

    @property
    def image(self) -> Shape:
        return (self.extent, self.extent, 3)

    @cached_property
    def layers(self) -> Sequence[Layer]:
        """In the order in which they run."""
        return list(self._layers())

    def _layers(self) -> Iterator[Layer]:
        yield (last := Layer("stem", "convolution", self.image, self.stem, 2, True))
        for number, block in enumerate(self.bottlenecks, start=1):
            name, wide = f"block{number}", last.channels * block.expansion
            yield (last := Layer(f"{name}_wide", "pointwise", last.result, wide, 1, True))
            yield (
                last := Layer(f"{name}_deep", "depthwise", last.result, wide, block.stride, True)
            )
            yield (last := Layer(name, "pointwise", last.result, block.channels, 1, False))
        yield (last := Layer("head", "pointwise", last.result, self.head, 1, True))
        yield Layer("logits", "dense", (1, 1, self.head), self.classes, 1, False)

    @property
    def weight_count(self) -> int:
        return sum(prod(layer.weights) for layer in self.layers)

    @property
    def bias_count(self) -> int:
        return sum(layer.channels for layer in self.layers)

    def is_residual(self, layer: Layer) -> bool:
        """Whether the layer ends a bottleneck whose input is added to its result."""
        if not layer.name.removeprefix("block").isdecimal():
            return False
        return self._input_of_bottleneck(layer) == (*layer.result, 1)

    def _input_of_bottleneck(self, layer: Layer) -> Shape:
        place = self.layers.index(layer)
        return (*self.layers[place - 2].image, self.layers[place - 1].stride)


@dataclass
class Text:
    """Lines, and the functions that they call, each once."""

    lines: list[str] = field(default_factory=list[str])
    functions: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, text: str) -> None:
        self.lines += (f"  {line}" for line in text.strip("\n").split("\n"))


def bias_type(channels: int) -> str:
    return f"memref<{channels}xi32, strided<[1], offset: ?>>"


def mobilenet_text(net: MobileNet) -> str:
    """The module of a MobileNet, with every buffer freed after its last use."""
    text = Text()
    weights, biases = memref((net.weight_count,), "i8"), memref((net.bias_count,), "i32")
    logits = memref((net.classes,), "i32")
    multipliers = [layer.multiplier for layer in net.layers[:-1]]
    table = memref((len(multipliers),), "i32")
    text.add(f"%multipliers = memref.get_global @multipliers : {table}")
    text.add(f"%relu = arith.constant 0 : i64\n%linear = arith.constant {-(1 << 7)} : i64")
    source, block_input = "image", "image"
    weight_place = bias_place = 0
    for number, layer in enumerate(net.layers):
        name = layer.name
        _add_weights(text, layer, weight_place, weights)
        _add_bias(text, layer, bias_place, biases)
        weight_place += prod(layer.weights)
        bias_place += layer.channels
        if layer.kind == "dense":
            _add_classifier(text, layer, net, source)
            break
        if name.endswith("_wide"):
            block_input = source
        text.add(f"""
%{name}_index = arith.constant {number} : index
%{name}_multiplier = memref.load %multipliers[%{name}_index] : {table}
%{name} = memref.alloc() : {memref(layer.result, "i8")}""")
        _add_call(text, layer, source)
        if source not in ("image", block_input):
            text.add(f"memref.dealloc %{source} : {memref(layer.image, 'i8')}")
        source = name
        if net.is_residual(layer):
            source = _add_residual(text, layer, block_input)
        if name.removeprefix("block").isdecimal():
            shape = memref(net.layers[number - 2].image, "i8")
            text.add(f"memref.dealloc %{block_input} : {shape}")
    entry = "\n".join(text.lines)
    return f"""\
// A quantized MobileNetV2 for images of {net.extent} x {net.extent} pixels, in upstream's dialects: {len(net.layers)} layers with
// weights, in {len(net.bottlenecks)} bottlenecks of three and what stands around them. Each operator has scratch buffers
// of its own, and every buffer is freed after its last use, as bufferization leaves a program.
// Written by tests/models/usmp_memref_networks.py.

#pixel = affine_map<(pixel, channel, depth) -> (pixel, channel)>
#pixel_depth = affine_map<(pixel, channel, depth) -> (pixel, depth)>
#depth_channel = affine_map<(pixel, channel, depth) -> (depth, channel)>
#all = affine_map<(pixel, channel) -> (pixel, channel)>
#channel = affine_map<(pixel, channel) -> (channel)>

// What the sums of each layer are multiplied by, in units of 2^-{MULTIPLIER_BITS}.
"memref.global"() <{{sym_name = "multipliers", sym_visibility = "private", constant, type = {table}, initial_value = dense<{multipliers}> : tensor<{len(multipliers)}xi32>}}> : () -> ()

{"".join(text.functions.values())}\
func.func @mobilenet(%image: {memref(net.image, "i8")}, %weights: {weights}, %biases: {biases}, %logits: {logits}) {{
{entry}
  func.return
}}
"""


def _add_weights(text: Text, layer: Layer, place: int, weights: str) -> None:
    text.add(f"""
%{layer.name}_at = arith.constant {place} : index
%{layer.name}_weights = memref.view %weights[%{layer.name}_at][] : {weights} to {memref(layer.weights, "i8")}""")


def _add_bias(text: Text, layer: Layer, place: int, biases: str) -> None:
    # Upstream writes an offset of zero without `offset`, and prints the plain type.
    offset = f"strided<[1], offset: {place}>" if place else "strided<[1]>"
    part = f"memref<{layer.channels}xi32, {offset}>"
    text.add(f"""
%{layer.name}_part = memref.subview %biases[{place}] [{layer.channels}] [1] : {biases} to {part}
%{layer.name}_bias = "memref.cast"(%{layer.name}_part) : ({part}) -> {bias_type(layer.channels)}""")


def _add_call(text: Text, layer: Layer, source: str) -> None:
    rows, columns, channels = layer.image
    stride = f"_stride{layer.stride}" if layer.stride > 1 else ""
    function = f"{layer.kind}_{rows}x{columns}x{channels}_to_{layer.channels}{stride}"
    if function not in text.functions:
        body = _pointwise(layer) if layer.kind == "pointwise" else _windowed(layer)
        text.functions[function] = f"""\
func.func private @{function}(%image: {memref(layer.image, "i8")}, %weights: {memref(layer.weights, "i8")}, %bias: {bias_type(layer.channels)}, %multiplier: i32, %least: i64, %result: {memref(layer.result, "i8")}) {{{body}
  func.return
}}

"""
    least, name = "%relu" if layer.is_clipped else "%linear", layer.name
    types = (
        memref(layer.image, "i8"),
        memref(layer.weights, "i8"),
        bias_type(layer.channels),
        "i32",
        "i64",
        memref(layer.result, "i8"),
    )
    text.add(
        f"func.call @{function}(%{source}, %{name}_weights, %{name}_bias, %{name}_multiplier, "
        f"{least}, %{name}) : ({', '.join(types)}) -> ()"
    )


def _pointwise(layer: Layer) -> str:
    rows, columns, depth = layer.image
    flat, out = memref((rows * columns, depth), "i8"), (rows * columns, layer.channels)
    sums, weights = memref(out, "i32"), memref(layer.weights, "i8")
    return f"""
  %pixels = memref.collapse_shape %image [[0, 1], [2]] : {memref(layer.image, "i8")} into {flat}
  %sums = memref.alloc() : {sums}{_start_with_bias(out)}
  linalg.generic {{indexing_maps = [#pixel_depth, #depth_channel, #pixel], iterator_types = ["parallel", "parallel", "reduction"]}} ins(%pixels, %weights : {flat}, {weights}) outs(%sums : {sums}) {{{_multiply_and_add()}
  }}
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : {memref(layer.result, "i8")} into {memref(out, "i8")}{_rescale(out)}
  memref.dealloc %sums : {sums}"""


def _windowed(layer: Layer) -> str:
    """A convolution, or one of each channel with itself."""
    rows, columns, depth = layer.image
    padded = (rows + 2, columns + 2, depth)
    result_rows, result_columns, channels = layer.result
    out, flat = layer.result, (result_rows * result_columns, channels)
    strides = f"strided<[{padded[1] * depth}, {depth}, 1], offset: {padded[1] * depth + depth}>"
    inside = f"memref<{rows}x{columns}x{depth}xi8, {strides}>"
    scale = "" if layer.stride == 1 else f" * {layer.stride}"
    at = f"row{scale} + y, column{scale} + x"
    if layer.kind == "depthwise":
        loops, reductions = "row, column, channel, y, x", 2
        maps = (f"{at}, channel", "y, x, channel", "row, column, channel")
    else:
        loops, reductions = "row, column, channel, y, x, depth", 3
        maps = (f"{at}, depth", "y, x, depth, channel", "row, column, channel")
    indexing = ", ".join(f"affine_map<({loops}) -> ({map})>" for map in maps)
    iterators = ", ".join(['"parallel"'] * 3 + ['"reduction"'] * reductions)
    sums, sums_flat = memref(out, "i32"), memref(flat, "i32")
    return f"""
  %zero = arith.constant 0 : i8
  %padded = memref.alloc() : {memref(padded, "i8")}
  linalg.fill ins(%zero : i8) outs(%padded : {memref(padded, "i8")})
  %inside = memref.subview %padded[1, 1, 0] [{rows}, {columns}, {depth}] [1, 1, 1] : {memref(padded, "i8")} to {inside}
  linalg.copy ins(%image : {memref(layer.image, "i8")}) outs(%inside : {inside})
  %sums = memref.alloc() : {sums_flat}{_start_with_bias(flat)}
  %windows = memref.expand_shape %sums [[0, 1], [2]] output_shape [{result_rows}, {result_columns}, {channels}] : {sums_flat} into {sums}
  linalg.generic {{indexing_maps = [{indexing}], iterator_types = [{iterators}]}} ins(%padded, %weights : {memref(padded, "i8")}, {memref(layer.weights, "i8")}) outs(%windows : {sums}) {{{_multiply_and_add()}
  }}
  memref.dealloc %padded : {memref(padded, "i8")}
  %pixels_out = memref.collapse_shape %result [[0, 1], [2]] : {memref(out, "i8")} into {memref(flat, "i8")}{_rescale(flat)}
  memref.dealloc %sums : {sums_flat}"""


def _start_with_bias(shape: Shape) -> str:
    return f"""
  linalg.generic {{indexing_maps = [#channel, #all], iterator_types = ["parallel", "parallel"]}} ins(%bias : {bias_type(shape[-1])}) outs(%sums : {memref(shape, "i32")}) {{
  ^bb0(%start: i32, %sum: i32):
    linalg.yield %start : i32
  }}"""


def _multiply_and_add() -> str:
    return """
  ^bb0(%pixel: i8, %weight: i8, %sum: i32):
    %pixel_wide = arith.extsi %pixel : i8 to i32
    %weight_wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %pixel_wide, %weight_wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32"""


def _rescale(shape: Shape) -> str:
    """The sums times the multiplier, to the nearest integer, halves upwards, clipped."""
    return f"""
  %factor = arith.extsi %multiplier : i32 to i64
  %half = arith.constant {1 << (MULTIPLIER_BITS - 1)} : i64
  %places = arith.constant {MULTIPLIER_BITS} : i64
  %most = arith.constant 127 : i64
  linalg.generic {{indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}} ins(%sums : {memref(shape, "i32")}) outs(%pixels_out : {memref(shape, "i8")}) {{
  ^bb0(%sum: i32, %old: i8):
    %wide = arith.extsi %sum : i32 to i64
    %scaled = arith.muli %wide, %factor : i64
    %above = arith.addi %scaled, %half : i64
    %rounded = arith.shrsi %above, %places : i64
    %bounded = arith.maxsi %rounded, %least : i64
    %clipped = arith.minsi %bounded, %most : i64
    %byte = arith.trunci %clipped : i64 to i8
    linalg.yield %byte : i8
  }}"""


def _add_residual(text: Text, layer: Layer, block_input: str) -> str:
    rows, columns, channels = layer.result
    function, type = f"add_{rows}x{columns}x{channels}", memref(layer.result, "i8")
    if function not in text.functions:
        pixel = "affine_map<(row, column, channel) -> (row, column, channel)>"
        text.functions[function] = f"""\
func.func private @{function}(%one: {type}, %other: {type}, %result: {type}) {{
  %least = arith.constant {-(1 << 7)} : i32
  %most = arith.constant 127 : i32
  linalg.generic {{indexing_maps = [{pixel}, {pixel}, {pixel}], iterator_types = ["parallel", "parallel", "parallel"]}} ins(%one, %other : {type}, {type}) outs(%result : {type}) {{
  ^bb0(%a: i8, %b: i8, %old: i8):
    %a_wide = arith.extsi %a : i8 to i32
    %b_wide = arith.extsi %b : i8 to i32
    %sum = arith.addi %a_wide, %b_wide : i32
    %bounded = arith.maxsi %sum, %least : i32
    %clipped = arith.minsi %bounded, %most : i32
    %byte = arith.trunci %clipped : i32 to i8
    linalg.yield %byte : i8
  }}
  func.return
}}

"""
    text.add(f"""
%{layer.name}_sum = memref.alloc() : {type}
func.call @{function}(%{block_input}, %{layer.name}, %{layer.name}_sum) : ({type}, {type}, {type}) -> ()
memref.dealloc %{layer.name} : {type}""")
    return f"{layer.name}_sum"


def _add_classifier(text: Text, layer: Layer, net: MobileNet, source: str) -> None:
    """The mean of each channel, to which the last layer gives a number for each class."""
    rows, columns, channels = shape = net.layers[-2].result
    image, means = memref(shape, "i8"), memref((channels,), "i32")
    weights, logits = memref(layer.weights, "i8"), memref((layer.channels,), "i32")
    bias = bias_type(layer.channels)
    window = "affine_map<(channel, row, column) -> (row, column, channel)>"
    text.functions["average"] = f"""\
func.func private @average(%image: {image}, %means: {means}) {{
  %zero = arith.constant 0 : i32
  %count = arith.constant {rows * columns} : i32
  linalg.fill ins(%zero : i32) outs(%means : {means})
  linalg.generic {{indexing_maps = [{window}, affine_map<(channel, row, column) -> (channel)>], iterator_types = ["parallel", "reduction", "reduction"]}} ins(%image : {image}) outs(%means : {means}) {{
  ^bb0(%pixel: i8, %sum: i32):
    %wide = arith.extsi %pixel : i8 to i32
    %next = arith.addi %sum, %wide : i32
    linalg.yield %next : i32
  }}
  linalg.generic {{indexing_maps = [affine_map<(channel) -> (channel)>], iterator_types = ["parallel"]}} outs(%means : {means}) {{
  ^bb0(%sum: i32):
    %mean = arith.divsi %sum, %count : i32
    linalg.yield %mean : i32
  }}
  func.return
}}

"""
    text.functions["dense"] = f"""\
func.func private @dense(%means: {means}, %weights: {weights}, %bias: {bias}, %logits: {logits}) {{
  %sums = memref.alloc() : {logits}
  linalg.copy ins(%bias : {bias}) outs(%sums : {logits})
  linalg.generic {{indexing_maps = [affine_map<(class, depth) -> (depth)>, affine_map<(class, depth) -> (depth, class)>, affine_map<(class, depth) -> (class)>], iterator_types = ["parallel", "reduction"]}} ins(%means, %weights : {means}, {weights}) outs(%sums : {logits}) {{
  ^bb0(%mean: i32, %weight: i8, %sum: i32):
    %wide = arith.extsi %weight : i8 to i32
    %product = arith.muli %mean, %wide : i32
    %next = arith.addi %sum, %product : i32
    linalg.yield %next : i32
  }}
  "memref.copy"(%sums, %logits) : ({logits}, {logits}) -> ()
  memref.dealloc %sums : {logits}
  func.return
}}

"""
    text.add(f"""
%means = memref.alloc() : {means}
func.call @average(%{source}, %means) : ({image}, {means}) -> ()
memref.dealloc %{source} : {image}
func.call @dense(%means, %logits_weights, %logits_bias, %logits) : ({means}, {weights}, {bias}, {logits}) -> ()
memref.dealloc %means : {means}""")


# Transformer


@dataclass(frozen=True)
class Transformer:
    """An encoder block: attention, then two layers for each token, both around a shortcut."""

    tokens: int = 48
    width: int = 64
    heads: int = 4
    hidden: int = 256

    @property
    def head_width(self) -> int:
        return self.width // self.heads

    @property
    def parameters(self) -> Mapping[str, Shape]:
        """The shapes of the arguments, by name, from the tokens to the result."""
        square, line = (self.width, self.width), (self.width,)
        return {
            "tokens": (self.tokens, self.width),
            "gain1": line,
            "shift1": line,
            "query_weights": square,
            "key_weights": square,
            "value_weights": square,
            "output_weights": square,
            "gain2": line,
            "shift2": line,
            "hidden_weights": (self.width, self.hidden),
            "hidden_bias": (self.hidden,),
            "result_weights": (self.hidden, self.width),
            "result_bias": line,
            "result": (self.tokens, self.width),
        }


EPSILON = 1e-5
"""What is added to a variance before its root is divided by."""


def transformer_text(net: Transformer) -> str:
    """The module of an encoder block, in which nothing is freed."""
    tokens, width, head = net.tokens, net.width, net.head_width
    types = {name: memref(shape, "f32") for name, shape in net.parameters.items()}
    image, line, rows = types["tokens"], types["gain1"], memref((tokens,), "f32")
    square, up, down = types["query_weights"], types["hidden_weights"], types["result_weights"]
    hidden, hidden_bias = memref((tokens, net.hidden), "f32"), types["hidden_bias"]
    part = f"memref<{tokens}x{head}xf32, strided<[{width}, 1], offset: ?>>"
    turned, scores = memref((head, tokens), "f32"), memref((tokens, tokens), "f32")
    score_row = f"memref<{tokens}xf32, strided<[1], offset: ?>>"
    parameters = ", ".join(f"%{name}: {type}" for name, type in types.items())
    projections = "".join(
        f"""
  %{name} = memref.alloc() : {image}
  linalg.fill ins(%zero : f32) outs(%{name} : {image})
  linalg.matmul ins(%normal, %{name}_weights : {image}, {square}) outs(%{name} : {image})"""
        for name in ("query", "key", "value")
    )
    parts = "".join(
        f"""
    %{name}_part = memref.subview %{name}[0, %first] [{tokens}, {head}] [1, 1] : {image} to {part}"""
        for name in ("query", "key", "value", "mixed")
    )
    return f"""\
// One block of a transformer's encoder in upstream's dialects: {tokens} tokens of {width} numbers, {net.heads} heads, and {net.hidden}
// numbers for each token in between. Nothing is freed.
// Written by tests/models/usmp_memref_networks.py.

#all = affine_map<(row, column) -> (row, column)>
#row = affine_map<(row, column) -> (row)>
#column = affine_map<(row, column) -> (column)>
#element = affine_map<(element) -> (element)>
#none = affine_map<(element) -> ()>

// Each row less its mean, divided by its deviation.
func.func private @layer_norm(%image: {image}, %gain: {line}, %shift: {line}, %result: {image}) {{
  %zero = arith.constant 0.0 : f32
  %count = arith.constant {float(width)} : f32
  %epsilon = arith.constant {EPSILON:e} : f32
  %mean = memref.alloc() : {rows}
  linalg.fill ins(%zero : f32) outs(%mean : {rows})
  linalg.generic {{indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]}} ins(%image : {image}) outs(%mean : {rows}) {{
  ^bb0(%x: f32, %sum: f32):
    %share = arith.divf %x, %count : f32
    %next = arith.addf %sum, %share : f32
    linalg.yield %next : f32
  }}
  %centered = memref.alloc() : {image}
  linalg.generic {{indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}} ins(%image, %mean : {image}, {rows}) outs(%centered : {image}) {{
  ^bb0(%x: f32, %m: f32, %old: f32):
    %difference = arith.subf %x, %m : f32
    linalg.yield %difference : f32
  }}
  %variance = memref.alloc() : {rows}
  linalg.fill ins(%zero : f32) outs(%variance : {rows})
  linalg.generic {{indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]}} ins(%centered : {image}) outs(%variance : {rows}) {{
  ^bb0(%x: f32, %sum: f32):
    %square = arith.mulf %x, %x : f32
    %share = arith.divf %square, %count : f32
    %next = arith.addf %sum, %share : f32
    linalg.yield %next : f32
  }}
  linalg.generic {{indexing_maps = [#all, #row, #column, #column, #all], iterator_types = ["parallel", "parallel"]}} ins(%centered, %variance, %gain, %shift : {image}, {rows}, {line}, {line}) outs(%result : {image}) {{
  ^bb0(%x: f32, %v: f32, %g: f32, %s: f32, %old: f32):
    %positive = arith.addf %v, %epsilon : f32
    %deviation = math.sqrt %positive : f32
    %normal = arith.divf %x, %deviation : f32
    %scaled = arith.mulf %normal, %g : f32
    %shifted = arith.addf %scaled, %s : f32
    linalg.yield %shifted : f32
  }}
  func.return
}}

// The exponentials of a row, divided by their sum.
func.func private @softmax(%row: {score_row}) {{
  %zero = arith.constant 0.0 : f32
  %least = arith.constant -3.0e+38 : f32
  %largest = memref.alloca() : memref<f32>
  linalg.fill ins(%least : f32) outs(%largest : memref<f32>)
  linalg.generic {{indexing_maps = [#element, #none], iterator_types = ["reduction"]}} ins(%row : {score_row}) outs(%largest : memref<f32>) {{
  ^bb0(%x: f32, %before: f32):
    %larger = arith.maximumf %x, %before : f32
    linalg.yield %larger : f32
  }}
  %powers = memref.alloca() : {rows}
  linalg.generic {{indexing_maps = [#element, #none, #element], iterator_types = ["parallel"]}} ins(%row, %largest : {score_row}, memref<f32>) outs(%powers : {rows}) {{
  ^bb0(%x: f32, %most: f32, %old: f32):
    %below = arith.subf %x, %most : f32
    %power = math.exp %below : f32
    linalg.yield %power : f32
  }}
  %sum = memref.alloca() : memref<f32>
  linalg.fill ins(%zero : f32) outs(%sum : memref<f32>)
  linalg.generic {{indexing_maps = [#element, #none], iterator_types = ["reduction"]}} ins(%powers : {rows}) outs(%sum : memref<f32>) {{
  ^bb0(%x: f32, %before: f32):
    %next = arith.addf %before, %x : f32
    linalg.yield %next : f32
  }}
  linalg.generic {{indexing_maps = [#element, #none, #element], iterator_types = ["parallel"]}} ins(%powers, %sum : {rows}, memref<f32>) outs(%row : {score_row}) {{
  ^bb0(%x: f32, %total: f32, %old: f32):
    %share = arith.divf %x, %total : f32
    linalg.yield %share : f32
  }}
  func.return
}}

// The values, mixed for each token by how well its query meets the keys.
func.func private @attend(%query: {part}, %key: {part}, %value: {part}, %mixed: {part}) {{
  %zero = arith.constant 0.0 : f32
  %scale = arith.constant {head**-0.5!r} : f32
  %turned = memref.alloc() : {turned}
  linalg.transpose ins(%key : {part}) outs(%turned : {turned}) permutation = [1, 0]
  %scores = memref.alloc() : {scores}
  linalg.fill ins(%zero : f32) outs(%scores : {scores})
  linalg.matmul ins(%query, %turned : {part}, {turned}) outs(%scores : {scores})
  affine.for %i = 0 to {tokens} {{
    %line = memref.subview %scores[%i, 0] [1, {tokens}] [1, 1] : {scores} to {score_row}
    linalg.generic {{indexing_maps = [#element], iterator_types = ["parallel"]}} outs(%line : {score_row}) {{
    ^bb0(%x: f32):
      %scaled = arith.mulf %x, %scale : f32
      linalg.yield %scaled : f32
    }}
    func.call @softmax(%line) : ({score_row}) -> ()
  }}
  linalg.fill ins(%zero : f32) outs(%mixed : {part})
  linalg.matmul ins(%scores, %value : {scores}, {part}) outs(%mixed : {part})
  func.return
}}

// Two layers for each token, with the approximation of GELU that takes a hyperbolic tangent.
func.func private @feed_forward(%image: {image}, %hidden_weights: {up}, %hidden_bias: {hidden_bias}, %result_weights: {down}, %result_bias: {line}, %result: {image}) {{
  %zero = arith.constant 0.0 : f32
  %half = arith.constant 0.5 : f32
  %one = arith.constant 1.0 : f32
  %root = arith.constant 0.7978845608 : f32
  %cubic = arith.constant 0.044715 : f32
  %hidden = memref.alloc() : {hidden}
  linalg.fill ins(%zero : f32) outs(%hidden : {hidden})
  linalg.matmul ins(%image, %hidden_weights : {image}, {up}) outs(%hidden : {hidden})
  %active = memref.alloc() : {hidden}
  linalg.generic {{indexing_maps = [#all, #column, #all], iterator_types = ["parallel", "parallel"]}} ins(%hidden, %hidden_bias : {hidden}, {hidden_bias}) outs(%active : {hidden}) {{
  ^bb0(%sum: f32, %bias: f32, %old: f32):
    %x = arith.addf %sum, %bias : f32
    %square = arith.mulf %x, %x : f32
    %cube = arith.mulf %square, %x : f32
    %small = arith.mulf %cube, %cubic : f32
    %bent = arith.addf %x, %small : f32
    %angle = arith.mulf %bent, %root : f32
    %tangent = math.tanh %angle : f32
    %gate = arith.addf %tangent, %one : f32
    %halved = arith.mulf %x, %half : f32
    %gelu = arith.mulf %halved, %gate : f32
    linalg.yield %gelu : f32
  }}
  linalg.generic {{indexing_maps = [#column, #all], iterator_types = ["parallel", "parallel"]}} ins(%result_bias : {line}) outs(%result : {image}) {{
  ^bb0(%bias: f32, %old: f32):
    linalg.yield %bias : f32
  }}
  linalg.matmul ins(%active, %result_weights : {hidden}, {down}) outs(%result : {image})
  func.return
}}

func.func @transformer({parameters}) {{
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %heads = arith.constant {net.heads} : index
  %head_width = arith.constant {head} : index
  %normal = memref.alloc() : {image}
  func.call @layer_norm(%tokens, %gain1, %shift1, %normal) : ({image}, {line}, {line}, {image}) -> (){projections}
  %mixed = memref.alloc() : {image}
  scf.for %head = %c0 to %heads step %c1 {{
    %first = arith.muli %head, %head_width : index{parts}
    func.call @attend(%query_part, %key_part, %value_part, %mixed_part) : ({part}, {part}, {part}, {part}) -> ()
  }}
  %attention = memref.alloc() : {image}
  linalg.fill ins(%zero : f32) outs(%attention : {image})
  linalg.matmul ins(%mixed, %output_weights : {image}, {square}) outs(%attention : {image})
  %middle = memref.alloc() : {image}
  linalg.add ins(%tokens, %attention : {image}, {image}) outs(%middle : {image})
  %normal_middle = memref.alloc() : {image}
  func.call @layer_norm(%middle, %gain2, %shift2, %normal_middle) : ({image}, {line}, {line}, {image}) -> ()
  %change = memref.alloc() : {image}
  func.call @feed_forward(%normal_middle, %hidden_weights, %hidden_bias, %result_weights, %result_bias, %change) : ({image}, {up}, {hidden_bias}, {down}, {line}, {image}) -> ()
  linalg.add ins(%middle, %change : {image}, {image}) outs(%result : {image})
  func.return
}}
"""


def examples() -> Mapping[str, str]:
    """The text of the example files, by their names."""
    return {
        "mobilenet.mlir": mobilenet_text(MobileNet()),
        "transformer.mlir": transformer_text(Transformer()),
    }


if __name__ == "__main__":
    for name, text in examples().items():
        (EXAMPLES / name).write_text(text, encoding="utf-8")
