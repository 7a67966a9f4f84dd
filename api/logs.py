"""Logs of a process: one JSON object a line, on stderr."""

import logging
import os

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from contracts.redaction import redact_library_logs, redact_line


def configure_logs(level: int = logging.INFO) -> None:
    """Log from ``level`` up. Tokens, keys and bodies are never passed to a logger; a secret that gets into a message
    all the same is taken out."""
    redact_library_logs()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Never with local variables: tokens and bodies are among them.
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
            redact_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(os.fdopen(2, "w", closefd=False)),
    )
