#!/bin/sh
# Fetches the design tokens and checks that they are the ones we know. For a new version, change both values below and
# the table in README.md, and look at every page: colours and sizes may have moved.
set -eu
version=1.1.9
expected=ec3fb5b1e881d1bdf076feff29fe15a32269353c7a9cef40194f1eff0c3d7a90

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
npm pack --silent "@digital-go-jp/design-tokens@$version" >/dev/null
tar -xzf ./*.tgz
found=$(sha256sum package/dist/tokens.css | cut -d' ' -f1)
if [ "$found" != "$expected" ]; then
  echo "tokens.css of version $version is $found, expected $expected; nothing was changed" >&2
  exit 1
fi
install -m 644 package/dist/tokens.css "$here/dads/tokens.css"
install -m 644 package/LICENSE "$here/dads/LICENSE"
echo "tokens.css and LICENSE of $version are in $here/dads"
