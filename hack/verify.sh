#!/usr/bin/env bash
# Fails when `make generate` changes a generated file. It compares with what was there before, not with the last commit,
# so that it can be used with other edits under way.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

generated=(
  api/v1alpha1/zz_generated.deepcopy.go
  config/crd/bases
  config/rbac/role.yaml
  charts/snowclone/templates/crds
  charts/snowclone/templates/clusterrole.yaml
  docs/reference/api.md
)

before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT

for path in "${generated[@]}"; do
  if [[ -e $path ]]; then
    mkdir -p "$before/$(dirname "$path")"
    cp -R "$path" "$before/$path"
  fi
done

make --no-print-directory generate

status=0
for path in "${generated[@]}"; do
  diff --new-file --recursive --unified "$before/$path" "$path" || status=1
done
if [[ $status -ne 0 ]]; then
  echo "verify: the generated files above were not up to date: commit what 'make generate' has just written" >&2
fi
exit "$status"
