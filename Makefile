# Snowclone. `make` alone lists what can be made.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Tools are pinned here and nowhere else. The version is part of the file's name, so a new version installs itself.
TOOLS := $(CURDIR)/bin/tools
CONTROLLER_GEN := $(TOOLS)/controller-gen@v0.23.0
GOLANGCI_LINT := $(TOOLS)/golangci-lint@v2.15.0
CRD_REF_DOCS := $(TOOLS)/crd-ref-docs@v0.3.0
export HELM := $(TOOLS)/helm@v3.22.0

# The driver's native telemetry library is compiled out: it would unpack itself into the temporary folder and be loaded.
TAGS := minicore_disabled
# VERSION names a release; empty, the programs tell what the Go toolchain knows of their source.
VERSION ?=
BUILD := CGO_ENABLED=0 go build -trimpath -tags $(TAGS) -ldflags "-s -w -X main.release=$(VERSION)"

# The versions of the control plane stand in the go.mod that it is built from.
KUBERNETES_VERSION := $(shell awk '$$1 == "k8s.io/kubernetes" { print substr($$2, 2) }' hack/controlplane/go.mod)
OWN_ASSETS := $(CURDIR)/bin/k8s/$(KUBERNETES_VERSION)
export KUBEBUILDER_ASSETS := $(or $(KUBEBUILDER_ASSETS),$(OWN_ASSETS))

IMAGE ?= ghcr.io/snowclone-dev/snowclone
IMAGE_TAG := $(or $(VERSION),dev)

##@ Use it

.PHONY: help
help: ## List the targets.
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# A KUBECONFIG of the environment is not taken for consent: the demo writes to a cluster of yours only when you name it.
.PHONY: demo
demo: OWN_CLUSTER := $(if $(filter command line,$(origin KUBECONFIG)),$(KUBECONFIG))
demo: build $(if $(filter command line,$(origin KUBECONFIG)),,controlplane) ## Show it all: API server, Snowflake stand-in, operator, two clones. KEEP=1 leaves it up, KUBECONFIG=file uses your cluster.
	@go run -tags $(TAGS) ./hack/demo $(if $(KEEP),--keep) $(if $(OWN_CLUSTER),--kubeconfig="$(OWN_CLUSTER)")

.PHONY: run
run: ## Run the operator against the cluster of the current kubeconfig.
	go run -tags $(TAGS) ./cmd/operator --operator-namespace=snowclone-system --leader-elect=false --metrics-bind-address=0

##@ Build

.PHONY: build
build: ## Build the programs into bin/.
	$(BUILD) -o bin/ ./cmd/...

.PHONY: controlplane
controlplane: ## Build etcd, kube-apiserver, kube-controller-manager and kubectl, once. KUBEBUILDER_ASSETS names others instead.
ifeq ($(KUBEBUILDER_ASSETS),$(OWN_ASSETS))
	@hack/controlplane/build.sh $(OWN_ASSETS)
endif

.PHONY: docker-build
docker-build: ## Build the images of the operator and of the emulator.
	docker build --build-arg VERSION=$(VERSION) --target operator --tag $(IMAGE):$(IMAGE_TAG) .
	docker build --build-arg VERSION=$(VERSION) --target emulator --tag $(IMAGE)-emulator:$(IMAGE_TAG) .

.PHONY: clean
clean: ## Remove everything built, the tools and the control plane included.
	rm -rf bin

##@ Check

.PHONY: test
test: controlplane $(HELM) ## Run all tests with the race detector, those of the controllers against a real API server.
	@command -v "$$(go env CC)" >/dev/null || { echo "make test: the race detector needs a C compiler: install gcc" >&2; exit 1; }
	CGO_ENABLED=1 go test -race -tags $(TAGS) -timeout 20m ./...

.PHONY: test-large
test-large: ## Clone a schema of 10,001 tables, where Snowflake's listings end: about a minute.
	SNOWCLONE_LARGE=1 go test -count=1 -tags $(TAGS) -timeout 20m -run '^TestTenThousandAndOneTables' -v ./internal/clone

# The live stories are the tests named TestLive…; that none of them ran is a failure, not a success.
.PHONY: test-live
test-live: controlplane ## Run the end-to-end stories against the Snowflake account of SNOWFLAKE_TEST_*.
	@if [[ -z "$${SNOWFLAKE_TEST_ACCOUNT:-}" ]]; then \
		echo "make test-live: SNOWFLAKE_TEST_ACCOUNT is not set, so nothing was tested against a real account"; exit 0; \
	fi; \
	log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	go test -count=1 -v -tags $(TAGS) -timeout 60m -run '^TestLive' ./... | tee "$$log"; \
	grep -q '^--- PASS: TestLive' "$$log" || { echo "make test-live: no live story ran" >&2; exit 1; }

# Snowflake's Go driver is there already; its driver for Node is installed into a scratch folder, where npm can.
.PHONY: test-peers
test-peers: ## Let Snowflake's own drivers judge the emulator: gosnowflake's server tests and snowflake-sdk for Node.
	go run -tags $(TAGS) ./hack/peers

.PHONY: lint
lint: $(GOLANGCI_LINT) ## Check the code's style and its import rules.
	$(GOLANGCI_LINT) run ./...

.PHONY: verify
verify: ## Fail when a generated file or go.mod is not up to date.
	go mod tidy -diff
	hack/verify.sh

##@ Generate

.PHONY: generate
generate: manifests $(CRD_REF_DOCS) ## Write everything that is generated: deep copies, manifests and the API reference.
	$(CONTROLLER_GEN) object paths=./api/...
	@mkdir -p docs/reference
	$(CRD_REF_DOCS) --log-level=ERROR --source-path=api/v1alpha1 --config=hack/api-reference.yaml --renderer=markdown \
		--output-path=docs/reference/api.md

.PHONY: manifests
manifests: $(CONTROLLER_GEN) ## Write the CRDs and the operator's role, and their copies in the chart.
	$(CONTROLLER_GEN) crd paths=./api/... output:crd:dir=config/crd/bases
	$(CONTROLLER_GEN) rbac:roleName=snowclone-operator paths=./internal/controller/... paths=./cmd/operator/... \
		output:rbac:dir=config/rbac
	go run ./hack/chart

.PHONY: fmt
fmt: $(GOLANGCI_LINT) ## Format the code.
	$(GOLANGCI_LINT) fmt ./...

$(CONTROLLER_GEN): PACKAGE := sigs.k8s.io/controller-tools/cmd/controller-gen
$(GOLANGCI_LINT): PACKAGE := github.com/golangci/golangci-lint/v2/cmd/golangci-lint
$(CRD_REF_DOCS): PACKAGE := github.com/elastic/crd-ref-docs
$(HELM): PACKAGE := helm.sh/helm/v3/cmd/helm

$(TOOLS)/%:
	@echo "tools: building $* from $(PACKAGE) (once, a few minutes for the larger ones)"
	@mkdir -p $(TOOLS)
	@CGO_ENABLED=0 GOBIN=$(TOOLS) go install -trimpath -ldflags "-s -w" $(PACKAGE)@$(lastword $(subst @, ,$*))
	@mv $(TOOLS)/$(firstword $(subst @, ,$*)) $@
