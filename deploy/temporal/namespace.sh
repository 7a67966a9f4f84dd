#!/bin/sh
# Makes the namespace if it is not there yet; the server has none at first. Address and name come from the
# environment (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE).
set -eu

tries=0
until temporal operator cluster health; do
  tries=$((tries + 1))
  [ "$tries" -lt 30 ] || exit 1
  sleep 1
done
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 72h
