#!/bin/sh
# Builds what the real-tool test of emit/pulumiyaml runs: the Pulumi CLI, its
# YAML language host, and the stub provider of testdata/stubpul. Everything
# comes through the Go module proxy and goes into the user's cache; the first
# run takes about eight minutes, later ones build only what is missing.
#
#	testdata/tools/build-pulumi.sh [directory]
#
# The directory is $SSTC_TOOLS, else sstc-tools in the user's cache, which is
# where the test looks too.
set -eu

pulumi=v3.150.0
yaml=v1.10.0

here=$(cd "$(dirname "$0")" && pwd)
case $(uname) in
Darwin) cache=$HOME/Library/Caches ;;
*) cache=${XDG_CACHE_HOME:-$HOME/.cache} ;;
esac
out=${1:-${SSTC_TOOLS:-$cache/sstc-tools}}
mkdir -p "$out"
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

# module <path> <version>: a writable copy of a module's source, in $work/src.
# Its replace directives name directories of its repository that a module
# does not carry, and go install refuses modules that have any.
module() {
	rm -rf "$work/src"
	dir=$(cd "$work" && go mod download -json "$1@$2" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
	cp -R "$dir" "$work/src"
	chmod -R u+w "$work/src"
}

if ! [ -x "$out/pulumi" ]; then
	module github.com/pulumi/pulumi/pkg/v3 "$pulumi"
	(
		cd "$work/src"
		go mod edit -dropreplace github.com/pulumi/pulumi/sdk/v3
		go build -mod=mod -trimpath -ldflags "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$pulumi" -o "$out/pulumi" ./cmd/pulumi
	)
fi

if ! [ -x "$out/pulumi-language-yaml" ]; then
	module github.com/pulumi/pulumi-yaml "$yaml"
	(cd "$work/src" && go build -mod=mod -trimpath -ldflags "-s -w" -o "$out/pulumi-language-yaml" ./cmd/pulumi-language-yaml)
fi

(cd "$here/../stubpul" && go build -trimpath -o "$out/stubpul" .)
