'use strict';
// A conversation with `tsc --api --async` of TypeScript 7: JSON-RPC 2.0 in Content-Length frames on stdio. The compiler
// asks back for files; what the overlay shows is all that it gets to see below the repository.

const { spawn } = require('node:child_process');
const { readFileSync, realpathSync } = require('node:fs');
const { join } = require('node:path');

const CALLBACKS = 'readFile,fileExists,directoryExists,getAccessibleEntries,realpath';
const SEPARATOR = Buffer.from('\r\n\r\n');
const STARTED_BY_ITSELF = { env: { GOMEMLIMIT: '900MiB', PATH: '/nonexistent' }, stdio: ['pipe', 'pipe', 'pipe'] };
const KEPT_OF_STDERR = 4000;

/** A compiler that does not answer, or answers with something that we do not know. */
class CompilerError extends Error {
  constructor(message, kind = 'compiler') {
    super(message);
    this.kind = kind;
  }
}

class Connection {
  /**
   * @param {string} folder  of the compiler in the store
   * @param {string} root  of the repository
   * @param {import('./overlay.js').Overlay} fs
   * @param {number} limit  milliseconds that one answer may take
   */
  constructor(folder, root, fs, limit) {
    this.fs = fs;
    this.library = realpathSync(join(folder, 'lib')); // as the compiler names it
    this.limit = limit;
    this.waiting = new Map();
    this.next = 1;
    this.chunks = [];
    this.size = 0;
    this.errors = '';
    this.ended = null;
    this.child = spawn(join(this.library, 'tsc'), ['--api', '--async', '--cwd', root, `--callbacks=${CALLBACKS}`], {
      ...STARTED_BY_ITSELF,
      cwd: '/',
    });
    this.child.on('error', (error) => this.end(`the compiler did not start: ${error.message}`));
    this.child.on('exit', (code, signal) => this.end(`the compiler ended (${signal || code}): ${this.errors}`));
    this.child.stderr.on('data', (data) => {
      this.errors = (this.errors + data).slice(-KEPT_OF_STDERR);
    });
    this.child.stdin.on('error', () => {}); // its end is what "exit" tells
    this.child.stdout.on('data', (data) => this.receive(data));
  }

  /** @param {string} method @param {object} [params] @returns {Promise<any>} */
  request(method, params) {
    if (this.ended !== null) return Promise.reject(new CompilerError(this.ended, 'crash'));
    const id = this.next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.child.kill('SIGKILL');
        this.end(`the compiler did not answer ${method} in ${this.limit} ms`);
      }, this.limit);
      this.waiting.set(id, { resolve, reject, timer, method });
      this.send({ jsonrpc: '2.0', id, method, params });
    });
  }

  /** End the process; what is under way fails. */
  dispose() {
    this.end('the compiler was ended');
    this.child.kill('SIGKILL');
  }

  /** @returns {number} its resident memory in MB */
  memory() {
    try {
      const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] || 0) / 1024;
    } catch {
      return 0; // it has ended
    }
  }

  // ------------------------------------------------------------------------------------------------------ inside

  end(why) {
    if (this.ended !== null) return;
    this.ended = why;
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer);
      reject(new CompilerError(why, /out of memory|signal: killed/.test(why) ? 'memory' : 'crash'));
    }
    this.waiting.clear();
  }

  send(message) {
    const body = Buffer.from(JSON.stringify(message));
    this.child.stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }

  receive(data) {
    this.chunks.push(data);
    this.size += data.length;
    for (;;) {
      let all = this.chunks[0];
      if (this.wanted === undefined) {
        if (this.chunks.length > 1) all = this.join();
        const end = all ? all.indexOf(SEPARATOR) : -1;
        if (end < 0) return;
        const length = /content-length:\s*(\d+)/i.exec(all.toString('latin1', 0, end));
        if (!length) return void this.surprise('a frame without a length');
        this.wanted = Number(length[1]);
        this.cut(end + SEPARATOR.length);
      }
      if (this.size < this.wanted) return;
      all = this.join();
      const body = all.toString('utf8', 0, this.wanted);
      this.cut(this.wanted);
      this.wanted = undefined;
      this.handle(body);
    }
  }

  join() {
    if (this.chunks.length !== 1) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0];
  }

  cut(length) {
    const rest = this.join().subarray(length);
    this.chunks = rest.length ? [rest] : [];
    this.size = rest.length;
  }

  surprise(what) {
    this.child.kill('SIGKILL');
    this.end(`surprised by the compiler: ${what}`);
  }

  handle(body) {
    let message;
    try {
      message = JSON.parse(body);
    } catch {
      return void this.surprise('a frame that is no JSON');
    }
    if (message.method !== undefined) return void this.answer(message);
    const waiting = this.waiting.get(message.id);
    if (!waiting) return void this.surprise(`an answer to nothing (${String(message.id)})`);
    this.waiting.delete(message.id);
    clearTimeout(waiting.timer);
    if (message.error) waiting.reject(new CompilerError(`${waiting.method}: ${message.error.message}`));
    else waiting.resolve(message.result);
  }

  answer({ id, method, params }) {
    if (id === undefined) return; // a notification: nothing of it concerns us
    const path = Array.isArray(params) ? params[0] : params;
    if (typeof path !== 'string' || !(method in ANSWERS)) return void this.surprise(`a request ${method}`);
    this.send({ jsonrpc: '2.0', id, result: ANSWERS[method](this.fs, path, this.library) });
  }
}

const ANSWERS = {
  readFile(fs, path, library) {
    if (path.startsWith(`${library}/`)) return null; // its own libraries: from the disk
    const content = fs.read(path);
    return { content: content === null ? null : text(content) };
  },
  fileExists: (fs, path, library) => (path.startsWith(`${library}/`) ? null : fs.exists(path)),
  directoryExists: (fs, path, library) => (`${path}/`.startsWith(`${library}/`) ? null : fs.isDirectory(path)),
  getAccessibleEntries: (fs, path) => fs.entries(path),
  realpath: (fs, path, library) => (path.startsWith(`${library}/`) ? null : fs.realpath(path)),
};

/** A file's text as the compiler decodes it: UTF-16 with a mark, else UTF-8 without its mark. */
function text(content) {
  if (content[0] === 0xff && content[1] === 0xfe) return content.toString('utf16le', 2);
  if (content[0] === 0xfe && content[1] === 0xff) {
    const even = Buffer.from(content.subarray(2, content.length - (content.length % 2)));
    return even.swap16().toString('utf16le');
  }
  const from = content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf ? 3 : 0;
  return content.toString('utf8', from);
}

module.exports = { CompilerError, Connection, text };
