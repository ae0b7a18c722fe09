"""
The inline functions that the printed code calls, each printed only if it is used.

They are what C leaves undefined where MLIR does not, or where MLIR says that the result may be
anything but the program goes on: a division by zero gives 0, a shift by too many bits gives 0, a
conversion of a number that does not fit gives 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from usmp_dialect.targets.c.scalar_types import INDEX, SIGNED_INDEX

_DIVISIONS = """
static inline U usmp_divui_N(U a, U b) {
    return b == 0 ? 0 : a / b;
}

static inline U usmp_remui_N(U a, U b) {
    return b == 0 ? 0 : a % b;
}

static inline U usmp_ceildivui_N(U a, U b) {
    return b == 0 ? 0 : a / b + (a % b != 0);
}

static inline U usmp_divsi_N(S a, S b) {
    if (b == 0) {
        return 0;
    }
    /* The smallest number has no negative: it stays as it is. */
    return b == -1 ? (U)0 - (U)a : (U)(a / b);
}

static inline U usmp_remsi_N(S a, S b) {
    return b == 0 || b == -1 ? 0 : (U)(a % b);
}

static inline U usmp_floordivsi_N(S a, S b) {
    if (b == 0) {
        return 0;
    }
    if (b == -1) {
        return (U)0 - (U)a;
    }
    return (U)(a / b - (a % b != 0 && (a < 0) != (b < 0)));
}

static inline U usmp_ceildivsi_N(S a, S b) {
    if (b == 0) {
        return 0;
    }
    if (b == -1) {
        return (U)0 - (U)a;
    }
    return (U)(a / b + (a % b != 0 && (a < 0) == (b < 0)));
}

static inline U usmp_shli_N(U a, U b) {
    return b < W ? a << b : 0;
}

static inline U usmp_shrui_N(U a, U b) {
    return b < W ? a >> b : 0;
}

static inline U usmp_shrsi_N(S a, U b) {
    return b < W ? (U)(a >> b) : 0;
}

static inline U usmp_absi_N(S a) {
    return a < 0 ? (U)0 - (U)a : (U)a;
}

static inline U usmp_ipowi_N(S base, S exponent) {
    U power = (U)base;
    U result = 1;
    if (exponent < 0) {
        /* One over a power: zero but for 1 and -1; of 0 there is none. */
        return base == 1 ? 1 : base == -1 ? (exponent % 2 != 0 ? (U)-1 : 1) : 0;
    }
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 != 0) {
            result *= power;
        }
        power *= power;
    }
    return result;
}

static inline U usmp_mulhui_N(U a, U b) {
    const U low = ((U)1 << (W / 2)) - 1;
    const U cross = (a >> (W / 2)) * (b & low) + (((a & low) * (b & low)) >> (W / 2));
    const U other = (a & low) * (b >> (W / 2)) + (cross & low);
    return (a >> (W / 2)) * (b >> (W / 2)) + (cross >> (W / 2)) + (other >> (W / 2));
}

static inline U usmp_mulhsi_N(S a, S b) {
    U high = usmp_mulhui_N((U)a, (U)b);
    high -= a < 0 ? (U)b : 0;
    high -= b < 0 ? (U)a : 0;
    return high;
}
"""
"""For integers of `N` bits, that is of the types `U` and `S`, of width `W`."""

_WIDTHS = {
    "32": ("uint32_t", "int32_t", "32"),
    "64": ("uint64_t", "int64_t", "64"),
    "index": (INDEX, SIGNED_INDEX, "8 * sizeof(usmp_index)"),
}

_MEMORY = """
static inline T usmp_load_N(const uint8_t *buffer, usmp_index index) {
    T value;
    memcpy(&value, USMP_ELEMENT(buffer + index * sizeof(T), sizeof(T)), sizeof(T));
    return value;
}

static inline void usmp_store_N(uint8_t *buffer, usmp_index index, T value) {
    memcpy(USMP_ELEMENT(buffer + index * sizeof(T), sizeof(T)), &value, sizeof(T));
}
"""
"""Elements `N` of type `T`. A buffer may be read with other types than it was written with."""

_MEMORY_TYPES = {
    "u16": "uint16_t",
    "u32": "uint32_t",
    "u64": "uint64_t",
    "f32": "float",
    "f64": "double",
}

_FLOATS = """
static inline F usmp_bits_to_fN(B bits) {
    F value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

static inline B usmp_bits_of_fN(F value) {
    B bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static inline uint64_t usmp_fptosi_fN(F value) {
    return value >= -0x1p63X && value < 0x1p63X ? (uint64_t)(int64_t)value : 0;
}

static inline uint64_t usmp_fptoui_fN(F value) {
    return value > -1.0X && value < 0x1p64X ? (uint64_t)value : 0;
}

static inline F usmp_maximumf_fN(F a, F b) {
    if (a != a || b != b) {
        return a + b;
    }
    return a > b || (a == b && signbit(b)) ? a : b;
}

static inline F usmp_minimumf_fN(F a, F b) {
    if (a != a || b != b) {
        return a + b;
    }
    return a < b || (a == b && signbit(a)) ? a : b;
}

static inline F usmp_fpowi_fN(F base, int64_t exponent) {
    F result = 1;
    int64_t left;
    for (left = exponent; left != 0; left /= 2) {
        if (left % 2 != 0) {
            result *= base;
        }
        base *= base;
    }
    return exponent < 0 ? 1 / result : result;
}
"""
"""For floating point numbers of type `F`, whose bits are a `B`; `X` ends a constant."""

_FLOAT_TYPES = {"32": ("float", "uint32_t", "f"), "64": ("double", "uint64_t", "")}

_OTHERS = """
static inline uint8_t *usmp_place(uint8_t *address) {
    /* Where addresses are constant, clang forgets which parameters are different memory. */
#ifdef __GNUC__
    __asm__("" : "+r"(address));
#endif
    return address;
}

static inline uint64_t usmp_load_index(const uint8_t *buffer, usmp_index index) {
    return usmp_load_u64(buffer, index);
}

static inline unsigned usmp_ctpop(uint64_t value) {
    unsigned count = 0;
    for (; value != 0; value &= value - 1) {
        ++count;
    }
    return count;
}

static inline unsigned usmp_ctlz(uint64_t value, unsigned width) {
    unsigned count = width;
    for (; value != 0; value >>= 1) {
        --count;
    }
    return count;
}

static inline unsigned usmp_cttz(uint64_t value, unsigned width) {
    unsigned count = 0;
    for (; count < width && (value & 1) == 0; value >>= 1) {
        ++count;
    }
    return count;
}

/* The fixed-point product a * b * 2^(s - q), halves rounded up. */
static inline uint32_t usmp_q_multiply_shift(uint32_t a, uint32_t b, int q, int s) {
    const int left = s > 0 ? s : 0;
    const int right = s > 0 ? q : q - s;
    const uint64_t product =
        ((uint64_t)(int64_t)(int32_t)a << left) * (uint64_t)(int64_t)(int32_t)b;
    const uint64_t half = right > 0 ? (uint64_t)1 << (right - 1) : 0;
    return (uint32_t)((int64_t)(product + half) >> right);
}
"""

_ELEMENT_MACRO = """
/* Defined, it promises that all buffers are aligned to their elements, the caller's too. */
#ifdef USMP_ALIGNED_ELEMENTS
#define USMP_ELEMENT(address, size) __builtin_assume_aligned((address), (size))
#else
#define USMP_ELEMENT(address, size) (address)
#endif
"""

_NAME = re.compile(r"\b(usmp_\w+)\(")
_DEFINITION = re.compile(r"^static inline \w+ \*?(usmp_\w+)\(", re.MULTILINE)


@cache
def _definitions() -> dict[str, str]:
    """The text of each helper function, in an order in which each comes after those it calls."""
    templates: list[str] = []
    for suffix, type in _MEMORY_TYPES.items():
        templates.append(_substitute(_MEMORY, N=suffix, T=type))
    for suffix, (unsigned, signed, width) in _WIDTHS.items():
        templates.append(_substitute(_DIVISIONS, N=suffix, U=unsigned, S=signed, W=width))
    for suffix, (type, bits, end) in _FLOAT_TYPES.items():
        templates.append(_substitute(_FLOATS, N=suffix, F=type, B=bits, X=end))
    templates.append(_OTHERS)
    definitions: dict[str, str] = {}
    for template in templates:
        for text in template.strip().split("\n\n"):
            match = _DEFINITION.search(text)
            assert match is not None
            definitions[match.group(1)] = text
    return definitions


def _substitute(template: str, **letters: str) -> str:
    """The template with each letter replaced where it is a word, or the end of one."""
    for letter, text in letters.items():
        template = re.sub(rf"(?:\b|(?<=_)|(?<=_f)|(?<=[0-9])){letter}\b", text, template)
    return template


def is_helper(name: str) -> bool:
    """Whether a helper function has this name."""
    return name in _definitions()


class Helpers:
    """The helper functions that a program uses."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def call(self, name: str, *arguments: str) -> str:
        """The call of a helper."""
        self._use(name)
        return f"{name}({', '.join(arguments)})"

    def _use(self, name: str) -> None:
        if name not in self._used:
            self._used.add(name)
            for other in _NAME.findall(_definitions()[name]):
                self._use(other)

    def text(self) -> Iterator[str]:
        """The definitions of those that are used, each after those it calls."""
        chosen = [text for name, text in _definitions().items() if name in self._used]
        if any("USMP_ELEMENT" in text for text in chosen):
            yield _ELEMENT_MACRO.strip()
        yield from chosen
