"""Secrets as text: read back as they were written, and nothing else is."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.identity.secret import (
    API_KEY,
    INVITATION,
    MAILED,
    REFRESH,
    SHARE_LINK,
    Form,
    matches,
    new_secret,
    recovery_code,
)

FORMS = (API_KEY, REFRESH, SHARE_LINK, MAILED, INVITATION)


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_read_as_it_was_written(form: Form) -> None:
    id_ = uuid4()
    secret = new_secret(form, id_)
    told = form.read(secret.text)
    assert told is not None
    assert told[0] == id_
    assert matches(told[1], secret.hash)
    assert len(told[1]) >= 43  # 256 bits
    assert told[1] not in repr(secret)
    assert all(other.read(secret.text) is None for other in FORMS if other.prefix != form.prefix)


@given(st.text(max_size=300), st.sampled_from(FORMS))
def test_whatever_is_sent_is_read_or_refused(text: str, form: Form) -> None:
    for sent in (text, form.prefix + text, f"{form.prefix}{'0' * 32}{form.separator}{text}"):
        told = form.read(sent)
        assert told is None or (isinstance(told[0], UUID) and told[1])


def test_nothing_matches_what_is_not_kept() -> None:
    assert not matches("x", None)
    assert not matches("", bytes(32))


def test_recovery_codes_are_typed_by_people() -> None:
    code = recovery_code()
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    assert code != recovery_code()
