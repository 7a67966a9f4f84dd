"""How everything that goes to Temporal is written: pydantic's JSON, encrypted where it is about money."""

import dataclasses
from typing import Any, Self

from temporalio.api.failure.v1 import Failure
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
    PayloadConverter,
    SerializationContext,
    WithSerializationContext,
)

from adapters.temporal.codec import EncryptingCodec, is_confidential
from adapters.temporal.keys import PayloadKeys
from contracts.redaction import redact

HIDDEN = "Encoded failure"
"""What Temporal's own tools look for; they show the message of such a failure through a codec server."""


_JSON = PydanticJSONPlainPayloadConverter()


class PydanticConverter(CompositePayloadConverter):
    """pydantic's JSON for whatever is no bytes and no protobuf.

    Temporal makes a converter for every workflow. How a type is read is worked out once for all of them: to do so
    for each would take a tenth of a worker's time.
    """

    def __init__(self) -> None:
        known = DefaultPayloadConverter.default_encoding_payload_converters
        super().__init__(*(_JSON if isinstance(each, JSONPlainPayloadConverter) else each for each in known))


PLAIN = DataConverter(payload_converter_class=PydanticConverter)
"""Nothing of it is encrypted."""


class RedactingFailureConverter(DefaultFailureConverter, WithSerializationContext):
    """Failures without secrets; those of workflows about money with message and trace encrypted, too."""

    def __init__(self, *, hides: bool = False) -> None:
        super().__init__()
        self._hides = hides

    def with_context(self, context: SerializationContext) -> Self:
        hides = is_confidential(context)
        return self if hides == self._hides else type(self)(hides=hides)

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        super().to_failure(exception, payload_converter, failure)
        # A failure that came from elsewhere brings its causes with it, their messages readable again.
        self._conceal(failure, payload_converter)
        while failure.HasField("cause"):
            failure = failure.cause
            self._conceal(failure, payload_converter)

    def _conceal(self, failure: Failure, payload_converter: PayloadConverter) -> None:
        failure.message = redact(failure.message)
        failure.stack_trace = redact(failure.stack_trace)
        if self._hides and failure.message != HIDDEN:
            said: dict[str, Any] = {"message": failure.message, "stack_trace": failure.stack_trace}
            failure.encoded_attributes.CopyFrom(payload_converter.to_payloads([said])[0])
            failure.message, failure.stack_trace = HIDDEN, ""


def data_converter(keys: PayloadKeys) -> DataConverter:
    """The data converter of every client and worker."""
    return dataclasses.replace(
        PLAIN,
        payload_codec=EncryptingCodec(keys),
        failure_converter_class=RedactingFailureConverter,
    )
