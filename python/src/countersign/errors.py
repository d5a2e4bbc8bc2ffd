"""The errors of this package: a token that is not accepted, and one that could not be judged."""

from typing import Literal, TypeAlias

TokenErrorCode: TypeAlias = Literal[
    "invalid_token", "token_expired", "token_revoked", "unknown_key", "key_mismatch"
]
PublicTokenErrorCode: TypeAlias = Literal["invalid_token", "token_expired"]


class TokenError(Exception):
    """A token is refused. The message names the rule, never a part of the token.

    `code`, which the verifying program may act upon:

    - `invalid_token`: forged, malformed, or meant for someone else
    - `token_expired`: was good until `exp`
    - `token_revoked`: its session ended, or its user changed
    - `unknown_key`: no key has the token's `kid`; a newer key set may have it
    - `key_mismatch`: signed with another shared secret than ours, by its `kid`
    """

    def __init__(self, code: TokenErrorCode, rule: str, message: str) -> None:
        super().__init__(message)
        self.code: TokenErrorCode = code
        #: The rule that refused, such as `signature`, `typ` or `aud`: for logs and tests.
        self.rule = rule

    @property
    def public_code(self) -> PublicTokenErrorCode:
        """The code for the caller, who must not learn more."""
        return "token_expired" if self.code == "token_expired" else "invalid_token"


class VerifierError(Exception):
    """No token was judged, because the keys or the revocations are not there.

    The caller should try again: the token may well be good.
    """

    code: Literal["service_unavailable"] = "service_unavailable"

    def __init__(self, message: str, *, retry_after_seconds: float) -> None:
        super().__init__(message)
        #: Seconds after which the next attempt is made.
        self.retry_after_seconds = retry_after_seconds


class KeySetError(ValueError):
    """A key set is refused as a whole.

    `code`:

    - `key_set_malformed`: not `{"keys": [object, ...]}`
    - `key_set_mixed`: shared secrets beside public keys
    - `key_set_empty`: no key that we can use
    - `key_duplicate`: two keys with one `kid`
    - `key_private`: a private member of an asymmetric key
    - `key_incomplete`: a key without `kid` or `alg`
    - `key_unusable`: a key that does not fit its `alg`, is too weak, or cannot be read
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def invalid_token(rule: str, message: str) -> TokenError:
    """Make an `invalid_token` error."""
    return TokenError("invalid_token", rule, message)
