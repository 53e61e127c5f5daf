"""Files that make a tool, a machine or an agent do something, and what each makes them do.

Files are recognised by name only, at any depth. A package manager, a build tool or CI acts on a file with such a name,
whoever wrote it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from runner.model.globs import matches_any


@dataclass(frozen=True, slots=True)
class Acting:
    """``why`` ends the sentence "the file acts: …". ``names`` are globs of file names in lower case."""

    why: str
    names: tuple[str, ...]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# fmt: off
ACTING = (
    Acting("package managers run its scripts or install what it names", _names(
        "package.json package.json5 package.yaml package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml "
        "pnpm-workspace.yaml bun.lock* bunfig.toml deno.json* deno.lock import_map.json import-map.json importmap.json "
        "lerna.json rush.json pnpmfile.cjs")),
    Acting("make and its kin run what it says", _names(
        "makefile makefile.* gnumakefile *.mk cmakelists.txt *.cmake meson.build sconstruct wscript justfile *.just "
        "taskfile.* rakefile jakefile* build.ninja earthfile tiltfile magefile.go")),
    Acting("node-gyp compiles and runs what it says", _names("*.gyp *.gypi")),
    Acting("a JavaScript tool loads it as a program, or loads the plugins that it names", _names(
        "*.config.js *.config.cjs *.config.mjs *.config.ts *.config.mts *.config.cts *.config.jsx *.config.tsx "
        "*.conf.js *.conf.cjs *.conf.mjs *.conf.ts *.conf.mts *.conf.cts "
        "babel.config.json jest.config.json tsup.config.json commitlint.config.json stylelint.config.json "
        "webpack.*.js webpack.*.ts vitest.workspace.* jest.preset.* gulpfile.* gruntfile.* plopfile.* knexfile.* "
        "ormconfig.* ember-cli-build.* biome.json biome.jsonc dprint.json* tslint.json typedoc.json cypress.json "
        "sgconfig.y*ml")),
    Acting("a build or task runner runs the commands that it names", _names(
        "turbo.json* nx.json project.json workspace.json angular.json nest-cli.json moon.yml tauri.conf.json* "
        "electron-builder.json* electron-builder.y*ml buf.gen.y*ml codegen.y*ml nodemon.json process-compose.y*ml "
        "mprocs.y*ml")),
    Acting("git hooks run what it says", _names(
        "lefthook.* lefthook-local.* simple-git-hooks.json applypatch-msg pre-applypatch post-applypatch pre-commit "
        "pre-merge-commit prepare-commit-msg commit-msg post-commit pre-rebase post-checkout post-merge pre-push post-rewrite "
        "pre-receive post-receive reference-transaction post-index-change")),
    Acting("containers and virtual machines are built or started from it", _names(
        "dockerfile* *.dockerfile containerfile* docker-compose* docker-bake.* compose.y*ml compose.*.y*ml vagrantfile* "
        "devcontainer.json devfile.y*ml skaffold.y*ml")),
    Acting("CI runs what it says", _names(
        "jenkinsfile* azure-pipelines*.y*ml bitbucket-pipelines.y*ml buildspec*.y*ml cloudbuild*.y*ml cloudbuild*.json "
        "action.y*ml appveyor*.y*ml circle.yml codefresh.y*ml wercker.y*ml buildkite.y*ml dangerfile* renovate.json* "
        "release-please-config.json")),
    Acting("a hosting service builds or deploys by it", _names(
        "wrangler.toml wrangler.json* vercel.json vercel.ts netlify.toml firebase.json amplify.y*ml appspec.y*ml fly.toml "
        "render.y*ml railway.json railway.toml heroku.yml app.json procfile* serverless.y*ml serverless.json serverless.ts "
        "serverless.js cdk.json pulumi.y*ml samconfig.toml")),
    Acting("Python runs it when it builds, installs, tests or starts", _names(
        "pyproject.toml setup.py setup.cfg conftest.py sitecustomize.py usercustomize.py *.pth pipfile tox.ini noxfile.py "
        "pytest.ini fabfile.py requirements*.txt constraints*.txt uv.lock uv.toml poetry.lock environment.y*ml snakefile "
        "conanfile.py conanfile.txt")),
    Acting("a compiler's build runs it, or fetches what it names", _names(
        "cargo.toml cargo.lock build.rs go.mod go.work build.gradle* settings.gradle* pom.xml build.xml build.sbt build.zig "
        "*.gradle *.gradle.kts gradlew mvnw *.fsproj *.vbproj *.props *.targets nuget.config guardfile "
        "vcpkg.json pubspec.yaml project.pbxproj "
        "package.swift mix.exs composer.json gemfile gemfile.lock podfile fastfile brewfile *.gemspec *.csproj *.vcxproj "
        "directory.build.props directory.build.targets build.bazel workspace.bazel module.bazel *.bzl flake.nix shell.nix "
        "default.nix")),
    Acting("tool managers install and run what it names", _names("mise.toml mise.*.toml devbox.json")),
    Acting("editors start the tasks and extensions that it names", _names("*.code-workspace")),
    Acting("agents take it for their instructions", _names(
        "claude.md claude.local.md agents.md agents.override.md agent.md gemini.md qwen.md warp.md crush.md replit.md "
        "skill.md codex.md copilot-instructions.md gemini-extension.json")),
    Acting("agents start the commands and servers that it names", _names("opencode.json opencode.jsonc crush.json mcp.json")),
)
# fmt: on
# An existing script is ordinary code; a new one is there to be run.
SCRIPTS = Acting("a new script is there to be run", _names("*.sh *.bash *.zsh *.fish *.ps1 *.bat *.cmd"))
_HIDDEN = "tools keep the settings that they act on in files and folders that begin with a dot"


def why_it_acts(path: str, *, is_new: bool) -> str | None:
    """What ``path`` makes others do, or None if nothing acts on the file. Case does not matter, because file systems
    differ on it.
    """
    parts = [_folded(part) for part in path.split("/")]
    if any(part.startswith(".") for part in parts):
        return _HIDDEN
    rows = (*ACTING, SCRIPTS) if is_new else ACTING
    return next((row.why for row in rows if matches_any(row.names, parts[-1])), None)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().rstrip(" .") or name
