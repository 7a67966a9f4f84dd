"""Which workflows are about money: what they are given, answer and remember is nobody's to read in Temporal."""

CONFIDENTIAL_KINDS = frozenset({"entry", "payout", "reconciliation"})
"""The second part of a workflow's id: ``{tenant}/entry/{payment}``."""


def confidential(workflow_id: str | None) -> bool:
    """Are the payloads of this workflow encrypted?"""
    parts = (workflow_id or "").split("/", 2)
    return len(parts) > 1 and parts[1] in CONFIDENTIAL_KINDS
