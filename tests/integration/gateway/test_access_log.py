"""What the gateway writes down of a request, and what not."""

from tests.integration.gateway.conftest import Site
from tests.integration.stack.waiting import eventually


def test_a_request_can_be_found_by_its_id_in_log_service_and_answer(site: Site) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    answer = site.client(site.token()).get(
        "/v1/matches/x?limit=3", headers={"x-request-id": "req-find-me", "traceparent": trace}
    )
    told = answer.json()["headers"]
    assert (told["x-request-id"], told["traceparent"]) == ("req-find-me", trace)
    eventually(lambda: site.traefik.accesses(**{"request_X-Request-Id": "req-find-me"}), "not in the log")
    (line,) = site.traefik.accesses(**{"request_X-Request-Id": "req-find-me"})
    assert line["request_Traceparent"] == trace
    assert line["request_X-Logged-Path"] == "/v1/matches/x"
    assert (line["RequestMethod"], line["DownstreamStatus"], line["RouterName"]) == (
        "GET",
        200,
        "scoring-read@file",
    )
    assert line["ClientHost"] == "127.0.0.1"


def test_a_request_without_ids_gets_them_at_the_door(site: Site) -> None:
    told = site.client(site.token()).get("/v1/matches").json()["headers"]
    assert len(told["x-request-id"]) == 16
    assert told["traceparent"].startswith("00-")


def test_who_it_was_is_written_down_but_no_token_and_no_query(site: Site) -> None:
    token = site.token("the auditor")
    site.client(token).get("/v1/matches/y?secret=tell-nobody", headers={"x-request-id": "req-auditor"})
    site.client(token).get("/v1/auth/share-links/pvl_1.abcdefg", headers={"x-request-id": "req-link"})
    site.client(token).get(
        "/v1/matches/z", headers={"cookie": "session=tell-nobody", "x-api-key": "tell-nobody"}
    )
    site.client("pvk_1_abcdefg").get("/v1/matches/key")
    eventually(lambda: site.traefik.accesses(**{"request_X-Request-Id": "req-link"}), "not in the log")
    (line,) = site.traefik.accesses(**{"request_X-Request-Id": "req-auditor"})
    assert line["ClientUsername"].endswith(":user:the auditor")
    for log in (site.traefik.log, site.gate.log.read_text()):
        assert token not in log
        assert token.rpartition(".")[2] not in log
        assert "tell-nobody" not in log
        assert "abcdefg" not in log
