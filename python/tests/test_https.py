"""Certificates are checked: the default of Python, kept."""

import ipaddress
import json
import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from countersign import Revocations, Verifier, VerifierError
from countersign.testing import FakeAuth
from feed_server import FeedServer
from waiting import wait_for
from web_server import Exchange, WebServer

auth = FakeAuth()
feed_server = FeedServer()


def answer(exchange: Exchange) -> None:
    if exchange.path == "/jwks":
        exchange.reply(200, json.dumps(auth.keys["jwks"]).encode())
    else:
        feed_server(exchange)


def write_certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "countersign test")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    pem = serialization.Encoding.PEM
    form, without = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(certificate.public_bytes(pem) + key.private_bytes(pem, form, without))
    return file


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("https"))


@pytest.fixture(scope="module")
def web(certificate: Path) -> Iterator[WebServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = WebServer(answer)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.url = server.url.replace("http:", "https:")
    with server:
        yield server
    feed_server.end_all()


def verifier_of(web: WebServer) -> Verifier:
    return Verifier(
        issuer=auth.issuer,
        audience=auth.audience,
        algorithms=["EdDSA"],
        jwks_url=f"{web.url}/jwks",
        revocations=Revocations(client_id="a", client_secret="b", url=f"{web.url}/feed"),
        on_warning=lambda _: None,
    )


def test_loads_keys_and_listens_where_the_certificate_is_trusted(
    web: WebServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    verifier = verifier_of(web)

    assert verifier.verify(auth.token())
    feed_server.next_stream().snapshot("1")
    wait_for(lambda: verifier.feed.state == "live")

    verifier.close()


def test_takes_nothing_from_a_server_that_cannot_show_who_it_is(web: WebServer) -> None:
    verifier = verifier_of(web)

    with pytest.raises(VerifierError):
        verifier.verify(auth.token())

    verifier.close()
