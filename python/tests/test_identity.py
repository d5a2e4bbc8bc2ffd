import copy
import dataclasses
import json
import pickle

import pytest

from countersign import Identity
from countersign.testing import FakeAuth

auth = FakeAuth()


@pytest.fixture
def identity() -> Identity:
    return auth.verifier().verify(auth.token(user_id="ada", groups=[{"name": "a"}]))


def test_says_iat_and_exp_as_well(identity: Identity) -> None:
    assert (identity.iat, identity.exp) == (identity.issued_at, identity.expires_at)
    assert identity.claims["sub"] == identity.user_id == "ada"


def test_cannot_be_changed(identity: Identity) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        identity.role = "admin"  # type: ignore[misc]


@pytest.mark.parametrize(
    "change",
    [
        "claims['role'] = 'admin'",
        "claims |= {'role': 'admin'}",
        "claims.update(role='admin')",
        "claims.setdefault('x', 1)",
        "claims.pop('role')",
        "claims.popitem()",
        "claims.clear()",
        "del claims['role']",
        "claims['groups'][0]['name'] = 'b'",
        "claims['groups'][0] = 'b'",
    ],
)
def test_has_claims_that_cannot_be_changed(identity: Identity, change: str) -> None:
    with pytest.raises(TypeError):
        exec(change, {"claims": identity.claims})  # noqa: S102

    assert identity.claims["role"] == "user"


def test_can_be_written_and_copied(identity: Identity) -> None:
    assert json.loads(json.dumps(dataclasses.asdict(identity)))["claims"]["groups"] == [
        {"name": "a"}
    ]
    assert pickle.loads(pickle.dumps(identity)) == identity  # noqa: S301
    assert copy.deepcopy(identity) == identity


def test_keeps_claims_out_of_its_text(identity: Identity) -> None:
    assert "claims" not in repr(identity)
