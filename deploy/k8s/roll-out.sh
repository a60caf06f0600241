#!/usr/bin/env bash
# Bring a version of the platform to the cluster that kubectl speaks to: deploy/k8s/roll-out.sh production
#
# What processes need comes first, then the migrations of all services (a worker reads topics that other services make),
# then the processes, replaced one after the other. It can be repeated at any point; what fails leaves the old processes
# running. Zero downtime needs migrations that the version before can live with: docs/scaling.md.
set -euo pipefail

overlay=${1:?which overlay? one of: $(ls "$(dirname "$0")/overlays" | xargs)}
folder=$(dirname "$0")/overlays/$overlay
phase=koerier.example/phase
inside=(--namespace koerier)

apply() {
  kubectl apply --server-side --kustomize "$folder" --selector "$1"
}

apply "!$phase"
kubectl wait "${inside[@]}" --for=condition=Ready --timeout=15m cluster.postgresql.cnpg.io/postgres kafka.kafka.strimzi.io/kafka
kubectl wait "${inside[@]}" --for=jsonpath='{.status.applied}'=true --timeout=5m --all database.postgresql.cnpg.io
kubectl wait "${inside[@]}" --for=condition=Ready --timeout=5m --all kafkatopic.kafka.strimzi.io kafkauser.kafka.strimzi.io

# A job cannot be changed, only made anew.
kubectl delete job "${inside[@]}" --selector "$phase=migration" --ignore-not-found
apply "$phase=migration"
kubectl wait "${inside[@]}" --for=condition=Complete --timeout=16m --selector "$phase=migration" job

apply "$phase=processes"
kubectl rollout status "${inside[@]}" --timeout=15m --selector "$phase=processes" deployment
kubectl rollout status "${inside[@]}" --timeout=15m --selector "$phase=processes" statefulset
