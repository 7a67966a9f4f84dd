"""Settings of the Auth Service's HTTP side, from variables with the prefix ``PAVILION_``."""

from auth.settings import AuthSettings


class WebSettings(AuthSettings):
    """Read once, when the process starts. What is None comes from the running stack of this checkout."""

    cors_origins: str = ""
    """From where browsers may call it, separated by commas: ``https://app.example``, or ``*``."""
