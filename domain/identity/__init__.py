"""Who may be who: the rules of accounts, sessions, grants and what is revoked. Pure."""
