"""Who may reach whom by the network policies of a build, as Kubernetes would decide it.

A pod that no policy of a direction selects is open in that direction; one that is selected is closed but for what the
policies allow together. A connection needs both: the sender's leave to go out and the receiver's to let in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from support.deployment.cluster import of_kind, pod_of, template_of
from support.deployment.kustomize import Resource

Labels = Mapping[str, str]
NAMESPACE: Labels = {"kubernetes.io/metadata.name": "koerier"}
OF_OPERATORS: Mapping[str, tuple[Labels, int]] = {
    "postgres": ({"cnpg.io/cluster": "postgres"}, 5432),
    "kafka": ({"strimzi.io/cluster": "kafka", "strimzi.io/kind": "Kafka"}, 9093),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """A pod as policies see it, with its ports by name."""

    labels: Labels
    namespace: Labels = field(default_factory=lambda: NAMESPACE)
    ports: Mapping[str, int] = field(default_factory=dict)


def pods_of(resources: list[Resource]) -> dict[str, Pod]:
    """Return one pod of each kind that is there: ours, and the operators'."""
    pods = {name: Pod(labels=labels, ports={"main": port}) for name, (labels, port) in OF_OPERATORS.items()}
    for workload in of_kind(resources, "Deployment", "StatefulSet", "Job", "CronJob"):
        ports = {
            port["name"]: port["containerPort"]
            for container in pod_of(workload)["containers"]
            for port in container.get("ports", ())
        }
        labels = template_of(workload)["metadata"]["labels"]
        pods[workload["metadata"]["name"]] = Pod(labels=labels, ports=ports)
    return pods


def edges(resources: list[Resource]) -> set[tuple[str, str, int]]:
    """Return every allowed connection between the pods: from, to, port."""
    policies = of_kind(resources, "NetworkPolicy")
    pods = pods_of(resources)
    return {
        (source, target, port)
        for source, sender in pods.items()
        for target, receiver in pods.items()
        if source != target
        for port in receiver.ports.values()
        if allows(policies, sender, receiver, port)
    }


def allows(policies: list[Resource], sender: Pod, receiver: Pod, port: int) -> bool:
    return _direction(policies, "Egress", sender, receiver, receiver, port) and _direction(
        policies, "Ingress", receiver, sender, receiver, port
    )


def _direction(policies: list[Resource], direction: str, selected: Pod, other: Pod, receiver: Pod, port: int) -> bool:
    ours = [
        policy["spec"]
        for policy in policies
        if direction in policy["spec"]["policyTypes"] and selects(policy["spec"]["podSelector"], selected.labels)
    ]
    return not ours or any(
        _rule(rule, "to" if direction == "Egress" else "from", other, receiver, port)
        for spec in ours
        for rule in spec.get(direction.lower(), ())
    )


def _rule(rule: Mapping[str, Any], side: str, other: Pod, receiver: Pod, port: int) -> bool:
    open_ports = [each["port"] for each in rule["ports"]]
    return port in {receiver.ports.get(each, each) for each in open_ports} and any(
        _peer(peer, other) for peer in rule[side]
    )


def _peer(peer: Mapping[str, Any], pod: Pod) -> bool:
    if "ipBlock" in peer:
        return False  # pods have addresses of the ranges that every block here leaves out
    if "namespaceSelector" in peer:
        if not selects(peer["namespaceSelector"], pod.namespace):
            return False
    elif pod.namespace != NAMESPACE:
        return False
    return selects(peer.get("podSelector", {}), pod.labels)


def selects(selector: Mapping[str, Any], labels: Labels) -> bool:
    if not selector.get("matchLabels", {}).items() <= labels.items():
        return False
    return all(_expression(each, labels) for each in selector.get("matchExpressions", ()))


def _expression(expression: Mapping[str, Any], labels: Labels) -> bool:
    if expression["operator"] != "In":
        raise NotImplementedError(expression["operator"])
    return labels.get(expression["key"]) in expression["values"]


def public_blocks(resources: list[Resource]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Return what leaves the cluster: the policy's name and the block of addresses."""
    for policy in of_kind(resources, "NetworkPolicy"):
        for rule in policy["spec"].get("egress", ()):
            for peer in rule["to"]:
                if "ipBlock" in peer:
                    yield policy["metadata"]["name"], peer["ipBlock"]
