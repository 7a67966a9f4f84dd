"""The payment of one entry fee: what Stripe and the tournament have said about it, and what is to be done next."""
