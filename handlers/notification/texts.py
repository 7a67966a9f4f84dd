"""What notices say, in somebody's language and by the clock of their zone.

The names in them were chosen by others: each is one line, not too long, no link of a mail program's making, and where
it is written from right to left it does not turn what stands around it.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from domain.notification.notice import Category
from domain.notification.preferences import Preferences
from handlers.notification.ports import KeptNotice

FALLBACK = "en"
LONGEST_WORD = 200
_JOINERS = "\u200c\u200d"
"""Of Indian and Persian scripts: no text, but without them it is another word."""
_OPEN, _CLOSE, _APART = "\u2068", "\u2069", "\u200b"
_LINK = re.compile(r"(?<=\w)\.(?=\w{2,})")


@dataclass(frozen=True, slots=True)
class Text:
    subject: str
    line: str


def told(notice: KeptNotice, preferences: Preferences) -> Text:
    """What a notice says to somebody."""
    return told_of(notice.kind.value, notice.words, preferences)


def told_of(kind: str, said: Mapping[str, str], preferences: Preferences) -> Text:
    """What a notice of this kind says with these words."""
    words = {name: _word(name, each, preferences.zone) for name, each in said.items()}
    known = catalogue(preferences.language)["notices"][kind]
    return Text(_filled(known["subject"], words), _filled(known["line"], words))


def phrase(language: str, name: str, /, **words: str) -> str:
    """A text that is no notice; ``words`` are fit to stand in it already (``one_line``)."""
    return _filled(catalogue(language)[name], words)


def category_name(language: str, category: Category) -> str:
    """What a category is called."""
    return catalogue(language)["categories"][category.value]


@lru_cache
def catalogue(language: str) -> Mapping[str, Any]:
    """The texts of a language; what it lacks is in English."""
    english = _read(FALLBACK)
    return english if language == FALLBACK else _merged(english, _read(language))


def _read(language: str) -> dict[str, Any]:
    file = files("handlers.notification") / "catalogue" / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _merged(value, above.get(name, {})) if isinstance(value, dict) else above.get(name, value)
        for name, value in below.items()
    }


class _Said(dict[str, str]):
    """A word that an older notice has not is left out."""

    def __missing__(self, name: str) -> str:
        return ""


def _filled(text: str, words: Mapping[str, str]) -> str:
    return " ".join(text.format_map(_Said(words)).split())


def _word(name: str, said: str, zone: ZoneInfo) -> str:
    if name.endswith("_at"):
        return f"{datetime.fromisoformat(said).astimezone(zone):%Y-%m-%d %H:%M %Z}"
    return one_line(said)


def one_line(said: str) -> str:
    """Something that others have written, fit to stand in a line of ours."""
    shown = "".join(each if each.isprintable() or each in _JOINERS else " " for each in said)
    line = " ".join(shown.split())
    if len(line) > LONGEST_WORD:
        line = line[: LONGEST_WORD - 1] + "…"
    line = _LINK.sub(f".{_APART}", line).replace("://", f":{_APART}//")
    turned = any(unicodedata.bidirectional(each) in ("R", "AL") for each in line)
    return f"{_OPEN}{line}{_CLOSE}" if turned else line
