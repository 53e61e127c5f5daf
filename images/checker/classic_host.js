'use strict';
// What the compiler may ask of its surroundings, answered from the overlay: files, folders, the parsed tsconfig. It
// writes nothing, has no environment, and reads no build info and no output of a referenced project.

const { createHash } = require('node:crypto');
const { existsSync, readFileSync } = require('node:fs');
const { join, posix } = require('node:path');

/** Options that change nothing in how one file is parsed and bound. With any other one, a file is parsed anew. */
const BESIDE_A_FILE = new Set([
  'baseUrl', 'composite', 'configFilePath', 'declaration', 'declarationDir', 'declarationMap', 'emitDeclarationOnly', 'incremental',
  'inlineSourceMap', 'inlineSources', 'lib', 'noEmit', 'noUnusedLocals', 'noUnusedParameters', 'outDir', 'paths', 'pathsBasePath',
  'rootDir', 'rootDirs', 'skipDefaultLibCheck', 'skipLibCheck', 'sourceMap', 'sourceRoot', 'tsBuildInfoFile', 'typeRoots', 'types',
]);

/** @param {Buffer} bytes @returns {string} decoded as the compiler's own system does */
function decoded(bytes) {
  if (bytes.length >= 2 && bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
    return even.toString('utf16le', 2);
  }
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3);
  return bytes.toString('utf8');
}

/** @param {object} options compiler options @returns {string} equal for two projects that can share a parsed file */
function settingsKey(options) {
  const kept = Object.keys(options).filter((name) => !BESIDE_A_FILE.has(name) && name !== 'configFile');
  return JSON.stringify(kept.sort().map((name) => [name, options[name]]));
}

/** The overlay, and the compiler's own library files beside it. @param {object} fs @param {string} folder */
function withLibrary(fs, folder) {
  const own = (path) => path.startsWith(`${folder}/lib/`);
  const read = (path) => (existsSync(path) ? readFileSync(path) : null);
  return {
    read: (path) => (own(path) ? read(path) : fs.read(path)),
    exists: (path) => (own(path) ? existsSync(path) : fs.exists(path)),
    isDirectory: (path) => fs.isDirectory(path),
    entries: (path) => fs.entries(path),
    realpath: (path) => (own(path) ? path : fs.realpath(path)),
  };
}

/** Parsed files by path, content and settings, for all projects of one compiler. */
class SourceCache {
  constructor(ts, fs) {
    this.ts = ts;
    this.fs = fs;
    this.hashes = new Map(); // path -> hash of the bytes that the overlay shows now, null for none
    this.files = new Map(); // path -> Map(hash and settings -> parsed file)
  }

  /** @param {string} path @returns {string | null} */
  hash(path) {
    let hash = this.hashes.get(path);
    if (hash === undefined) {
      const bytes = this.fs.read(path);
      hash = bytes === null ? null : createHash('sha1').update(bytes).digest('hex');
      this.hashes.set(path, hash);
    }
    return hash;
  }

  /** @returns {object | undefined} the parsed file, the same object as long as content and settings are the same */
  get(path, settings, language) {
    const hash = this.hash(path);
    if (hash === null) return undefined;
    const how = typeof language === 'object' ? language : { languageVersion: language };
    const key = `${hash} ${how.languageVersion} ${how.impliedNodeFormat} ${how.jsDocParsingMode} ${settings}`;
    let held = this.files.get(path);
    if (!held) this.files.set(path, (held = new Map()));
    let file = held.get(key);
    if (!file) {
      const bytes = this.fs.read(path);
      if (bytes === null) return undefined;
      file = this.ts.createSourceFile(path, decoded(bytes), language, false);
      file.version = hash;
      held.set(key, file);
    }
    return file;
  }

  /** The overlay shows something else at these paths. @param {Iterable<string>} paths */
  forget(paths) {
    for (const path of paths) this.hashes.delete(path);
  }

  /** Drop what no live program has. @param {Set<object>} live  parsed files */
  sweep(live) {
    for (const [path, held] of this.files) {
      for (const [key, file] of held) if (!live.has(file)) held.delete(key);
      if (held.size === 0) this.files.delete(path);
    }
  }

  clear() {
    this.hashes.clear();
    this.files.clear();
  }
}

/** What does not depend on a project: used to parse a tsconfig, and part of a compiler's host. */
function fileHost({ ts, fs, root }) {
  const readFile = (path) => {
    const bytes = path.endsWith('.tsbuildinfo') ? null : fs.read(path);
    return bytes === null ? undefined : decoded(bytes);
  };
  const entries = (path) => fs.entries(path || root);
  const realpath = (path) => fs.realpath(path);
  return {
    useCaseSensitiveFileNames: true,
    fileExists: (path) => fs.exists(path),
    readFile,
    directoryExists: (path) => fs.isDirectory(path),
    getDirectories: (path) => entries(path).directories,
    realpath,
    getCurrentDirectory: () => root,
    readDirectory: (path, extensions, exclude, include, depth) =>
      ts.matchFiles(path, extensions, exclude, include, true, root, depth, entries, realpath),
  };
}

/**
 * @param {{ts: object, fs: object, root: string}} world
 * @param {string} config absolute
 * @returns {{parsed: object | null, failed: object[], read: Set<string>}} read: every JSON file that was looked at
 */
function parseConfig(world, config) {
  const { ts } = world;
  const read = new Set();
  const failed = [];
  const base = fileHost(world);
  const host = {
    ...base,
    readFile: (path) => {
      read.add(posix.normalize(path));
      return base.readFile(path);
    },
    fileExists: (path) => {
      read.add(posix.normalize(path));
      return base.fileExists(path);
    },
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => failed.push(diagnostic),
  };
  const parsed = ts.getParsedCommandLineOfConfigFile(config, {}, host) || null;
  return { parsed, failed, read };
}

/**
 * @param {{ts: object, fs: object, root: string, folder: string, sources: SourceCache}} world
 * @param {{settings: string, references: Map<string, object>, read: Set<string>, invalidated: boolean}} project
 * @returns {object} a ts.CompilerHost
 */
function compilerHost(world, project) {
  const { ts, folder, sources } = world;
  const files = fileHost(world);
  const library = join(folder, 'lib');
  return {
    ...files,
    useCaseSensitiveFileNames: () => true,
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n',
    getDefaultLibLocation: () => library,
    getDefaultLibFileName: (options) => join(library, ts.getDefaultLibFileName(options)),
    getEnvironmentVariable: () => '',
    createHash: (text) => createHash('sha1').update(text).digest('hex'),
    writeFile: () => {},
    jsDocParsingMode: ts.JSDocParsingMode?.ParseForTypeErrors,
    getSourceFile: (path, language) => sources.get(path, project.settings, language),
    useSourceOfProjectReferenceRedirect: () => true,
    getParsedCommandLine: (config) => {
      if (!project.references.has(config)) {
        const { parsed, read } = parseConfig(world, config);
        for (const path of read) project.read.add(path);
        project.references.set(config, parsed);
      }
      return project.references.get(config) || undefined;
    },
    hasInvalidatedResolutions: () => project.invalidated,
  };
}

/**
 * @param {{ts: object, folder: string, fs: object, root: string}} parts  a loaded compiler and where it looks
 * @returns {object} what every project of this compiler shares
 */
function makeWorld({ ts, folder, fs, root }) {
  const files = withLibrary(fs, folder);
  return { ts, folder, fs: files, root, sources: new SourceCache(ts, files) };
}

module.exports = { compilerHost, makeWorld, parseConfig, settingsKey };
