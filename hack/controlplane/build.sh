#!/usr/bin/env bash
# Builds etcd, kube-apiserver, kube-controller-manager and kubectl from their Go modules into the folder given as $1,
# once: what is there in the versions of go.mod is left alone. The folder can serve as KUBEBUILDER_ASSETS.
set -euo pipefail

[[ $# -eq 1 ]] || { echo "usage: $0 <output folder>" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"

# module_version prints the version that go.mod requires of a module, without the leading v.
module_version() {
  awk -v module="$1" '$1 == module && $2 ~ /^v/ { print substr($2, 2) }' go.mod
}

kubernetes=$(module_version k8s.io/kubernetes)
etcd=$(module_version go.etcd.io/etcd/server/v3)
[[ -n $kubernetes && -n $etcd ]] || { echo "$PWD/go.mod names no version of kubernetes or etcd" >&2; exit 1; }

# Kubernetes learns its version from the linker, in two packages: the server reports the first, and kubectl refuses a
# version that it cannot parse.
ldflags="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  ldflags+=" -X $package.gitVersion=v$kubernetes -X $package.gitTreeState=archive -X $package.gitCommit=v$kubernetes"
  ldflags+=" -X $package.gitMajor=${kubernetes%%.*} -X $package.gitMinor=$(cut -d. -f2 <<<"$kubernetes")"
done

# build NAME PACKAGE VERSION MINUTES builds one binary unless its stamp says that it is there in this version. The
# binary appears under its name only when it is complete, so an interrupted build leaves nothing half-done behind.
build() {
  local name=$1 package=$2 version=$3 minutes=$4 began=$SECONDS
  local stamp="$out/.$name.version"
  if [[ -x $out/$name && $(cat "$stamp" 2>/dev/null) == "$version" ]]; then
    return
  fi
  echo "control plane: building $name $version from $package (about $minutes min the first time, on two cores)"
  # grpcnotrace and notest are the tags of the official builds; without them the linker keeps far more.
  CGO_ENABLED=0 go build -trimpath -tags grpcnotrace,notest -ldflags "$ldflags" -o "$out/.$name.partial" "$package"
  mv "$out/.$name.partial" "$out/$name"
  echo "$version" >"$stamp"
  echo "control plane: built $name in $((SECONDS - began)) s, $(du -m "$out/$name" | cut -f1) MB"
}

build etcd go.etcd.io/etcd/server/v3 "$etcd" 1
build kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver "$kubernetes" 4
build kube-controller-manager k8s.io/kubernetes/cmd/kube-controller-manager "$kubernetes" 1
build kubectl k8s.io/kubernetes/cmd/kubectl "$kubernetes" 1
