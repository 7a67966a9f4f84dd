"""The operations on one's own account. None takes an Idempotency-Key: tokens of mails and codes work once, and asking
twice for a mail sends two."""

from api.operations import Operation
from auth.account import bodies as b
from auth.account import endpoints as e
from auth.operation import ALL, asking, telling

TAG = "account"
_PASSWORD = "seven willow bats"  # noqa: S105  (an example)
_TOKEN = "the token of the mail"  # noqa: S105

OPERATIONS: tuple[Operation, ...] = (
    asking(
        "sign_up", "POST", f"{ALL}/signup", "Ask for an account and a league", e.sign_up,
        tag=TAG, body=b.SignUpBody, answer=b.SignedUpBody, status=202, refusals=(409,), public=True,
        example={
            "email": "asha@example.com", "password": _PASSWORD, "name": "Asha Rao",
            "tenant_name": "Hambledon League", "tenant_slug": "hambledon",
        },
    ),
    asking(
        "verify_email", "POST", f"{ALL}/email:verify", "Prove an address", e.verify_email,
        tag=TAG, body=b.VerifyEmailBody, answer=b.VerifiedBody, refusals=(409, 410), public=True,
        example={"token": _TOKEN, "password": _PASSWORD},
    ),
    asking(
        "forgot_password", "POST", f"{ALL}/password:forgot", "Have the password reset", e.forgot_password,
        tag=TAG, body=b.ForgotPasswordBody, answer=b.AcceptedBody, status=202, public=True,
        example={"email": "asha@example.com"},
    ),
    asking(
        "reset_password", "POST", f"{ALL}/password:reset", "Set a password by a mail", e.reset_password,
        tag=TAG, body=b.ResetPasswordBody, refusals=(409, 410), public=True,
        example={"token": _TOKEN, "password": _PASSWORD},
    ),
    asking(
        "change_password", "PUT", f"{ALL}/password", "Set another password", e.change_password,
        tag=TAG, body=b.ChangePasswordBody, refusals=(404,),
        example={"old": _PASSWORD, "new": "eight willow bats"},
    ),
    asking(
        "begin_totp", "POST", f"{ALL}/totp", "Begin a second factor", e.begin_totp,
        tag=TAG, body=b.BeginTotpBody, answer=b.TotpBody, refusals=(409,), example={"password": _PASSWORD},
    ),
    asking(
        "confirm_totp", "POST", f"{ALL}/totp:confirm", "Confirm a second factor", e.confirm_totp,
        tag=TAG, body=b.ConfirmTotpBody, answer=b.RecoveryCodesBody, refusals=(409,), example={"code": "123456"},
    ),
    asking(
        "disable_totp", "DELETE", f"{ALL}/totp", "Do without a second factor", e.disable_totp,
        tag=TAG, body=b.DisableTotpBody, refusals=(409,), example={"password": _PASSWORD, "code": "123456"},
    ),
    telling("get_me", f"{ALL}/me", "Who calls", e.get_me, tag=TAG, answer=b.MeBody),
    asking(
        "rename_me", "PATCH", f"{ALL}/me", "Call oneself something else", e.rename_me,
        tag=TAG, body=b.RenameBody, answer=b.MeBody, refusals=(404,), example={"name": "Asha Rao"},
    ),
    asking(
        "erase_me", "DELETE", f"{ALL}/me", "Delete one's own account", e.erase_me,
        tag=TAG, body=b.EraseMeBody, refusals=(404, 409), example={"password": _PASSWORD, "code": "123456"},
    ),
)  # fmt: skip
