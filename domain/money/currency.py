"""The currencies fees can be taken in, with the number of decimals their amounts are written with.

Source: Stripe, "Supported currencies", https://docs.stripe.com/currencies. An amount is always a whole number
of minor units as Stripe's API takes them: 1000 is 10.00 in a currency with two decimals, 1,000 in one without
and 1.000 in one with three.
"""

from dataclasses import dataclass

from domain.match.errors import CommandRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """``code``: ISO 4217, lower case. ``step``: what a charge, a refund and a transfer must be a multiple of,
    in minor units; ``payout_step``: the same for a payout to a bank."""

    code: str
    decimals: int = 2
    step: int = 1
    payout_step: int = 1


_TWO_DECIMALS = """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop
    crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg idr ils inr jmd kes kgs khr
    kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen
    pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd tzs uah usd
    uyu uzs wst xcd yer zar zmw
"""
_NO_DECIMALS = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf"

# The special cases of the page: an amount in a currency with three decimals ends in 0; Icelandic króna and
# Ugandan shilling have no decimals any more and are still written with two, which are 00; forint and New
# Taiwan dollar are charged with two and paid out without.
_THREE_DECIMALS = "bhd jod kwd omr tnd"
_WRITTEN_WITH_TWO = "isk ugx"
_PAID_OUT_WHOLE = "huf twd"

CURRENCIES: dict[str, Currency] = {
    currency.code: currency
    for currency in (
        *(Currency(code=code) for code in _TWO_DECIMALS.split()),
        *(Currency(code=code, decimals=0) for code in _NO_DECIMALS.split()),
        *(Currency(code=code, decimals=3, step=10, payout_step=10) for code in _THREE_DECIMALS.split()),
        *(Currency(code=code, step=100, payout_step=100) for code in _WRITTEN_WITH_TWO.split()),
        *(Currency(code=code, payout_step=100) for code in _PAID_OUT_WHOLE.split()),
    )
}


def currency_of(code: str) -> Currency:
    """The currency with this code. Raises CommandRefused."""
    known = CURRENCIES.get(code)
    if known is None:
        text = f"{code!r} is no currency that fees can be taken in; write its ISO code in lower case (inr)"
        raise CommandRefused("currency_unknown", text, detail={"currency": code})
    return known
