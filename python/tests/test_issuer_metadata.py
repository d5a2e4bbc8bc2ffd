import json
from collections.abc import Iterator
from typing import Any

import pytest

from countersign import Notice, Verifier
from countersign.keys import hmac_key
from countersign.testing import FakeAuth
from waiting import wait_for
from web_server import Exchange, WebServer

SECRET = "countersign-test-secret-0123456789abcdef"
OTHER = "another-test-secret-that-is-long-enough!"
OURS, THEIRS = hmac_key(SECRET).kid, hmac_key(OTHER).kid


class Issuer:
    def __init__(self) -> None:
        self.metadata: Any = {}
        self.status = 200
        self.only_below = False
        self.heard: list[Notice] = []
        self.url = ""

    def answer(self, exchange: Exchange) -> None:
        self.url = f"{exchange.server.url}/api/auth"
        body = {"issuer": self.url, **self.metadata} if self.metadata is not None else []
        is_elsewhere = self.only_below and not exchange.path.startswith("/api/auth/")
        exchange.reply(404 if is_elsewhere else self.status, json.dumps(body).encode())

    def verifier(self, web: WebServer, **options: Any) -> Verifier:
        defaults: dict[str, Any] = {
            "issuer": f"{web.url}/api/auth",
            "audience": "todo-api",
            "algorithms": ["HS256"],
            "secret": SECRET,
            "on_warning": self.heard.append,
        }
        return Verifier(**{**defaults, **options})

    @property
    def codes(self) -> list[str]:
        return [notice.code for notice in self.heard]


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def web(issuer: Issuer) -> Iterator[WebServer]:
    with WebServer(issuer.answer) as server:
        yield server


def test_says_nothing_where_both_hold_the_same_secret(issuer: Issuer, web: WebServer) -> None:
    issuer.metadata = {"countersign_hs256_kids": [OURS]}

    issuer.verifier(web, secret=[OTHER, SECRET], on_mismatch="exit").ready()

    assert issuer.codes == []
    assert [request.path for request in web.requests] == [
        "/.well-known/oauth-authorization-server/api/auth"
    ]


def test_asks_below_the_path_where_nothing_is_before_it(issuer: Issuer, web: WebServer) -> None:
    issuer.metadata, issuer.only_below = {"countersign_hs256_kids": [THEIRS]}, True

    issuer.verifier(web).ready()

    assert issuer.codes == ["key_mismatch"]
    assert web.requests[-1].path == "/api/auth/.well-known/oauth-authorization-server"


def test_asks_nowhere_else_when_the_issuer_fails(issuer: Issuer, web: WebServer) -> None:
    issuer.status = 500

    issuer.verifier(web).ready()

    assert issuer.codes == ["metadata_unavailable"]
    assert len(web.requests) == 1


def test_names_both_secrets_in_one_line(issuer: Issuer, web: WebServer) -> None:
    issuer.metadata = {"countersign_hs256_kids": [THEIRS]}

    issuer.verifier(web).ready()

    [notice] = issuer.heard
    assert notice.code == "key_mismatch"
    assert OURS in notice.message
    assert THEIRS in notice.message
    assert "\n" not in notice.message


def test_ends_the_program_that_asked_for_it(issuer: Issuer, web: WebServer) -> None:
    issuer.metadata = {"countersign_hs256_kids": [THEIRS]}
    verifier = issuer.verifier(web, on_mismatch="exit")

    with pytest.raises(ValueError, match=THEIRS):
        verifier.ready()
    with pytest.raises(ValueError, match=OURS):
        verifier.check_secrets()


def test_goes_on_where_it_holds_the_secret_that_signs(issuer: Issuer, web: WebServer) -> None:
    issuer.metadata = {"countersign_hs256_kids": [OURS, THEIRS]}

    issuer.verifier(web, on_mismatch="exit").ready()

    assert issuer.codes == []


def test_does_not_go_on_with_a_secret_that_no_longer_signs(issuer: Issuer, web: WebServer) -> None:
    issuer.metadata = {"countersign_hs256_kids": [THEIRS, OURS]}

    with pytest.raises(ValueError, match=THEIRS):
        issuer.verifier(web, on_mismatch="exit").ready()


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://other.example", "countersign_hs256_kids": [THEIRS]}, None],
)
def test_does_not_use_the_metadata_of_another(
    metadata: Any, issuer: Issuer, web: WebServer
) -> None:
    issuer.metadata = metadata

    issuer.verifier(web, on_mismatch="exit").ready()

    assert issuer.codes == ["metadata_unavailable"]


@pytest.mark.parametrize("kids", [None, [], "usqAue3c", [1], ["a b"], [None]])
def test_compares_nothing_without_a_list(kids: Any, issuer: Issuer, web: WebServer) -> None:
    issuer.metadata = {"countersign_hs256_kids": kids}

    issuer.verifier(web, on_mismatch="exit").ready()

    assert issuer.codes == []


def test_does_not_need_the_issuer_to_start(issuer: Issuer, web: WebServer) -> None:
    issuer.status = 503

    issuer.verifier(web, on_mismatch="exit").ready()

    assert issuer.codes == ["metadata_unavailable"]


def test_compares_in_the_background_when_it_starts(issuer: Issuer, web: WebServer) -> None:
    issuer.metadata = {"countersign_hs256_kids": [THEIRS]}

    issuer.verifier(web).start()

    wait_for(lambda: issuer.codes == ["key_mismatch"])


@pytest.mark.parametrize("value", ["crash", True])
def test_refuses_a_reaction_that_does_not_exist(value: Any) -> None:
    with pytest.raises(ValueError, match="on_mismatch"):
        FakeAuth(secret=SECRET).verifier(on_mismatch=value)


def test_needs_a_secret_to_compare() -> None:
    with pytest.raises(ValueError, match="secret"):
        FakeAuth().verifier(on_mismatch="exit")


def test_asks_nobody_in_the_tests_of_an_application() -> None:
    heard: list[Notice] = []

    FakeAuth(secret=SECRET, issuer="http://127.0.0.1:9").verifier(on_warning=heard.append).ready()

    assert heard == []
