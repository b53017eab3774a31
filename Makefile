# Every target is possible in plain go; this file is the list of them.

GOFLAGS ?= -buildvcs=false
export GOFLAGS
FUZZTIME ?= 20s
FRAMEWORKS ?= all
SCREENSHOTS ?=

.PHONY: help build test short race golden frameworks fuzz bench check example compare

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

build: ## build ./sstc
	go build -o sstc ./cmd/sstc

test: ## run all tests (a few minutes; what needs a tool that is absent says so with -v)
	go test ./...

short: ## run the tests that take no tools and no time
	go test -short ./...

race: ## run the tests of the preview under the race detector (the engine is C in Go, which checkptr refuses)
	go test -race -gcflags=all=-d=checkptr=0 ./preview

golden: ## rewrite all expected output; read the diff before you commit it
	SSTC_UPDATE=1 go test ./...
	git status --short

frameworks: ## build apps of web frameworks, serve and visit them (npm, minutes; FRAMEWORKS=astro,nuxt for some, SCREENSHOTS=DIR)
	SSTC_FRAMEWORKS=$(FRAMEWORKS) SSTC_SCREENSHOTS=$(abspath $(SCREENSHOTS)) go test ./compiler -run TestFrameworks -count=1 -v -timeout 90m

fuzz: ## fuzz each parser and printer, for FUZZTIME each (20s)
	@set -e; go list -f '{{.Dir}}' ./... | while read -r dir; do \
	  for f in $$(grep -ho 'func Fuzz[A-Za-z0-9]*' $$dir/*_test.go 2>/dev/null | cut -d' ' -f2); do \
	    echo "$$dir $$f"; go test -C $$dir -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) .; \
	  done; \
	done

bench: ## measure whole builds against raw esbuild and zip, and apps of SST v2 against SST (npm, once; minutes)
	go run ./testdata/bench

check: ## gofmt, vet, tests, and that no expected output is stale
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo 'run gofmt -w on these'; exit 1; }
	go vet ./...
	go mod tidy -diff
	go test ./...
	SSTC_UPDATE=1 go test ./... >/dev/null
	git diff --exit-code

example: build ## build examples/notes for all targets, into examples/notes/out
	cd examples/notes && npm ci --omit=optional --ignore-scripts --no-audit --no-fund
	./sstc build examples/notes --stage dev --target terraform,pulumi,cloudformation

compare: ## build the examples of a checkout of SST: make compare SST=DIR
	go run ./testdata/sstexamples -checkout $(SST)
