"""The pages a browser is sent to: the payer's bank (3-D Secure), and the payee's onboarding."""

from html import escape

from aiohttp import web

from stack.stripe_simulator import accounts, intents, payouts
from stack.stripe_simulator.core import Stripe
from stack.stripe_simulator.errors import StripeError
from stack.stripe_simulator.webhooks import Sender

PAGE = """<!doctype html><meta charset="utf-8"><title>Stripe simulator</title>
<body style="font: 16px system-ui; max-width: 32em; margin: 4em auto"><h1>{title}</h1><p>{text}</p>
<form method="post">{choices}</form>"""
CHOICE = '<button name="choice" value="{value}" style="font: inherit; margin-right: 1em">{label}</button>'


def routes(stripe: Stripe, sender: Sender) -> list[web.RouteDef]:
    """The paths of the pages."""

    async def bank(request: web.Request) -> web.Response:
        return _page(
            "Your bank", "Do you make this payment?", {"yes": "Yes, it is me", "no": "No, refuse it"}
        )

    async def bank_answers(request: web.Request) -> web.Response:
        id, chosen = request.match_info["id"], (await request.post()).get("choice")
        back = (stripe.store.get(id) or {}).get("next_action") or {}
        try:
            with stripe.store.transaction():
                intents.authenticated(stripe, id, succeeds=chosen == "yes")
        except StripeError as error:
            return _page("Your bank", str(error), {})
        sender.hint()
        raise web.HTTPSeeOther(back["redirect_to_url"]["return_url"])

    async def form(request: web.Request) -> web.Response:
        labels = {payouts.GOOD_BANK: "A good bank account"} | {
            number: f"One that fails: {why}" for number, why in payouts.FAILING.items()
        }
        return _page("Get paid", "Which bank account is yours?", labels)

    async def form_filled(request: web.Request) -> web.Response:
        number = str((await request.post()).get("choice", payouts.GOOD_BANK))
        try:
            with stripe.store.transaction():
                accounts.onboard(stripe, request.match_info["id"], number)
        except StripeError as error:
            return _page("Get paid", str(error), {})
        sender.hint()
        return _page("Get paid", "Thank you. You can close this page.", {})

    return [
        web.get("/_simulator/authentications/{id}", bank),
        web.post("/_simulator/authentications/{id}", bank_answers),
        web.get("/_simulator/onboarding/{id}", form),
        web.post("/_simulator/onboarding/{id}", form_filled),
    ]


def _page(title: str, text: str, choices: dict[str, str]) -> web.Response:
    buttons = "".join(CHOICE.format(value=escape(v), label=escape(label)) for v, label in choices.items())
    body = PAGE.format(title=escape(title), text=escape(text), choices=buttons)
    return web.Response(text=body, content_type="text/html")
