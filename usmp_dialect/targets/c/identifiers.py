"""C identifiers for symbols and values, whatever those are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

_KEYWORDS = """
    alignas alignof asm auto bool break case char const constexpr continue default do double else
    enum extern false float for fortran goto if inline int long nullptr register restrict return
    short signed sizeof static static_assert struct switch thread_local true typedef typeof
    typeof_unqual union unsigned void volatile while
    and and_eq bitand bitor catch class compl concept const_cast decltype delete dynamic_cast
    explicit export friend module mutable namespace new noexcept not not_eq operator or or_eq
    private protected public reinterpret_cast requires static_cast template this throw try typeid
    typename using virtual wchar_t xor xor_eq
"""
"""The words of C, up to C23, and those of C++, whose compilers read the header."""

_MATH = """
    acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1 fabs
    fdim floor fma fmax fmin fmod frexp hypot ilogb ldexp lgamma llrint llround log log10 log1p log2
    logb lrint lround modf nan nearbyint nextafter nexttoward pow remainder remquo rint round
    scalbln scalbn sin sinh sqrt tan tanh tgamma trunc j0 j1 jn y0 y1 yn gamma significand drem
    finite exp10 pow10 roundeven sincos
"""
"""The functions of `math.h`; each exists with the suffixes `f` and `l` too."""

_LIBRARY = """
    abort abs access aligned_alloc asctime asprintf assert at_quick_exit atexit atof atoi atol atoll
    bcmp bcopy brk bsearch bzero calloc clearerr clock close ctime difftime div dprintf dup errno
    execl execle execlp execv execve execvp exit fclose feof ferror fflush ffs fgetc fgetpos fgets
    fileno fopen fork fprintf fpclassify fputc fputs fread free freopen fscanf fseek fsetpos ftell
    fwrite getc getchar getenv gets gettext gmtime imaxabs imaxdiv index isalnum isalpha isascii
    isblank iscntrl isdigit isfinite isgraph isgreater isgreaterequal isinf isless islessequal
    islessgreater islower isnan isnormal isprint ispunct isspace isunordered isupper isxdigit kill
    labs ldiv llabs lldiv localeconv localtime longjmp main malloc mblen mbstowcs mbtowc memccpy
    memchr memcmp memcpy memmem memmove mempcpy memset mktime mprotect offsetof open perror pipe
    posix_memalign printf putc putchar puts qsort quick_exit raise rand read realloc remove rename
    rewind rindex scanf select setbuf setjmp setlocale setvbuf signal signbit signgam snprintf
    sprintf srand sscanf stderr stdin stdout stpcpy stpncpy strcasecmp strcat strchr strcmp strcoll
    strcpy strcspn strdup strerror strftime strlcat strlcpy strlen strncasecmp strncat strncmp
    strncpy strndup strnlen strpbrk strrchr strsep strsignal strspn strstr strtod strtof strtok
    strtol strtold strtoll strtoul strtoull strxfrm system time tmpfile tmpnam toascii tolower
    toupper ungetc unlink va_arg va_copy va_end va_list va_start vfprintf vfscanf vprintf vscanf
    vsnprintf vsprintf vsscanf wait wcstombs wctomb write
    alloca linux unix i386 near far interrupt
    DOMAIN EOF HUGE HUGE_VAL HUGE_VALF HUGE_VALL INFINITY MAXFLOAT NAN NDEBUG NULL OVERFLOW PLOSS
    SING TLOSS UNDERFLOW X_TLOSS math_errhandling
"""
"""Names of the standard library and of common compilers that a program must not define."""

_MATH_FUNCTIONS = frozenset(f"{name}{end}" for name in _MATH.split() for end in ("", "f", "l"))

_STRING_FUNCTIONS = frozenset(
    name for name in _LIBRARY.split() if re.match(r"(mem|str|stp|bcmp|bcopy|bzero|r?index)", name)
)

_RESERVED = _MATH_FUNCTIONS.union(_KEYWORDS.split(), _LIBRARY.split())

_CALLS = """
    acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf exp exp2 expm1 fabs floor
    fma fmax fmin log log10 log1p log2 pow rint round sin sinh sqrt tan tanh trunc
    isunordered signbit memcpy memmove
"""
_CALLED = frozenset(f"{name}{end}" for name in _CALLS.split() for end in ("", "f"))
"""What the printed code calls."""

_RESERVED_INSIDE = _CALLED.union(_KEYWORDS.split(), filter(str.isupper, _LIBRARY.split()))
"""The names that a variable of a function must not have: it may hide what is not used there."""

_RESERVED_FORM = re.compile(
    r"""
    _.*                                                  # the implementation's
    | (usmp|USMP)_.*                                     # ours
    | u?int(_least|_fast)?\d+_t | u?int(ptr|max)_t | (s?size|ptrdiff|max_align|float|double)_t
    | U?INT(_LEAST|_FAST)?\d+_(MIN|MAX|C) | U?INT(PTR|MAX)_(MIN|MAX|C)
    | (SIZE|PTRDIFF|SIG_ATOMIC|WCHAR|WINT)_(MIN|MAX)
    | (FP|MATH|M)_[A-Z0-9_]+
    """,
    re.VERBOSE,
)

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def is_identifier(text: str) -> bool:
    """Whether C takes `text` for a name, of which its words are none."""
    return _IDENTIFIER.fullmatch(text) is not None and text not in _KEYWORDS.split()


def is_math_function(name: str) -> bool:
    """Whether `math.h` declares a function of this name, or defines a macro."""
    return name in _MATH_FUNCTIONS


def is_string_function(name: str) -> bool:
    """Whether `string.h` declares a function of this name."""
    return name in _STRING_FUNCTIONS


def is_reserved(name: str, *, is_inside: bool = False) -> bool:
    """
    Whether a program must not call anything of its own by this name, or, inside a function, no
    variable.
    """
    reserved = _RESERVED_INSIDE if is_inside else _RESERVED
    return name in reserved or _RESERVED_FORM.fullmatch(name) is not None


def identifier_like(text: str, default: str, *, is_inside: bool = False) -> str:
    """
    An identifier that reads like `text`, one that is not reserved: other characters than letters,
    digits and underscores become underscores, those outside ASCII their code points. `default`
    stands before what cannot begin an identifier.
    """
    name = "".join(map(_spelled, text))
    if not name.strip("_"):
        name = default
    elif name[0].isdigit() or name[0] == "_":
        name = f"{default}{name if name[0] == '_' else '_' + name}"
    if not is_reserved(name, is_inside=is_inside):
        return name
    # No reserved name ends like this; those of the reserved forms need another beginning.
    name = f"{name}_"
    return f"{default}_{name}" if is_reserved(name) else name


def _spelled(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() else "_"
    return f"u{ord(character):04x}"


class NameScope:
    """
    The names in use where a piece of code stands: those of the scope `around` it and its own.

    The names of a nested scope are free again when it ends. A name costs constant time, whatever
    the number of those that ask for the same.
    """

    def __init__(self, taken: Iterable[str] = (), around: NameScope | None = None) -> None:
        self._taken = set(taken)
        self._around = around
        self._next: dict[str, int] = {}
        self._opened: list[tuple[list[str], dict[str, int]]] = []

    def __contains__(self, name: str) -> bool:
        return name in self._taken or (self._around is not None and name in self._around)

    @property
    def own_names(self) -> Set[str]:
        """The names in use of this scope, without those around it."""
        return self._taken

    def take(self, text: str, default: str) -> str:
        """A name that is not in use, like `text`; now it is."""
        is_inside = self._around is not None
        return self.take_identifier(identifier_like(text, default, is_inside=is_inside))

    def take_identifier(self, base: str) -> str:
        """`base`, or `base` with the first number that makes it a name that is not in use."""
        name, number = base, self._next.get(base, 0)
        while name in self:
            number += 1
            name = f"{base}_{number}"
        self._taken.add(name)
        if self._opened:
            names, numbers = self._opened[-1]
            names.append(name)
            numbers.setdefault(base, self._next.get(base, 0))
        self._next[base] = number
        return name

    def open(self) -> None:
        """Begin a nested scope."""
        self._opened.append(([], {}))

    def close(self) -> list[str]:
        """End the nested scope that was begun last, and return the names it had."""
        names, numbers = self._opened.pop()
        self._taken.difference_update(names)
        self._next.update(numbers)
        return names
