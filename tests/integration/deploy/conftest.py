"""The resources of deploy/k8s, tried on real servers."""

from support.deployment.overlays import built

__all__ = ["built"]
