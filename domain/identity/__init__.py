"""Rules of identity: passwords, throttling, refresh families, invitations, second factors, signing keys."""
