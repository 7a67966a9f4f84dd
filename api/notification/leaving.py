"""Having no more mails of a kind, by the link in one of them: nobody logs in for that (RFC 8058)."""

import html

from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.services import services
from handlers.notification.texts import category_name, phrase
from handlers.notification.unsubscribing import BadToken, Unsubscription, read_token, without_mails

ATTEMPTS = 5
HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}
PAGE = """<!doctype html><html lang="{lang}" dir="auto"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}</title>
<style>body{{font:18px/1.5 system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}}button{{font:inherit}}</style>
<h1>{title}</h1>{rest}</html>"""
BUTTON = '<form method="post"><button>{said}</button></form>'


async def show_unsubscribe(request: Request) -> Response:
    """A page with one button, since programs that look at links must change nothing."""
    of = _meant(request)
    _, preferences = await services(request).notifications.preferences(of.tenant_id, of.user_id)
    said = _said(preferences.language, of)
    button = BUTTON.format(said=html.escape(said))
    return _page(preferences.language, said, button)


async def unsubscribe(request: Request) -> Response:
    """What a mail program sends for `List-Unsubscribe-Post`, and the button of the page. Repeated it is the same; what
    the body says is not looked at."""
    of = _meant(request)
    kept = services(request).notifications
    for _ in range(ATTEMPTS):
        version, preferences = await kept.preferences(of.tenant_id, of.user_id)
        fewer = without_mails(preferences, of.category)
        if fewer == preferences or await kept.prefer(of.tenant_id, of.user_id, version, fewer) is not None:
            return _page(preferences.language, phrase(preferences.language, "unsubscribed"), "")
    raise Problem("too_contended", "the preferences are being changed at the moment; come again")


def _meant(request: Request) -> Unsubscription:
    try:
        return read_token(services(request).notification_key, request.path_params["token"])
    except BadToken as error:
        raise Problem("unsubscribe_token_invalid", "this link is not whole, or not ours") from error


def _said(language: str, of: Unsubscription) -> str:
    if of.category is None:
        return phrase(language, "unsubscribe_digest")
    return phrase(language, "unsubscribe", category=category_name(language, of.category))


def _page(language: str, title: str, rest: str) -> Response:
    text = PAGE.format(lang=language, title=html.escape(title), rest=rest)
    return Response(text, 200, HEADERS, "text/html")
