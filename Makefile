# Type make to see what there is. run and check need Go and nothing else; what
# needs the SAM CLI, moto or pytest installs them in .venv first.

# Processor that build, deploy and forwarding are for: arm64 or x86_64.
ARCH ?= arm64
# The event that invoke sends.
EVENT ?=
# The regions whose records forward sends on, and who is told when it can't. sign-ins are
# those where sign-ins to the console are recorded (docs/accounts.md).
FROM ?=
SIGN_INS := us-east-1 us-east-2 eu-north-1 ap-southeast-2
# The bus to send them to, where it is another account's.
BUS ?=
# Which reads forward sends on: off, narrow or all; the forwarder's own choice if not said.
READS ?=
EMAIL ?=
# The answers of the last make deploy, or the defaults.
STACK ?= $(call saved,stack_name)
REGION ?= $(call saved,region)

PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
# The SAM CLI that you have; the pinned one of the tests if you have none.
SAM ?= $(or $(shell command -v sam 2>/dev/null),$(VENV)/bin/sam)
SAM_READY = $(if $(filter $(VENV)/%,$(SAM)),$(READY))

# Tools have a module of their own, so that go.mod shows what ships.
TOOL := go tool -modfile=tools/go.mod
# A package that is done in minutes may take more than Go's ten where the machine is busy.
TEST := go test -timeout 30m
# Folders with a dot hold other people's Go files (.venv does).
GO_FILES = find . -name '.?*' -prune -o -name '*.go' -print
# OPA takes settings for rules and complains of what is not data for it.
OPA_IGNORE := --ignore '*.yaml' --ignore '*.json'

GOARCH_arm64 := arm64
GOARCH_x86_64 := amd64
GOARCH_OF_ARCH = $(or $(GOARCH_$(ARCH)),$(error ARCH is arm64 or x86_64, not "$(ARCH)"))

# saved: a value of the deployer's own configuration, else of the committed one.
saved = $(shell sed -n 's/^$(1) *= *"\(.*\)"/\1/p' samconfig.local.toml samconfig.toml 2>/dev/null | head -n 1)

# Nothing of this machine goes into a binary: the same source gives the same
# bytes. All that is compiled has these flags, so that a fresh machine compiles
# OPA once and not once for each way of building it.
export GOFLAGS := $(strip $(GOFLAGS) -trimpath -buildvcs=false)
STATIC := lint bin/trailbell build-DetectFunction build-SlackFunction build-LogFilesFunction fmt
$(STATIC): export CGO_ENABLED := 0

# Nothing here reports to anybody.
export SAM_CLI_TELEMETRY := 0

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

.PHONY: help
help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo '  ARCH=arm64|x86_64  EVENT=events/NAME.json  STACK=NAME  REGION=NAME  FROM=REGION  READS=off|narrow|all'

.PHONY: run
run: bin/trailbell ## Show the alerts for the sample events
	bin/trailbell run events

.PHONY: check
check: lint unit ## Format, vet, lint, rules and unit tests; needs Go only

.PHONY: lint
lint:
	@files="$$($(GO_FILES) | xargs $(TOOL) gofumpt -l)" || exit; \
		[ -z "$$files" ] || { echo "not formatted, run make fmt:"; echo "$$files"; exit 1; }
	go vet ./...
	$(TOOL) staticcheck ./...
	$(TOOL) gocyclo -over 10 -ignore '_test\.go$$' .
	$(TOOL) opa fmt --list --fail rules
	$(TOOL) opa check --strict $(OPA_IGNORE) rules
	go mod tidy -diff

# The race detector makes OPA several times slower, so the commands, which start it
# over and over, go without, and properties are tried on fewer cases. Of the contracts of the
# rules, those that take minutes are tried on a sample.
.PHONY: unit
unit:
	@if [ "$$(go env CGO_ENABLED)" = 1 ] && command -v "$$(go env CC)" >/dev/null; then \
		echo "$(TEST) -race -short ./internal/... ./functions/..."; $(TEST) -race -short ./internal/... ./functions/...; \
	else \
		echo "$(TEST) -short ./internal/... ./functions/..."; $(TEST) -short ./internal/... ./functions/... && \
		echo "SKIPPED: the race detector did NOT run: there is no C compiler (apt-get install gcc)"; \
	fi
	$(TEST) ./cmd/... ./rules/...
	$(TEST) -short ./test/...

.PHONY: test
test: $(READY) check bin/trailbell ## Everything: check, template, the built function, SAM where Docker answers
	$(TEST) ./internal/... ./test/...
	$(VENV)/bin/python -m pytest test

.PHONY: build
build: $(SAM_READY) ## Build for Lambda with the SAM CLI, without Docker
	GOARCH=$(GOARCH_OF_ARCH) $(SAM) build --parameter-overrides Architecture=$(ARCH)

.PHONY: invoke
invoke: $(READY) ## Send EVENT to the function on this machine and show what it publishes
	@[ -n "$(EVENT)" ] || { echo 'say which: make invoke EVENT=events/NAME.json'; exit 2; }
	@$(VENV)/bin/python test/invoke.py '$(EVENT)'

# The saved answers name the processor of the last build; this one counts.
.PHONY: deploy
deploy: build bin/trailbell ## Build, deploy with questions, and check the deployment
	@[ -f samconfig.local.toml ] || cp samconfig.toml samconfig.local.toml
	@mkdir -p .cache
	@sed 's/\(Architecture=\\"\)[a-z0-9_]*/\1$(ARCH)/' samconfig.local.toml >.cache/samconfig.toml
	@mv .cache/samconfig.toml samconfig.local.toml
	$(SAM) deploy --guided --config-file samconfig.local.toml --stack-name $(STACK) --region $(REGION)
	@$(MAKE) doctor

.PHONY: doctor
doctor: bin/trailbell ## Look for what would keep the deployment silent
	bin/trailbell doctor --stack $(STACK) --region $(REGION)

.PHONY: try
try: $(SAM_READY) ## Have the deployed function publish an alert marked as a test
	$(SAM) remote invoke DetectFunction --stack-name $(STACK) --region $(REGION) --event '{"trailbell":"test"}'

# The account's number is not known here, so the deployed stack says where to. In the
# region of its own bus there is nothing to forward.
.PHONY: forward
forward: $(SAM_READY) ## Send the records of regions FROM to the deployment
	@[ -n "$(FROM)" ] || { echo 'say from where: make forward FROM=eu-central-1, or FROM=sign-ins'; exit 2; }
	@bus='$(BUS)'; [ -n "$$bus" ] || bus="$$($(SAM) list stack-outputs --stack-name $(STACK) --region $(REGION) --output json \
		| grep -o 'arn:[a-z-]*:events:[^"]*')" \
		|| { echo 'there is no stack $(STACK) in $(REGION); make deploy first'; exit 1; }; \
	for from in $(subst sign-ins,$(SIGN_INS),$(FROM)); do \
		if [ -z '$(BUS)' ] && [ "$$from" = '$(REGION)' ]; then echo "$$from needs no forwarder: trailbell runs there"; continue; fi; \
		$(SAM) deploy --template deploy/forwarder.yaml --stack-name $(STACK)-forwarder --region "$$from" \
			--capabilities CAPABILITY_IAM --resolve-s3 --no-fail-on-empty-changeset \
			--parameter-overrides CentralBusArn="$$bus" $(if $(READS),ReadEvents=$(READS)) $(if $(EMAIL),AlertEmail='$(EMAIL)') \
			|| exit; \
	done

# The documents are about rules that are deployed, so that those about trailbell itself are
# active in them. A test runs these lines and compares what they write with what is there.
AS_DEPLOYED := --deployment docs/deployment.example.json
.PHONY: generate
generate: bin/trailbell ## Write what is derived from the rules: patterns, reference, coverage, profiles
	bin/trailbell patterns --write template.yaml --write deploy/forwarder.yaml
	bin/trailbell rules docs --out docs/rules --samples events $(AS_DEPLOYED)
	bin/trailbell rules coverage --format markdown --out docs/coverage.md $(AS_DEPLOYED)
	bin/trailbell rules coverage --format navigator --out docs/attack-navigator-layer.json $(AS_DEPLOYED)
	bin/trailbell rules profiles --out docs $(AS_DEPLOYED)

# Takes a few minutes. The template of the CIS filters comes from the same table.
.PHONY: tables
tables: ## Write what tests find out: docs/noise-and-coverage.md and the CIS filters
	go test -count=1 -timeout 30m ./test/cis ./test/ordinary ./test/attacks -args -update

.PHONY: bench
bench: ## Measure against OPA and gunzip, and write docs/performance.md
	go run ./test/bench -o docs/performance.md

# Chromium draws; on Debian: apt-get install chromium fonts-liberation fonts-wqy-zenhei.
.PHONY: pictures
pictures: ## Draw what people get, for docs/alerts.md
	go run ./test/pictures

# The file of the store lies in memory where there is a folder for that: what is looked at
# is whether it grows, and not the disk.
.PHONY: soak
soak: ## Send a million records through, and see that nothing is lost and nothing grows
	go run ./test/soak -dir "$$([ -w /dev/shm ] && echo /dev/shm)"

.PHONY: fmt
fmt: ## Format Go and Rego
	$(GO_FILES) | xargs $(TOOL) gofumpt -w
	$(TOOL) opa fmt --write rules

.PHONY: clean
clean: ## Remove what was built; .venv stays
	rm -rf .aws-sam .cache bin

# Go knows by itself whether there is anything to do.
.PHONY: bin/trailbell
bin/trailbell:
	@go build -o $@ ./cmd/trailbell

# What is derived from the rules is built ahead, which also refuses what a rule must
# not be. It is run on this machine, whatever the function's processor.
.PHONY: derive
derive:
	@env -u GOARCH -u GOOS go run ./cmd/trailbell derive

# SAM calls this for DetectFunction and says only where to put the result, so
# the processor comes from make build; without it, the template's default.
# lambda.norpc leaves out the protocol of a runtime that is not used.
.PHONY: build-DetectFunction
build-DetectFunction: export GOARCH ?= arm64
build-DetectFunction: derive
	GOOS=linux go build -tags lambda.norpc -ldflags '-s -w -buildid=' \
		-o '$(ARTIFACTS_DIR)/bootstrap' ./functions/detect

# The same for SlackFunction, which has no rules in it.
.PHONY: build-SlackFunction
build-SlackFunction: export GOARCH ?= arm64
build-SlackFunction:
	GOOS=linux go build -tags lambda.norpc -ldflags '-s -w -buildid=' \
		-o '$(ARTIFACTS_DIR)/bootstrap' ./functions/slack

# The same for LogFilesFunction, which has the rules of DetectFunction.
.PHONY: build-LogFilesFunction
build-LogFilesFunction: export GOARCH ?= arm64
build-LogFilesFunction: derive
	GOOS=linux go build -tags lambda.norpc -ldflags '-s -w -buildid=' \
		-o '$(ARTIFACTS_DIR)/bootstrap' ./functions/logfiles

# Made anew when the lock changes. --no-deps because the lock is complete, and
# pip refuses hashes together with ranges that it finds in packages; --no-compile
# because most of what is installed is never imported.
$(READY): test/requirements.txt
	$(PYTHON) -m venv --clear $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-compile \
		--no-deps --require-hashes -r $<
	@touch $@
