import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clock import Clock
from countersign import Notice, TokenError, Verifier, VerifierError
from countersign.jwks_source import JwksSource
from countersign.notices import Notices
from countersign.testing import FakeAuth
from waiting import wait_for
from web_server import Exchange, WebServer

Answer = Callable[[Exchange], None]


class JwksServer:
    """Publishes the keys of an auth server that may change its mind."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.auth = FakeAuth(now=self.clock)
        self.answer: Answer = self.publish
        self.headers: dict[str, str] = {}
        self.heard: list[Notice] = []

    def publish(self, exchange: Exchange) -> None:
        body = json.dumps(self.auth.keys["jwks"]).encode()
        exchange.reply(200, body, Content_Type="application/jwk-set+json", **self.headers)

    def verifier(self, url: str, **options: Any) -> Verifier:
        return Verifier(
            issuer=self.auth.issuer,
            audience=self.auth.audience,
            algorithms=["EdDSA"],
            jwks_url=url,
            now=self.clock,
            on_warning=self.heard.append,
            **options,
        )

    def rotate(self) -> None:
        self.auth = FakeAuth(now=self.clock)


@pytest.fixture
def jwks() -> JwksServer:
    return JwksServer()


@pytest.fixture
def web(jwks: JwksServer) -> Iterator[WebServer]:
    with WebServer(lambda exchange: jwks.answer(exchange)) as server:
        yield server


def test_loads_the_keys_once(jwks: JwksServer, web: WebServer) -> None:
    verifier = jwks.verifier(web.url)

    for _ in range(3):
        assert verifier.verify(jwks.auth.token())

    assert len(web.requests) == 1


def test_loads_the_keys_off_the_event_loop(jwks: JwksServer, web: WebServer) -> None:
    threads: list[int] = []

    def answer(exchange: Exchange) -> None:
        threads.append(threading.get_ident())
        jwks.publish(exchange)

    jwks.answer = answer
    verifier = jwks.verifier(web.url)

    async def verify() -> None:
        ticks = 0
        task = asyncio.create_task(verifier.verify_async(jwks.auth.token()))
        while not task.done():
            ticks += 1
            await asyncio.sleep(0)
        assert await task
        assert ticks > 1
        assert await verifier.verify_async(jwks.auth.token())

    asyncio.run(verify())
    assert len(threads) == 1


def test_makes_one_request_for_many_threads(jwks: JwksServer, web: WebServer) -> None:
    verifier, token = jwks.verifier(web.url), jwks.auth.token()

    threads = [threading.Thread(target=verifier.verify, args=(token,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(web.requests) == 1


def test_looks_for_an_unknown_key_at_most_every_30_seconds(
    jwks: JwksServer, web: WebServer
) -> None:
    verifier = jwks.verifier(web.url)
    verifier.verify(jwks.auth.token())
    stranger = FakeAuth(now=jwks.clock)

    for seconds in (0, 1, 28.9):
        jwks.clock.advance(seconds)
        with pytest.raises(TokenError):
            verifier.verify(stranger.token())
        with pytest.raises(TokenError):
            asyncio.run(verifier.verify_async(stranger.token()))
    assert len(web.requests) == 2

    jwks.clock.advance(0.1)
    jwks.auth = stranger
    assert verifier.verify(stranger.token())
    assert len(web.requests) == 3


def test_forgets_tokens_of_a_key_that_was_withdrawn(jwks: JwksServer, web: WebServer) -> None:
    verifier, old = jwks.verifier(web.url), jwks.auth.token()
    verifier.verify(old)

    jwks.rotate()
    assert verifier.verify(jwks.auth.token())

    with pytest.raises(TokenError):
        verifier.verify(old)


def test_asks_again_in_the_background_when_the_set_is_stale(
    jwks: JwksServer, web: WebServer
) -> None:
    jwks.headers = {"Cache-Control": "public, max-age=60", "ETag": '"1"'}
    verifier = jwks.verifier(web.url)
    token = jwks.auth.token()
    verifier.verify(token)

    jwks.clock.advance(59)
    verifier.verify(token)
    assert len(web.requests) == 1
    jwks.answer = lambda exchange: exchange.reply(304, Cache_Control="max-age=60")
    jwks.clock.advance(1)
    verifier.verify(token)

    wait_for(lambda: len(web.requests) == 2)
    assert web.requests[1].headers["If-None-Match"] == '"1"'
    assert verifier.verify(token)


def test_keeps_the_last_good_set_when_the_server_fails(jwks: JwksServer, web: WebServer) -> None:
    verifier = jwks.verifier(web.url)
    verifier.verify(jwks.auth.token())

    jwks.answer = lambda exchange: exchange.reply(500)
    jwks.clock.advance(301)
    verifier.verify(jwks.auth.token())

    wait_for(lambda: len(jwks.heard) == 1)
    assert jwks.heard[0].code == "jwks_unavailable"
    assert verifier.verify(jwks.auth.token())


def test_refreshes_keys_that_are_long_out_of_date_before_it_believes_them(
    jwks: JwksServer, web: WebServer
) -> None:
    verifier = jwks.verifier(web.url)
    withdrawn = jwks.auth
    verifier.verify(withdrawn.token())

    jwks.rotate()
    jwks.clock.advance(8 * 3600)

    with pytest.raises(TokenError):
        verifier.verify(withdrawn.token())
    with pytest.raises(TokenError):
        asyncio.run(verifier.verify_async(withdrawn.token()))


def test_has_somebody_wait_for_a_server_that_is_down_every_five_minutes_only(
    jwks: JwksServer, web: WebServer
) -> None:
    verifier = jwks.verifier(web.url)
    verifier.verify(jwks.auth.token())
    jwks.answer = lambda exchange: exchange.reply(503)

    jwks.clock.advance(8 * 3600)
    for _ in range(3):
        assert verifier.verify(jwks.auth.token())

    assert len(web.requests) == 2


def test_counts_the_time_that_caches_on_the_way_have_used(jwks: JwksServer, web: WebServer) -> None:
    jwks.headers = {"Cache-Control": "max-age=600", "Age": "560"}
    verifier = jwks.verifier(web.url)
    verifier.verify(jwks.auth.token())

    jwks.clock.advance(39)
    verifier.verify(jwks.auth.token())
    assert len(web.requests) == 1
    jwks.clock.advance(1)
    verifier.verify(jwks.auth.token())

    wait_for(lambda: len(web.requests) == 2)


def elsewhere(exchange: Exchange) -> None:
    exchange.reply(302, Location=f"{exchange.server.url}/other")


def huge(exchange: Exchange) -> None:
    exchange.reply(200, b'{"keys":[' + b" " * 65_536 + b"]}")


def published(*jwk_list: object) -> Answer:
    return lambda exchange: exchange.reply(200, json.dumps({"keys": jwk_list}).encode())


GOOD = FakeAuth().keys["jwks"]["keys"][0]
SHARED = {"kty": "oct", "alg": "HS256", "kid": "s", "k": "A" * 43}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(elsewhere, id="a redirect"),
        pytest.param(huge, id="more than 64 KB"),
        pytest.param(lambda exchange: exchange.reply(404), id="not found"),
        pytest.param(lambda exchange: exchange.reply(304), id="not modified, unasked"),
        pytest.param(lambda exchange: exchange.reply(200, b"<html>"), id="no JSON"),
        pytest.param(lambda exchange: exchange.reply(200, b'{"keys":[],"keys":[]}'), id="twice"),
        pytest.param(lambda exchange: exchange.wfile.write(b"SSH-2.0\r\n\r\n"), id="no HTTP"),
        pytest.param(published(), id="no key"),
        pytest.param(published({**GOOD, "d": "A"}), id="a private key"),
        pytest.param(published(GOOD, GOOD), id="a duplicate"),
        pytest.param(published(GOOD, SHARED), id="mixed"),
        pytest.param(published(SHARED), id="a shared secret"),
    ],
)
def test_refuses_an_answer_that_is(answer: Answer, jwks: JwksServer, web: WebServer) -> None:
    def answer_and_close(exchange: Exchange) -> None:
        answer(exchange)
        exchange.close_connection = True

    jwks.answer = answer_and_close
    verifier = jwks.verifier(web.url)

    with pytest.raises(VerifierError) as refusal:
        verifier.ready()

    assert (refusal.value.code, refusal.value.retry_after_seconds) == ("service_unavailable", 2)
    assert [request.path for request in web.requests] == ["/"]


def test_tries_again_after_two_seconds(jwks: JwksServer, web: WebServer) -> None:
    jwks.answer = lambda exchange: exchange.reply(503)
    verifier = jwks.verifier(web.url)
    for _ in range(3):
        with pytest.raises(VerifierError):
            verifier.verify(jwks.auth.token())
    assert len(web.requests) == 1

    jwks.answer = jwks.publish
    jwks.clock.advance(2)

    assert verifier.verify(jwks.auth.token())


def test_waits_no_longer_than_its_time_however_slowly_bytes_come(
    jwks: JwksServer, web: WebServer
) -> None:
    released = threading.Event()

    def trickle(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.send_header("Content-Length", "1000")
        exchange.end_headers()
        while not released.wait(0.005):
            exchange.wfile.write(b" ")

    jwks.answer = trickle
    notices = Notices(jwks.heard.append, jwks.clock)
    source = JwksSource(web.url, now=jwks.clock, notices=notices, timeout_seconds=0.05)

    with pytest.raises(VerifierError):
        source.ready()

    released.set()
    assert isinstance(jwks.heard[0].cause, TimeoutError)
