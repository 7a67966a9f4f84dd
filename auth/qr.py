"""QR codes as SVG: nothing but a path, so that a page can show it as it is."""

import io

import segno

SCALE = 4
BORDER = 4
"""Modules of white around it, as ISO/IEC 18004 asks for."""


def svg(text: str) -> str:
    """A QR code of a text, with medium error correction: readable from a scratched screen."""
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(
        out,
        kind="svg",
        scale=SCALE,
        border=BORDER,
        light="#fff",
        xmldecl=False,
        svgclass=None,
        lineclass=None,
    )
    return out.getvalue().decode().strip()
