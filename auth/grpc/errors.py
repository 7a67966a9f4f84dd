"""Errors as a client of gRPC sees them: a status, and with it the stable code and what helps to go on."""

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from api.errors import Problem
from contracts.codes import title_of
from contracts.redaction import redact

CODE = "pavilion-code"
REQUEST_ID = "x-request-id"
RETRY_AFTER = "retry-after"
DETAILS = "grpc-status-details-bin"
"""Where clients of every language look for a google.rpc.Status."""
DOMAIN = "pavilion"
LONGEST_DETAIL = 1000
"""Headers of HTTP/2 have their limits; a message need not be a novel."""

_OF_STATUS = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    401: grpc.StatusCode.UNAUTHENTICATED,
    403: grpc.StatusCode.PERMISSION_DENIED,
    404: grpc.StatusCode.NOT_FOUND,
    409: grpc.StatusCode.FAILED_PRECONDITION,
    410: grpc.StatusCode.NOT_FOUND,
    412: grpc.StatusCode.ABORTED,
    413: grpc.StatusCode.INVALID_ARGUMENT,
    422: grpc.StatusCode.INVALID_ARGUMENT,
    429: grpc.StatusCode.RESOURCE_EXHAUSTED,
    503: grpc.StatusCode.UNAVAILABLE,
    504: grpc.StatusCode.DEADLINE_EXCEEDED,
}
_OF_CODE = {
    "account_exists": grpc.StatusCode.ALREADY_EXISTS,
    "member_already": grpc.StatusCode.ALREADY_EXISTS,
    "refresh_raced": grpc.StatusCode.ABORTED,
    "tenant_slug_taken": grpc.StatusCode.ALREADY_EXISTS,
}

Metadata = tuple[tuple[str, str | bytes], ...]


def status_of(problem: Problem) -> grpc.StatusCode:
    """The status of gRPC that a problem is."""
    return _OF_CODE.get(problem.code) or _OF_STATUS.get(problem.status, grpc.StatusCode.INTERNAL)


def trailers_of(problem: Problem, request_id: str) -> Metadata:
    """What is sent after the status. Secrets that got into a message are taken out."""
    details: list[Message] = [
        ErrorInfo(reason=problem.code.upper(), domain=DOMAIN, metadata={"title": title_of(problem.code)})
    ]
    trailers: list[tuple[str, str | bytes]] = [(CODE, problem.code), (REQUEST_ID, request_id)]
    after = problem.headers.get(RETRY_AFTER)
    if after is not None:
        details.append(RetryInfo(retry_delay=Duration(seconds=int(after))))
        trailers.append((RETRY_AFTER, after))
    status = Status(code=status_of(problem).value[0], message=message_of(problem))
    for detail in details:
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    return (*trailers, (DETAILS, status.SerializeToString()))


def message_of(problem: Problem) -> str:
    """The words of a problem."""
    return redact(problem.detail)[:LONGEST_DETAIL]
