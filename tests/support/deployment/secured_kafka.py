"""A Kafka node as a cluster has it: TLS, passwords by SCRAM-SHA-512, and nobody may do what no rule allows.

A second listener without any of it belongs to whoever sets it up, as the operator's own does.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from koerier.servers.kafka import CLUSTER_ID, SETTINGS, KafkaServer
from koerier.servers.ports import LOOPBACK, free_ports
from koerier.servers.process import run_to_end
from koerier.servers.throwaway import running, say_nothing

from support.deployment.kustomize import Resource
from support.deployment.tools import LAYOUT

_RESOURCES = {"topic": 2, "group": 3}
_PATTERNS = {"literal": 3, "prefix": 4}
_OPERATIONS = {"Read": 3, "Write": 4, "Create": 5, "Delete": 6, "Alter": 7, "Describe": 8}
_ALLOW = 3
_LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule required;"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuredKafka:
    """Where clients reach the node, and what they must know."""

    bootstrap_servers: str
    inside: str
    certificate: Path
    passwords: Mapping[str, str]


@contextmanager
def secured_kafka(folder: Path, passwords: Mapping[str, str]) -> Iterator[SecuredKafka]:
    """Run the node until the block ends; its data lie in `folder`."""
    inside, controller, outside = free_ports(3)
    server = KafkaServer(
        directory=folder, port=inside, controller_port=controller, cache=LAYOUT.cache, progress=say_nothing
    )
    certificate, store = _certificate(folder)
    properties = folder / "server.properties"
    told = _properties(server, outside, store)
    properties.write_text("".join(f"{name}={value}\n" for name, value in told.items()), encoding="utf-8")
    users = (f"SCRAM-SHA-512=[name={name},password={word}]" for name, word in passwords.items())
    options = ("format", "--cluster-id", CLUSTER_ID, "--config", str(properties))
    adding = (part for user in users for part in ("--add-scram", user))
    run_to_end(server._java("kafka.tools.StorageTool", *options, *adding))
    with running(server.command(), server.is_ready, folder / "kafka.log"):
        yield SecuredKafka(
            bootstrap_servers=f"{LOOPBACK}:{outside}",
            inside=server.bootstrap_servers,
            certificate=certificate,
            passwords=passwords,
        )


def _properties(server: KafkaServer, outside: int, store: Path) -> dict[str, str]:
    return {
        **SETTINGS,
        "controller.quorum.voters": f"1@{LOOPBACK}:{server.controller_port}",
        "listeners": f"INSIDE://{LOOPBACK}:{server.port},CONTROLLER://{LOOPBACK}:{server.controller_port},"
        f"TLS://{LOOPBACK}:{outside}",
        "advertised.listeners": f"INSIDE://{LOOPBACK}:{server.port},TLS://{LOOPBACK}:{outside}",
        "inter.broker.listener.name": "INSIDE",
        "listener.security.protocol.map": "INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SASL_SSL",
        "listener.name.tls.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.tls.scram-sha-512.sasl.jaas.config": _LOGIN,
        "listener.name.tls.ssl.keystore.type": "PEM",
        "listener.name.tls.ssl.keystore.location": str(store),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
        "log.dirs": str(server.directory / "data"),
    }


async def grant(kafka: SecuredKafka, users: list[Resource]) -> int:
    """Give users the rights that their resources describe, as the operator does; return how many."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.inside)
    await admin.start()
    wanted = [
        (user["metadata"]["name"], acl["resource"], operation)
        for user in users
        for acl in user["spec"]["authorization"]["acls"]
        for operation in acl["operations"]
    ]
    try:
        for each in wanted:  # one after the other: each has the client's whole patience, also on a busy machine
            await _allow(admin, *each)
    finally:
        await admin.close()
    return len(wanted)


async def _allow(admin: Any, user: str, resource: Mapping[str, str], operation: str) -> None:
    request = CreateAclsRequest(
        _RESOURCES[resource["type"]],
        resource["name"],
        _PATTERNS[resource["patternType"]],
        f"User:{user}",
        "*",
        _OPERATIONS[operation],
        _ALLOW,
    )
    response = await admin._send_request(request)
    refused = [reason for code, reason in response.creation_responses if code]
    assert not refused, refused


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Write an authority for clients and the node's key with its certificate; it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a node of Kafka")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    certificate, store = folder / "ca.crt", folder / "node.pem"
    certificate.write_bytes(public)
    store.write_bytes(private + public)
    return certificate, store
