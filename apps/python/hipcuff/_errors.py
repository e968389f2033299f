"""What can go wrong, as exceptions: which file, what is wrong, what to do."""

import os
import re
from pathlib import Path
from typing import Optional, Union


# As hipcuff/core/one_line.h: controls, separators of lines, and what turns the direction of the text after it.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def _readable(text: str) -> str:
    """One line that can be printed anywhere: names of files may hold anything."""
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _UNPRINTABLE.sub("?", text)


_RENAMED = {"plugin": "plugins"}


def _in_python(text: str) -> str:
    """The toolkit speaks of its command line: --mm-per-px is mm_per_px here, 'hipcuff plugins' hipcuff.plugins()."""

    def name(found: "re.Match[str]") -> str:
        return _RENAMED.get(found[1], found[1].replace("-", "_"))

    text = text.replace("'hipcuff plugins'", "hipcuff.plugins()")
    return re.sub(r"(?<![\w-])--([a-z][a-z-]*)", name, text)


class Error(Exception):
    """Base of everything that HipCuff raises on purpose. str() is one line: "PATH: PROBLEM (REMEDY)"."""

    path: Optional[Path]
    """The file or folder concerned; None where there is none."""
    problem: str
    """What is wrong."""
    remedy: str
    """What can be done about it; may be empty."""

    def __init__(self, path: Union[None, str, bytes, "os.PathLike[str]"], problem: str, remedy: str = "") -> None:
        self.path = None if path is None else Path(os.fsdecode(path))
        self.problem = problem
        self.remedy = _in_python(remedy)
        super().__init__(self.path, problem, remedy)

    def __str__(self) -> str:
        line = self.problem if self.path is None else f"{self.path}: {self.problem}"
        return _readable(f"{line} ({self.remedy})" if self.remedy else line)


class InputError(Error):
    """An input that cannot be processed. Others are not concerned."""


class NotForUs(Error):
    """A readable file that is not for HipCuff: not ultrasound, not a picture."""


class OutputError(Error):
    """Output that cannot be written: folder not writable, disk full."""


class ConfigError(Error):
    """A file that a stage needs and that is wrong in itself: criteria, recipe, plugin."""


class UsageError(Error, ValueError):
    """A wrong argument."""

    def __init__(self, path: Union[None, str, bytes, "os.PathLike[str]"], problem: str, remedy: str = "") -> None:
        super().__init__(path, _in_python(problem), remedy)


class InputWarning(UserWarning):
    """An input that could not be processed, where many are and the others go on."""


class PluginWarning(UserWarning):
    """plugin_fault="builtin": a plugin that was left out, or an exporter that failed."""
