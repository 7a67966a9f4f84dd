"""One's own account: signing up, the address, the password, the second factor, who one is."""

from starlette.requests import Request
from starlette.responses import Response

from api.http import encode, json_answer, versioned
from api.operations import principal
from auth.account import bodies as b
from auth.qr import svg
from auth.requests import actor, address, body_of, done, roles_of, session_of, user_of, with_secret
from auth.services import services
from handlers.identity import Account, Tenant


async def sign_up(request: Request) -> Response:
    """Ask for an account and a league of one's own. Neither is there before the address is proven by the link of the
    mail that comes. The answer is the same for an address that has an account; only the mail differs.
    """
    said = await body_of(request, b.SignUpBody)
    signed = await services(request).identity.accounts.sign_up(
        email=said.email,
        password=said.password,
        name=said.name,
        tenant_name=said.tenant_name,
        tenant_slug=said.tenant_slug,
        address=address(request),
    )
    answer = b.SignedUpBody(signed.email, signed.tenant_name, signed.tenant_slug, signed.expires_at)
    return json_answer(answer, 202)


async def verify_email(request: Request) -> Response:
    """Prove an address by the token of the mail and the password that was chosen: the account and the league are there
    then. A token works once. The password is asked for again, so that nobody who gets the mail of another's sign-up
    opens an account to which that one has the password.
    """
    said = await body_of(request, b.VerifyEmailBody)
    accounts = services(request).identity.accounts
    found = await accounts.verify_email(said.token, said.password, tenant_slug=said.tenant_slug)
    return json_answer(b.VerifiedBody(found.user.id, found.user.email, tenant_said(found.tenant)))


async def forgot_password(request: Request) -> Response:
    """Have a mail sent by which the password can be set anew. The answer tells nobody whether there is an account."""
    said = await body_of(request, b.ForgotPasswordBody)
    await services(request).identity.accounts.ask_reset(said.email, address=address(request))
    return json_answer(b.AcceptedBody(), 202)


async def reset_password(request: Request) -> Response:
    """Set a password by the token of the mail, which works once. All sessions end; a second factor stays."""
    said = await body_of(request, b.ResetPasswordBody)
    await services(request).identity.accounts.reset_password(said.token, said.password)
    return done()


async def change_password(request: Request) -> Response:
    """Set another password. All other sessions end."""
    user = user_of(request)
    said = await body_of(request, b.ChangePasswordBody)
    accounts = services(request).identity.accounts
    await accounts.change_password(user, old=said.old, new=said.new, session_id=session_of(request))
    return done()


async def begin_totp(request: Request) -> Response:
    """Begin to set up a second factor (TOTP). It counts once a code of it was confirmed."""
    user = user_of(request)
    said = await body_of(request, b.BeginTotpBody)
    begun = await services(request).identity.accounts.begin_totp(user, password=said.password)
    return with_secret(b.TotpBody(begun.secret_uri, begun.secret, svg(begun.secret_uri)))


async def confirm_totp(request: Request) -> Response:
    """From now on logging in takes a code too. The answer has recovery codes, which are shown this once."""
    user = user_of(request)
    said = await body_of(request, b.ConfirmTotpBody)
    codes = await services(request).identity.accounts.confirm_totp(user, said.code)
    return with_secret(b.RecoveryCodesBody(list(codes)))


async def disable_totp(request: Request) -> Response:
    """Do without a second factor."""
    user = user_of(request)
    said = await body_of(request, b.DisableTotpBody)
    await services(request).identity.accounts.disable_totp(user, password=said.password, code=said.code)
    return done()


async def get_me(request: Request) -> Response:
    """Who the token names: a person with all leagues they belong to, an API key or a share link."""
    return versioned(request, None, encode(await _me(request)))


async def rename_me(request: Request) -> Response:
    """Call oneself something else, in all leagues."""
    user = user_of(request)
    said = await body_of(request, b.RenameBody)
    await services(request).identity.accounts.rename(user, said.name)
    return json_answer(await _me(request))


async def erase_me(request: Request) -> Response:
    """Delete one's own account for good, in all leagues: the mail address, the name, the password, the second factor,
    memberships and sessions. All tokens stop working within a second; what one did is known by an id alone; the address
    can sign up anew. A league's last owner hands it over first (`last_owner`, with the leagues in `tenants`).
    """
    user, who = user_of(request), actor(request)
    said = await body_of(request, b.EraseMeBody)
    await services(request).identity.accounts.erase(user, password=said.password, code=said.code, by=who)
    return done()


async def _me(request: Request) -> b.MeBody:
    who, identity = principal(request), services(request).identity
    tenant = await identity.tenants.get(who.tenant_id)
    account = await identity.accounts.account(user_of(request)) if who.kind == "user" else None
    return b.MeBody(
        kind=who.kind,
        subject=who.subject,
        session_id=who.session_id,
        tenant=tenant_said(tenant),
        roles=roles_of(who.grants),
        user=None if account is None else _user(account),
        memberships=[]
        if account is None
        else [
            b.MembershipBody(tenant_said(each.tenant), roles_of(each.grants), each.joined_at)
            for each in account.memberships
        ],
    )


def _user(account: Account) -> b.UserBody:
    return b.UserBody(account.id, account.email, account.name, account.totp_enabled, account.recovery_codes)


def tenant_said(tenant: Tenant) -> b.TenantSaidBody:
    """A league by its names."""
    return b.TenantSaidBody(tenant.id, tenant.name, tenant.slug, tenant.status)
