"""Stripe without Stripe: the parts Pavilion uses, with state, in a process of its own.

    python -m stack.stripe_simulator --port 12111 --data FOLDER --webhook http://127.0.0.1:8000/v1/webhooks/stripe

It speaks Stripe's API (intents, refunds, Connect, disputes, events, balance) and answers with Stripe's objects; the
tests hold both to Stripe's OpenAPI. What Stripe keeps behind its dashboard, its banks and its network (a payer's
bank, an onboarding form, faults, the books) is under `/_simulator`. All of it lies in one SQLite file, so that a
restart loses nothing.

It is one process with one thread, so requests happen one after another; two with the same idempotency key can
still meet, when the first of them is made slow. The server is aiohttp's because it can cut a connection after the
work is done, which is the fault that matters most.
"""
