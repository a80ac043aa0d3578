"""The one log writer: what failed, where in the code and on which day; never with which values, for whom or at what time.

Messages, parameters, statements, addresses and paths are dropped unread: an answer may be in any of them.
"""

from __future__ import annotations

import atexit
import errno
import logging
import os
import sys
import threading
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass
from types import CodeType, TracebackType
from typing import Any, Final, TextIO

from survey import installation
from survey.days import today
from survey.problems import TROUBLE, Problem

#: Names the open file that a process started from here logs to, where its standard error leads nowhere.
DESCRIPTOR: Final = "SURVEY_FAILURES_DESCRIPTOR"
_OURS: Final = tuple(f"{installation.ROOT / name}{os.sep}" for name in ("survey", "analysis", "migrations"))
#: Counts at which a repeated failure is written again: the tenth time, the hundredth and so on, and the sum at the end of the day.
_STEP: Final = 10
_NOTED: Final = "noted_by_the_survey"


@dataclass(frozen=True, slots=True)
class Failure:
    """A kind of failure and the place in the code where it was seen; of ours its code and its text, holes unfilled."""

    kind: str
    place: str
    code: str = ""
    text: str = ""

    def __str__(self) -> str:
        """One line without the day."""
        code, text = (f" [{self.code}]" if self.code else "", f": {self.text}" if self.text else "")
        return f"{self.kind}{code} at {self.place}{text}"


class FailureLog(logging.Handler):
    """Writes one line for each failure of a day, and how many times it came instead of the line again."""

    def __init__(self) -> None:
        super().__init__()
        #: Standard error, unless something else was given.
        self.stream: TextIO | None = None
        self._day = ""
        self._times: Counter[Failure] = Counter()
        self._told: Counter[Failure] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Note what a library or our own code logs, from warnings on."""
        if record.levelno < logging.WARNING:
            return
        try:
            self._count(failure_of(record))
        except Exception:
            self.handleError(record)

    def handleError(self, _record: logging.LogRecord) -> None:  # noqa: N802 - the name that logging calls
        """Write nothing: Python itself would print the message with its parameters."""

    def total(self) -> None:
        """Write how many times each failure came since it was last written."""
        for failure, times in self._times.items():
            if times > self._told[failure]:
                self._write(failure, times)

    def _count(self, failure: Failure) -> None:
        if self._day != today():
            self.total()
            self._day, self._times, self._told = today(), Counter(), Counter()
        self._times[failure] += 1
        times = self._times[failure]
        if times >= self._told[failure] * _STEP:
            self._write(failure, times)

    def _write(self, failure: Failure, times: int) -> None:
        self._told[failure] = times
        again = f", {times} times today" if times > 1 else ""
        stream = self.stream or sys.stderr
        stream.write(f"{self._day} {failure}{again}\n")
        stream.flush()


LOG: Final = FailureLog()


def note(error: BaseException) -> None:
    """Log a failure that was caught; one that is raised again, and caught again, is logged once."""
    if getattr(error, _NOTED, False):
        return
    setattr(error, _NOTED, True)
    about = (type(error), error, error.__traceback__)
    LOG.handle(logging.LogRecord("survey", logging.ERROR, __file__, 0, "", None, about))


def install() -> None:
    """Let everything of this process that logs, warns or fails unseen be written here and nowhere else."""
    if (inherited := os.environ.pop(DESCRIPTOR, "")).isdecimal():
        LOG.stream = os.fdopen(int(inherited), "w", encoding="utf-8")
    logging.getLogger().handlers[:] = [LOG]
    warnings.showwarning = _log_warning
    sys.excepthook = _log_unhandled
    sys.unraisablehook = lambda seen: _log_unhandled(seen.exc_type, seen.exc_value, seen.exc_traceback)
    threading.excepthook = lambda seen: _log_unhandled(seen.exc_type, seen.exc_value, seen.exc_traceback)
    atexit.register(LOG.total)


def _log_unhandled(
    kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None
) -> None:
    if not issubclass(kind, KeyboardInterrupt | SystemExit):
        note(error or kind())


def _log_warning(
    message: Warning | str,  # noqa: ARG001 - it may say anything
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001 - as the standard library calls it
    line: str | None = None,  # noqa: ARG001 - as the standard library calls it
) -> None:
    LOG.handle(logging.LogRecord(category.__name__, logging.WARNING, filename, lineno, "", None, None))


def failure_of(record: logging.LogRecord) -> Failure:
    """What may be written of a log record."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        where = _place_in_code(record.pathname, record.funcName or "", record.lineno, record.name)
        return Failure(f"{record.levelname} of {record.name}", where)
    if isinstance(error, Problem):
        return Failure("Problem", _origin(error), error.kind.code, TROUBLE.get(error.kind, error.kind.text))
    return Failure(_kind_of_error(error), _origin(error))


def _kind_of_error(error: BaseException) -> str:
    """The classes of an error and of the driver's behind it, with the number that a database or system gives."""
    driver = getattr(error, "orig", None) or error
    names = [type(error).__name__, *([type(driver).__name__] if driver is not error else [])]
    number = getattr(driver, "sqlite_errorname", None) or getattr(driver, "sqlstate", None)
    if number is None and isinstance(driver, OSError):
        number = errno.errorcode.get(driver.errno or 0)
    return "/".join(dict.fromkeys(names)) + (f" {number}" if number else "")


def _origin(error: BaseException) -> str:
    """The innermost frame in our own code; of all frames where none is ours."""
    frames: list[tuple[CodeType, int, Any]] = [
        (frame.f_code, line, frame.f_globals.get("__name__", "?"))
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    ours = [seen for seen in frames if seen[0].co_filename.startswith(_OURS)]
    if not frames:
        return "?"
    code, line, module = (ours or frames)[-1]
    return _place_in_code(code.co_filename, code.co_name, line, module)


def _place_in_code(filename: str, function: str, line: int, module: str) -> str:
    if filename.startswith(_OURS):
        module = (
            filename.removeprefix(f"{installation.ROOT}{os.sep}").removesuffix(".py").replace(os.sep, ".")
        )
    return ":".join(part for part in (module, function, str(line)) if part)
