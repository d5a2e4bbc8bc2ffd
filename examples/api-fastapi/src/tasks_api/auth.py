"""Who is asking: the verified token, and how often its user may ask."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import Response

from countersign import Identity, TokenError, Verifier
from countersign.fastapi import CurrentUser, install
from countersign.problem import refused, reply_of
from countersign.revocations import Revocations
from tasks_api.environment import ApiClient, Environment
from tasks_api.openapi import refusals
from tasks_api.rate_limit import RateLimit
from tasks_api.schemas import Me

router = APIRouter(prefix="/api/v1/auth")


def verifier_for(environment: Environment) -> Verifier:
    """With a credential it listens for revocations; a feed that is away does not stop it."""
    issuer = f"{environment.auth_server}/api/auth"
    if environment.jwt_secret:
        return Verifier(
            issuer=issuer,
            audience=environment.audience,
            algorithms=["HS256"],
            secret=environment.jwt_secret,
            on_mismatch="exit",
            revocations=_feed_for(environment.client),
        )
    return Verifier(
        issuer=issuer,
        audience=environment.audience,
        algorithms=["EdDSA"],
        jwks_url=f"{issuer}/jwks",
        revocations=_feed_for(environment.client),
    )


def _feed_for(client: ApiClient | None) -> Revocations | None:
    if client is None:
        return None
    return Revocations(client_id=client.client_id, client_secret=client.client_secret)


def authenticate(app: FastAPI, verifier: Verifier, *, requests_per_minute: int) -> None:
    """Give an application its verifier, its limit and `/api/v1/auth/me`."""
    install(app, verifier)
    app.state.rate_limit = RateLimit(requests_per_minute)
    app.include_router(router)

    @app.exception_handler(TokenError)
    async def on_unstorable(_: Request, error: TokenError) -> Response:
        """The identity of a genuine token that the database cannot hold."""
        reply = reply_of(refused(error))
        return Response(reply.body, reply.status, reply.headers)


async def _limited(request: Request, user: CurrentUser) -> Identity:
    await request.app.state.rate_limit.take(user.user_id)
    return user


#: The user of a request, who must be signed in and not ask too often.
User = Annotated[Identity, Depends(_limited)]


@router.get("/me", response_model=Me, responses=refusals())
async def me(user: User) -> Any:
    """Who the token speaks for."""
    return {
        "userId": user.user_id,
        "email": user.email,
        "role": user.role,
        "sessionId": user.session_id,
        "tokenId": user.token_id,
        "clientId": user.client_id,
        "issuedAt": user.issued_at,
        "expiresAt": user.expires_at,
        "iat": user.iat,
        "exp": user.exp,
    }
