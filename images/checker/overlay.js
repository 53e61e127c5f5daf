'use strict';
// The files that compilers see: the repository's folder with the changes that are held in memory, and nothing else of
// the container. The disk below it is read-only and never changes, so what was once read of it is kept.

const fs = require('node:fs');
const { dirname, posix } = require('node:path');

/**
 * @typedef {Map<string, Buffer | null>} Files  absolute path to content; null for a file that does not exist
 * @typedef {{changed: string[], created: string[], deleted: string[]}} Changes  absolute paths
 */

// The host's own configurations: nobody but their own project looks at them.
const OURS = /(?:\.patchgate(?:-declarations)?-?\.json|\/\.patchgate\/anchor\.d\.ts)$/;

/** @param {string} path @returns {boolean} whether it is a configuration of the host's */
function isOurs(path) {
  return OURS.test(path);
}

class Overlay {
  /**
   * @param {string} root  absolute, without a slash at its end; it need not exist on disk
   * @param {string[]} also  other absolute folders that may be read
   */
  constructor(root, also = []) {
    this.root = root;
    this.also = also;
    /** @type {Files} */
    this.base = new Map();
    /** @type {Files | null} */
    this.candidate = null;
    this.folders = new Map(); // folder on disk -> Map(name -> 'file' | 'folder' | 'link'), or null
    this.realFolders = new Map();
    this.linked = new Map();
    this.added = null; // folder -> Map(name -> 'file' | 'folder'), of the overlaid files; made when first needed
  }

  /** Every overlaid file of the present state. @returns {Files} */
  overlaid() {
    return this.candidate ? new Map([...this.base, ...this.candidate]) : this.base;
  }

  /** Show these files on top of the base. @param {Files} files @returns {Changes} how the candidate differs from the base */
  show(files) {
    const changes = this.differences(files);
    this.candidate = files;
    this.added = null;
    return changes;
  }

  /** Show the base again. @returns {Changes} the way back */
  hide() {
    const files = this.candidate;
    this.candidate = null;
    this.added = null;
    if (!files) return { changed: [], created: [], deleted: [] };
    const way = this.differences(files);
    return { changed: way.changed, created: way.deleted, deleted: way.created };
  }

  /** Make these files part of the base. @param {Files} files @returns {Changes} */
  rebase(files) {
    this.candidate = null;
    const changes = this.differences(files);
    for (const [path, content] of files) this.base.set(path, content);
    this.added = null;
    return changes;
  }

  /** @param {Files} files @returns {Changes} from the base to these files; one that has the same bytes is in none */
  differences(files) {
    const shown = this.candidate;
    this.candidate = null;
    this.added = null;
    const changes = { changed: [], created: [], deleted: [] };
    for (const [path, content] of files) {
      const before = this.read(path);
      if (before === null && content !== null) changes.created.push(path);
      else if (before !== null && content === null) changes.deleted.push(path);
      else if (before !== null && content !== null && !before.equals(content)) changes.changed.push(path);
    }
    this.candidate = shown;
    return changes;
  }

  /** @param {string} path absolute @returns {Buffer | null} null if there is no such file */
  read(path) {
    const real = this.canonical(path);
    const held = this.held(real);
    if (held !== undefined) return held;
    if (!this.visible(real) || this.onDisk(real) !== 'file') return null;
    try {
      return fs.readFileSync(real);
    } catch {
      return null;
    }
  }

  /** @param {string} path absolute @returns {boolean} whether it is a file */
  exists(path) {
    const real = this.canonical(path);
    const held = this.held(real);
    return held !== undefined ? held !== null : this.visible(real) && this.onDisk(real) === 'file';
  }

  /** @param {string} path absolute @returns {boolean} */
  isDirectory(path) {
    const real = this.canonical(path);
    return this.addedTo(real) !== undefined || (this.visible(real) && this.onDisk(real) === 'folder');
  }

  /** @param {string} path absolute @returns {{files: string[], directories: string[]}} names, sorted */
  entries(path) {
    const real = this.canonical(path);
    const files = new Set();
    const directories = new Set();
    const listed = this.visible(real) && this.onDisk(real) === 'folder' ? this.folder(this.realFolder(real)) : null;
    for (const name of (listed || new Map()).keys()) {
      const kind = this.onDisk(`${real}/${name}`);
      if (kind === 'folder') directories.add(name);
      else if (kind === 'file' && this.held(`${real}/${name}`) !== null) files.add(name);
    }
    for (const [name, kind] of this.addedTo(real) || []) (kind === 'file' ? files : directories).add(name);
    return { files: [...files].sort(), directories: [...directories].sort() };
  }

  /** @param {string} path absolute @returns {string} the path without symbolic links; the path itself if it is absent */
  realpath(path) {
    const real = this.canonical(path);
    if (this.held(real) || this.addedTo(real)) return real;
    if (!this.linked.has(real)) {
      let found = real;
      try {
        found = fs.realpathSync.native(real);
      } catch {
        // absent: nothing to resolve
      }
      this.linked.set(real, found);
    }
    return this.linked.get(real);
  }

  // ------------------------------------------------------------------------------------------------------ inside

  held(path) {
    if (this.candidate && this.candidate.has(path)) return this.candidate.get(path);
    return this.base.get(path);
  }

  visible(path) {
    return [this.root, ...this.also].some((folder) => path === folder || path.startsWith(`${folder}/`));
  }

  /** The same place by its real folder: a workspace's package is often reached through a link in node_modules. */
  canonical(path) {
    const tidy = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    const plain = tidy.includes('/.') || tidy.includes('//') ? posix.normalize(tidy) : tidy;
    if (!plain.includes('/node_modules/')) return plain;
    const parent = dirname(plain);
    const real = this.realFolder(parent);
    return real === parent ? plain : `${real}${plain.slice(parent.length)}`;
  }

  realFolder(path) {
    let real = this.realFolders.get(path);
    if (real === undefined) {
      try {
        real = fs.realpathSync.native(path);
      } catch {
        const parent = dirname(path);
        real = parent === path ? path : posix.join(this.realFolder(parent), path.slice(parent.length));
      }
      this.realFolders.set(path, real);
    }
    return real;
  }

  folder(path) {
    let names = this.folders.get(path);
    if (names === undefined) {
      names = null;
      try {
        names = new Map();
        for (const entry of fs.readdirSync(path, { withFileTypes: true })) {
          const kind = entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'link';
          names.set(entry.name, kind);
        }
      } catch {
        names = null;
      }
      this.folders.set(path, names);
    }
    return names;
  }

  /** @returns {'file' | 'folder' | undefined} what the disk has there; links are followed within what may be seen */
  onDisk(path) {
    if (path === this.root) return this.folder(path) ? 'folder' : undefined;
    const parent = dirname(path);
    const names = parent === path ? null : this.folder(parent);
    const kind = names ? names.get(path.slice(parent.length + (parent === '/' ? 0 : 1))) : undefined;
    if (kind !== 'link') return kind;
    const key = `kind:${path}`;
    if (!this.linked.has(key)) {
      let found;
      try {
        const stat = this.visible(fs.realpathSync.native(path)) ? fs.statSync(path) : null;
        found = stat?.isFile() ? 'file' : stat?.isDirectory() ? 'folder' : undefined;
      } catch {
        found = undefined; // a dangling link
      }
      this.linked.set(key, found);
    }
    return this.linked.get(key);
  }

  /** The overlaid names directly below a folder, or undefined. */
  addedTo(folder) {
    if (this.added === null) {
      this.added = new Map();
      for (const [path, content] of this.overlaid()) {
        if (content === null) continue;
        let kind = 'file';
        for (let at = path; at.length > this.root.length; at = dirname(at)) {
          const parent = dirname(at);
          const names = this.added.get(parent) || new Map();
          const known = names.size > 0;
          names.set(at.slice(parent.length + 1), kind);
          this.added.set(parent, names);
          if (known && kind === 'folder') break;
          kind = 'folder';
        }
      }
    }
    return this.added.get(folder);
  }
}

module.exports = { Overlay, isOurs };
