"""An output file that is written whole or not at all."""

import errno
import os
import shutil
from io import StringIO
from pathlib import Path


class WholeFile(StringIO):
    """
    A text stream that reaches the file at `path` only when `commit` is called, after `close`.

    Until then the file is as it was. Raises `OSError` if `path` is a directory, lies in a folder
    that does not exist, or may not be written.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        # The target of a link is replaced, never the link.
        self._path = path.resolve()
        self._contents = b""
        _check_writable(self._path)

    def write_bytes(self, contents: bytes) -> None:
        """Have the file hold these bytes, which need not be text, and nothing else."""
        self._contents = contents

    def close(self) -> None:
        """Close the stream; its text is kept for `commit`."""
        if not self.closed:
            self._contents = self._contents or self.getvalue().encode()
        super().close()

    def commit(self) -> None:
        """Write what the closed stream holds to the file. Raises `OSError` if that fails."""
        if _is_special(self._path):
            self._path.write_bytes(self._contents)
        else:
            _replace(self._path, self._contents)


def _is_special(path: Path) -> bool:
    """Whether `path` is a device or a pipe: it has no contents to keep, and stays what it is."""
    return path.exists() and not path.is_file()


def _check_writable(path: Path) -> None:
    if path.is_dir():
        raise _os_error(errno.EISDIR, path)
    if not path.parent.is_dir():
        raise _os_error(errno.ENOENT, path.parent)
    if path.exists() and not os.access(path, os.W_OK):
        raise _os_error(errno.EACCES, path)
    if not _is_special(path) and not os.access(path.parent, os.W_OK):
        raise _os_error(errno.EACCES, path.parent)


def _os_error(number: int, path: Path) -> OSError:
    return OSError(number, os.strerror(number), str(path))


def _replace(path: Path, contents: bytes) -> None:
    """Put a file that holds `contents` in the place of `path`, in one step."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(contents)
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
