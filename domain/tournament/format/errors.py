"""What is wrong with a format, a draw or a pairing."""

from domain.match.errors import CommandRefused


class FormatInvalid(CommandRefused):
    """A format cannot be laid out for these teams, or a draw cannot be made; ``detail`` names the parts."""
