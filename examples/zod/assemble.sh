#!/bin/sh
# Assemble ./project: the source that the npm package zod ships, with what it
# needs to type-check beside it. Safe to call again: it does nothing while the
# lock file, the package file and the tsconfig are those it last worked from.
set -eu

cd "$(dirname "$0")"
NPM=${NPM:-npm}
stamp=$(cat package.json package-lock.json tsconfig.json assemble.sh | sha256sum | cut -d ' ' -f 1)

if [ -f project/.assembled ] && [ "$(cat project/.assembled)" = "$stamp" ]; then
  exit 0
fi

echo "zod: assembling $(pwd)/project" >&2
rm -rf project project.partial
mkdir project.partial
cp package.json package-lock.json tsconfig.json project.partial/
(cd project.partial && $NPM ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
cp -R project.partial/node_modules/zod/src project.partial/src
printf 'node_modules/\n.assembled\n' > project.partial/.gitignore
printf '%s\n' "$stamp" > project.partial/.assembled
mv project.partial project
