"""Sizes of memory as people write them."""

import pytest

from usmp_passes.tools.byte_count import parse_byte_count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0", 0),
        ("1048576", 2**20),
        ("1048576B", 2**20),
        ("1MiB", 2**20),
        ("1 MB", 10**6),
        ("64kB", 64_000),
        ("64KB", 64_000),
        ("64KiB", 2**16),
        (" 1.5KiB ", 1536),
        ("0.1kB", 100),
        ("3GiB", 3 * 2**30),
        ("2GB", 2 * 10**9),
    ],
)
def test_byte_count(text: str, count: int) -> None:
    assert parse_byte_count(text) == count


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected bytes, such as 65536 or 64KiB, got ''"),
        ("-1", "expected bytes"),
        ("1e6", "expected bytes"),
        ("1,000", "expected bytes"),
        ("MiB", "expected bytes"),
        ("64K", "unknown unit 'K' in '64K': expected one of B, kB, KB, MB, GB, KiB, MiB, GiB"),
        ("64Kib", "unknown unit 'Kib'"),
        ("0.3KiB", "'0.3KiB' is not a whole number of bytes"),
    ],
)
def test_errors(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        parse_byte_count(text)
