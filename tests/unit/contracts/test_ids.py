"""Ids are the same wherever they are computed."""

from uuid import UUID

from contracts import ids

LEAGUE, OTHER = UUID(int=1), UUID(int=2)


def test_the_events_of_a_request_have_ids_of_their_own() -> None:
    made = ids.event_ids(LEAGUE, "m", "key", 4)
    assert len(set(made)) == 4
    assert made == ids.event_ids(LEAGUE, "m", "key", 4)
    assert made[0] == ids.first_event_id(LEAGUE, "m", "key")


def test_a_key_is_its_owners_alone() -> None:
    same_key = {
        ids.first_event_id(LEAGUE, "m", "key"),
        ids.first_event_id(OTHER, "m", "key"),
        ids.first_event_id(LEAGUE, "n", "key"),
        ids.first_event_id(LEAGUE, "m", "key2"),
    }
    assert len(same_key) == 4


def test_time_ordered_uuids_are_of_version_7_and_in_order_of_time() -> None:
    earlier = ids.time_ordered_uuid(1_700_000_000_000, 2**80 - 1)
    later = ids.time_ordered_uuid(1_700_000_000_001, 0)
    assert earlier.version == later.version == 7
    assert earlier.variant == later.variant == "specified in RFC 4122"
    assert earlier < later
    assert earlier.int >> 80 == 1_700_000_000_000
