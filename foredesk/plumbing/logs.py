"""What log lines look like: time, level, the role that speaks, and the text; or one JSON object."""

from __future__ import annotations

import json
import logging
import logging.config
import traceback
from datetime import UTC, datetime
from typing import Any

role = "foredesk"
"""The role of this process; a child sets it right after it was forked."""


class Plain(logging.Formatter):
    """`12:30:01 worker   | text`, and the level where it is not merely information."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        level = "" if record.levelno <= logging.INFO else f"{record.levelname}: "
        head = f"{moment} {role:<8} | "
        return head + f"{level}{super().format(record)}".replace("\n", "\n" + head)


class Json(logging.Formatter):
    """One object per line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "role": role,
            "logger": record.name,
            "text": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            line["trace"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def described(level: str, *, is_json: bool) -> dict[str, Any]:
    """The description that logging.config.dictConfig takes; libraries speak from warning on."""
    level = level.upper()
    quiet = level if level in ("DEBUG", "ERROR") else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"{__name__}.{'Json' if is_json else 'Plain'}"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": quiet},
        "loggers": {
            "foredesk": {"level": level},
            "django": {"level": quiet, "handlers": [], "propagate": True},
            "django.server": {"level": quiet, "handlers": [], "propagate": True},
            "_granian": {"level": quiet, "handlers": [], "propagate": True},
            "granian.access": {"level": quiet, "handlers": [], "propagate": True},
        },
    }


def configure(level: str, *, is_json: bool) -> None:
    """Set logging up in a process that has not set up Django."""
    logging.config.dictConfig(described(level, is_json=is_json))
