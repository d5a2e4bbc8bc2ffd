import base64
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clock import Clock
from countersign import Notice, Revocations, TokenError
from countersign.feed_connection import FeedAddress
from countersign.feed_listener import FeedListener
from countersign.notices import Notices
from countersign.revocation_feed import RevocationFeed, jittered_back_off
from countersign.testing import FakeAuth
from feed_server import ISSUER, FeedServer, Stream, session_event, snapshot
from waiting import wait_for
from web_server import Exchange, WebServer

HOLDER: dict[str, Any] = {"sub": "user-1", "sid": "session-1", "ver": 1}


class Listening:
    """A feed against a server whose answers a test scripts."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.heard: list[Notice] = []
        self.server = FeedServer()
        self.answer: Callable[[Exchange], None] = self.server
        self.feeds: list[RevocationFeed] = []

    def feed(self, url: str, **options: Any) -> RevocationFeed:
        listener = FeedListener(issuer=ISSUER, keep_seconds=905, max_entries=10, now=self.clock)
        feed = RevocationFeed(
            FeedAddress(url=url, authorization="Basic x"),
            listener,
            notices=Notices(self.heard.append, self.clock),
            **{"back_off": lambda _: 0.001, **options},
        )
        self.feeds.append(feed)
        feed.start()
        return feed

    def stop(self) -> None:
        for feed in self.feeds:
            feed.close()
        self.server.end_all()


@pytest.fixture
def listening() -> Iterator[Listening]:
    listening = Listening()
    yield listening
    listening.stop()


@pytest.fixture
def web(listening: Listening) -> Iterator[WebServer]:
    with WebServer(lambda exchange: listening.answer(exchange)) as server:
        yield server


def live(listening: Listening, feed: RevocationFeed, cursor: str = "41") -> Stream:
    stream = listening.server.next_stream()
    stream.snapshot(cursor)
    wait_for(lambda: feed.state == "live")
    return stream


def state_of(feed: RevocationFeed) -> str:
    return feed.state


def test_is_live_from_the_first_snapshot_on(listening: Listening, web: WebServer) -> None:
    feed = listening.feed(web.url)
    assert (feed.state, feed.lag_ms) == ("stale", float("inf"))

    stream = live(listening, feed)

    assert stream.request["Authorization"] == "Basic x"
    assert stream.request["Accept"].startswith("text/event-stream")
    assert feed.wait_until_live(0)
    listening.clock.advance(2)
    assert feed.lag_ms == 2000
    listening.clock.advance(13.1)
    assert feed.state == "stale"


def test_refuses_a_session_that_ends_while_it_listens(listening: Listening, web: WebServer) -> None:
    feed = listening.feed(web.url)
    stream = live(listening, feed)
    assert not feed.denies(**HOLDER)

    stream.revoke("42", "session-1")

    wait_for(lambda: feed.denies(**HOLDER))
    assert not feed.denies(**{**HOLDER, "sid": "session-2"})
    listening.clock.advance(905)
    assert not feed.denies(**HOLDER)


def test_resumes_where_it_was(listening: Listening, web: WebServer) -> None:
    feed = listening.feed(web.url)
    first = live(listening, feed)
    first.heartbeat("57")

    first.end()

    second = listening.server.next_stream()
    assert second.request["Last-Event-ID"] == "57"
    second.snapshot("58", session_event("session-1"), complete=False)
    wait_for(lambda: feed.denies(**HOLDER))


def resumed(listening: Listening) -> Stream:
    """The first connection that goes on where another was."""
    while True:
        stream = listening.server.next_stream()
        if stream.request["Last-Event-ID"] == "41":
            return stream


def test_takes_a_silent_connection_for_dead(listening: Listening, web: WebServer) -> None:
    listening.server.greeting = "41"

    listening.feed(web.url, timeout_seconds=0.05)

    assert resumed(listening)


def test_is_not_kept_by_bytes_that_say_nothing(listening: Listening, web: WebServer) -> None:
    listening.server.greeting = "41"
    ended = threading.Event()

    def trickle() -> None:
        while not ended.wait(0.01):
            for stream in list(listening.server.open):
                stream.send(b": still here\n")

    thread = threading.Thread(target=trickle)
    thread.start()
    listening.feed(web.url, timeout_seconds=0.1)
    try:
        assert resumed(listening)
    finally:
        ended.set()
        thread.join()


def test_polls_where_a_stream_is_held_back(listening: Listening, web: WebServer) -> None:
    def answer(exchange: Exchange) -> None:
        if exchange.headers["Accept"] == "application/json":
            exchange.reply(
                200, snapshot("41", session_event("session-1")), Content_Type="application/json"
            )
        else:
            listening.server(exchange)

    listening.answer = answer
    feed = listening.feed(web.url, timeout_seconds=0.05)

    wait_for(lambda: feed.denies(**HOLDER))
    assert [request.path for request in web.requests[:2]] == ["/", "/"]


def test_polls_a_server_that_has_no_stream(listening: Listening, web: WebServer) -> None:
    polls = threading.Semaphore(0)

    def answer(exchange: Exchange) -> None:
        polls.release()
        exchange.reply(200, snapshot("a/b"), Content_Type="application/json")

    listening.answer = answer
    feed = listening.feed(f"{web.url}/revocations?a=1")

    assert polls.acquire(timeout=20)
    assert polls.acquire(timeout=20)
    assert web.requests[1].path == "/revocations?a=1&since=a%2Fb"
    assert web.requests[1].headers["Prefer"] == "wait=10"
    assert feed.state == "live"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda exchange: exchange.reply(401), id="401"),
        pytest.param(lambda exchange: exchange.reply(302, Location="/other"), id="a redirect"),
        pytest.param(lambda exchange: exchange.reply(200, b"<html>"), id="a page"),
        pytest.param(lambda exchange: exchange.reply(200, b"[]"), id="a list"),
    ],
)
def test_stays_stale_and_tries_again_after(
    answer: Callable[[Exchange], None], listening: Listening, web: WebServer
) -> None:
    listening.answer = answer
    feed = listening.feed(web.url)

    wait_for(lambda: len(web.requests) >= 3)

    assert feed.state == "stale"
    assert {request.path for request in web.requests} == {"/"}
    assert [notice.code for notice in listening.heard] == ["feed_stale"]
    listening.answer = listening.server
    live(listening, feed)
    wait_for(lambda: [notice.code for notice in listening.heard] == ["feed_stale", "feed_live"])


def test_survives_a_server_that_tells_of_too_much(listening: Listening, web: WebServer) -> None:
    feed = listening.feed(web.url)
    events = [session_event(f"session-{number}") for number in range(11)]
    listening.server.next_stream().snapshot("1", *events)

    live(listening, feed)

    assert not feed.denies(**HOLDER)


def test_stops_when_it_is_closed_and_may_start_again(listening: Listening, web: WebServer) -> None:
    feed = listening.feed(web.url)
    live(listening, feed)
    threads = [thread for thread in threading.enumerate() if thread.name == "countersign-feed"]

    feed.close()

    assert state_of(feed) == "stale"
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    feed.start()
    assert state_of(feed) == "live"
    assert listening.server.next_stream().request["Last-Event-ID"] == "41"


def test_starts_one_thread_however_often_it_is_told(listening: Listening, web: WebServer) -> None:
    feed = listening.feed(web.url)
    live(listening, feed)

    feed.start()

    assert listening.server.has_no_other()


def test_waits_longer_after_more_failures_and_never_in_step() -> None:
    assert all(0.5 <= jittered_back_off(0) <= 1 for _ in range(100))
    assert all(0.5 <= jittered_back_off(100) <= 10 for _ in range(100))
    assert max(jittered_back_off(9) for _ in range(200)) > 5
    assert len({jittered_back_off(3) for _ in range(20)}) > 10


# Python 3.12 warns of what web servers do all the same.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_listens_anew_in_a_forked_process(listening: Listening, web: WebServer) -> None:
    auth = FakeAuth()
    option = Revocations(client_id="a b", client_secret="s:ä", url=web.url)
    verifier = auth.verifier(revocations=option)
    token = auth.token(session_id="session-1")
    verifier.verify(token)
    parent = listening.server.next_stream()
    parent.snapshot("41")
    wait_for(lambda: verifier.feed.state == "live")

    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()

    def child() -> None:
        verifier.verify(token)
        theirs.send("started")
        wait_for(lambda: is_revoked(verifier.verify, token))
        theirs.send("revoked")

    process = context.Process(target=child)
    process.start()
    assert ours.recv() == "started"
    stream = listening.server.next_stream()
    pair = base64.b64decode(stream.request["Authorization"].removeprefix("Basic ")).decode()
    assert pair == "a+b:s%3A%C3%A4"
    assert stream.request["Last-Event-ID"] == "41"
    stream.snapshot("42", complete=False)
    stream.revoke("43", "session-1")
    assert ours.recv() == "revoked"
    process.join(20)

    assert process.exitcode == 0
    assert verifier.verify(token)
    parent.revoke("43", "session-1")
    wait_for(lambda: is_revoked(verifier.verify, token))
    verifier.close()


def is_revoked(verify: Callable[[str], object], token: str) -> bool:
    try:
        verify(token)
    except TokenError as error:
        return error.code == "token_revoked"
    return False
