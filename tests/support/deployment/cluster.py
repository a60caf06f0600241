"""What `kustomize build` gives, as processes: with the settings that a container would see, secrets included.

Variables come as Kubernetes gives them: config maps first, then the list in its order, with `$(NAME)` replaced by what
stands before it. A secret that the build does not make (production's) is replaced by a made-up value.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet

from support.deployment.kustomize import Resource
from support.deployment.process import Process, image_word

_KINDS = ("Deployment", "StatefulSet", "Job")
_MADE_UP = Fernet.generate_key().decode()


def of_kind(resources: list[Resource], *kinds: str) -> list[Resource]:
    return [each for each in resources if each["kind"] in kinds]


def named(resources: list[Resource], kind: str, name: str) -> Resource:
    """Return the one resource of a name."""
    (found,) = (each for each in of_kind(resources, kind) if each["metadata"]["name"] == name)
    return found


def cluster_processes(resources: list[Resource]) -> Mapping[str, Process]:
    """Return what runs in pods of ours, by the name of what runs it; what runs by the clock is not among them."""
    return {each["metadata"]["name"]: _process(each, resources) for each in of_kind(resources, *_KINDS)}


def template_of(workload: Resource) -> dict[str, Any]:
    """Return the template of a workload's pods, of a timed one too."""
    template: dict[str, Any] = workload["spec"].get("jobTemplate", workload)["spec"]["template"]
    return template


def pod_of(workload: Resource) -> dict[str, Any]:
    pod: dict[str, Any] = template_of(workload)["spec"]
    return pod


def secrets_of(container: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return the secrets that a container is told: name and key."""
    references = (each.get("valueFrom", {}).get("secretKeyRef") for each in container.get("env", ()))
    return {(each["name"], each["key"]) for each in references if each}


def variables_of(container: Mapping[str, Any], resources: list[Resource]) -> dict[str, str]:
    """Return the environment of a container."""
    told: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        told |= named(resources, "ConfigMap", source["configMapRef"]["name"])["data"]
    for variable in container.get("env", ()):
        told[variable["name"]] = _value(variable, told, resources)
    return told


def _process(workload: Resource, resources: list[Resource]) -> Process:
    pod = pod_of(workload)
    (container,) = pod["containers"]
    ports = {port["name"]: port["containerPort"] for port in container.get("ports", ())}
    probe = container.get("readinessProbe", {}).get("httpGet")
    leaving = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    return Process(
        image=image_word(container["image"]),
        arguments=tuple(container.get("args", ())),
        environment=variables_of(container, resources),
        ready=(ports[probe["port"]], probe["path"]) if probe else None,
        stop_seconds=pod["terminationGracePeriodSeconds"] - leaving,
        ports=ports,
    )


def _value(variable: Mapping[str, Any], before: Mapping[str, str], resources: list[Resource]) -> str:
    source = variable.get("valueFrom", {})
    if "secretKeyRef" in source:
        return _secret(source["secretKeyRef"], resources)
    if "fieldRef" in source:
        return str(source["fieldRef"]["fieldPath"])
    return re.sub(r"\$\((\w+)\)", lambda name: before[name[1]], variable["value"])


def _secret(reference: Mapping[str, str], resources: list[Resource]) -> str:
    for secret in of_kind(resources, "Secret"):
        if secret["metadata"]["name"] == reference["name"]:
            return base64.b64decode(secret["data"][reference["key"]]).decode()
    return _MADE_UP
