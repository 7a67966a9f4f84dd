"""What ValidateToken answered a moment ago, as bytes: the same question is answered without reading it."""

from collections import OrderedDict

from auth.validation import REMEMBERED, Standing, Validator
from domain.identity.errors import IdentityRefused


class Answers:
    """Answers that a token is good, as long as what was stored about it is believed and nothing else is heard."""

    def __init__(self, validator: Validator) -> None:
        self._validator = validator
        self._known: OrderedDict[bytes, tuple[Standing, bytes]] = OrderedDict()

    def recall(self, question: bytes) -> bytes | None:
        """The answer; None where it has to be found out."""
        known = self._known.get(question)
        if known is None or not self._validator.believes(known[0]):
            return None
        try:
            self._validator.check(known[0])
        except IdentityRefused:
            return None
        return known[1]

    def keep(self, question: bytes, standing: Standing, answer: bytes) -> None:
        """Note an answer."""
        self._known[question] = (standing, answer)
        self._known.move_to_end(question)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
