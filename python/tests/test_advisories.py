"""What went wrong in other products, held against this one (spec/advisories.md)."""

import base64
import json

import pytest

from countersign import TokenError
from countersign.testing import FakeAuth


def with_header(token: str, **members: object) -> str:
    head = base64.urlsafe_b64encode(json.dumps(members).encode()).rstrip(b"=").decode()
    return ".".join([head, *token.split(".")[1:]])


@pytest.mark.parametrize("algorithm", ["HS256", "none", "RS256", "eddsa", ""])
def test_cve_2026_48523_a_key_is_used_with_its_algorithm_alone(algorithm: str) -> None:
    auth = FakeAuth(algorithm="EdDSA")
    verifier = auth.verifier()
    token = auth.token()
    verifier.verify(token)

    kid = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))["kid"]
    with pytest.raises(TokenError):
        verifier.verify(with_header(token, alg=algorithm, kid=kid, typ="at+jwt"))


@pytest.mark.parametrize("crit", [["b64"], ["exp"], [], "x"])
def test_cve_2026_32597_critical_members_are_not_ignored(crit: object) -> None:
    auth = FakeAuth(algorithm="EdDSA")
    token = auth.token()

    kid = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))["kid"]
    with pytest.raises(TokenError):
        auth.verifier().verify(with_header(token, alg="EdDSA", kid=kid, typ="at+jwt", crit=crit))
