'use strict';
// Diagnostics of TypeScript 7 in the shape that the host reads, and the files that they are asked for.

const { readFileSync } = require('node:fs');
const { text } = require('./native_connection.js');

const ERROR = 1;

/** Turns what the compiler answers into what the host reads. */
class Diagnostics {
  /** @param {import('./overlay.js').Overlay} fs @param {string} root */
  constructor(fs, root) {
    this.fs = fs;
    this.root = root;
    this.starts = new Map(); // file -> its line starts, of the state that is shown
  }

  /** Forget the lines: another state is shown. */
  reset() {
    this.starts.clear();
  }

  /** @param {string} path absolute @returns {string} as the protocol names it */
  name(path) {
    return path.startsWith(`${this.root}/`) ? path.slice(this.root.length + 1) : path;
  }

  /** @param {any[] | null} answered @param {string} stage @returns {object[]} the errors among them */
  errors(answered, stage) {
    return (answered || []).filter((each) => each.category === ERROR).map((each) => this.error(each, stage));
  }

  error(each, stage) {
    const [message, ...rest] = [each.text, ...chain(each.messageChain, 1)].join('\n').split('\n');
    const at = each.fileName ? this.position(each.fileName, each.pos) : { line: 0, character: 0 };
    const file = each.fileName ? this.name(each.fileName) : '';
    return { file, ...at, code: `TS${each.code}`, message, detail: rest.join('\n'), stage };
  }

  position(path, offset) {
    const starts = this.lines(path);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - starts[low] };
  }

  lines(path) {
    let starts = this.starts.get(path);
    if (!starts) {
      starts = lineStarts(this.content(path));
      this.starts.set(path, starts);
    }
    return starts;
  }

  content(path) {
    const held = this.fs.read(path);
    if (held) return text(held);
    try {
      return text(readFileSync(path)); // a library of the compiler
    } catch {
      return '';
    }
  }
}

function chain(links, depth) {
  return (links || []).flatMap((link) => [`${'  '.repeat(depth)}${link.text}`, ...chain(link.messageChain, depth + 1)]);
}

/** The offsets at which lines start, as ECMAScript counts them. @param {string} content @returns {number[]} */
function lineStarts(content) {
  const starts = [0];
  const ends = /\r\n|[\n\r\u2028\u2029]/g;
  while (ends.exec(content)) starts.push(ends.lastIndex);
  return starts;
}

module.exports = { Diagnostics, lineStarts };
