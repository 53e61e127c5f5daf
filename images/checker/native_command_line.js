'use strict';
// Cold, for a TypeScript 7 whose interface we do not know: its command line, on a copy of the tree with the overlay in it.
// It follows references to output and not to source, so a project that has references gets no verdict here.

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const { tmpdir } = require('node:os');
const { join, relative } = require('node:path');
const { CompilerError } = require('./native_connection.js');

const COPIED = /\.(?:[cm]?[jt]sx?|json)$/; // what a compiler reads; of other files it asks at most whether they exist
const LINE = /^(?:(.*)\((\d+),(\d+)\): )?error (TS\d+): (.*)$/;
const LIMITS = { maxBuffer: 256 * 1024 * 1024, timeout: 600_000, killSignal: 'SIGKILL' };

/**
 * @param {{folder: string, root: string, fs: import('./overlay.js').Overlay, config: string}} given
 * @returns {Promise<{files: string[], errors: object[], stops: string | null}>}
 */
async function byCommandLine(given) {
  const copy = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'patchgate-'));
  try {
    copyTree({ overlay: given.fs, root: given.root, copy }, '');
    return await check({ ...given, copy, config: relative(given.root, given.config) });
  } finally {
    fs.rmSync(copy, { recursive: true, force: true });
  }
}

async function check({ folder, config, copy, root }) {
  const run = (...options) => command(join(folder, 'lib', 'tsc'), ['-p', config, '--pretty', 'false', ...options], copy);
  const shown = await run('--showConfig');
  const parsed = /^\s*\{/.test(shown) ? JSON.parse(shown) : null;
  if (parsed?.references?.length) throw new CompilerError('references need an interface that is not known');
  const { composite, incremental } = parsed?.compilerOptions || {};
  // Old build info would make it skip files. The option may only stand where build info is written.
  const once = ['--noEmit', ...(composite || incremental ? ['--tsBuildInfoFile', `${copy}.tsbuildinfo`] : [])];
  const stopping = parse(await run(...once, '--noCheck'), copy, root).filter((error) => error.file !== config);
  const errors = parse(await run(...once, '--checkers', '1'), copy, root);
  fs.rmSync(`${copy}.tsbuildinfo`, { force: true });
  const listed = (await run('--listFilesOnly')).split('\n').filter((path) => path.startsWith(`${copy}/`));
  const files = listed.map((path) => path.slice(copy.length + 1)).filter((path) => !path.includes('node_modules/'));
  return { files: files.sort(), errors, stops: !files.length ? 'config' : stopping.length ? 'global' : null };
}

function command(program, options, cwd) {
  return new Promise((resolve, reject) => {
    execFile(program, options, { cwd, env: { PATH: '/nonexistent' }, ...LIMITS }, (error, stdout, stderr) => {
      const failed = error && (typeof error.code !== 'number' || error.code > 2 || stderr);
      if (failed) reject(new CompilerError(`the compiler failed: ${stderr || error.message}`, 'crash'));
      else resolve(stdout);
    });
  });
}

/** The errors that the command line printed. */
function parse(printed, copy, root) {
  const errors = [];
  for (const line of printed.replaceAll(copy, root).split(/\r?\n/)) {
    const match = LINE.exec(line);
    if (match) {
      const [, file = '', row = '1', column = '1', code, message] = match;
      errors.push({ file, line: row - 1, character: column - 1, code, message, detail: '', stage: file ? 'semantic' : 'global' });
    } else if (line.startsWith(' ') && errors.length) {
      const last = errors[errors.length - 1];
      last.detail += last.detail ? `\n${line}` : line;
    } else if (line) throw new CompilerError(`the compiler printed what we do not know: ${line.slice(0, 200)}`);
  }
  return errors;
}

/** Copy what the overlay shows; packages are linked. */
function copyTree(tree, folder) {
  const { overlay, root, copy } = tree;
  fs.mkdirSync(copy + folder, { recursive: true });
  const { files, directories } = overlay.entries(root + folder);
  const overlaid = overlay.overlaid();
  for (const name of files) {
    const path = `${folder}/${name}`;
    if (COPIED.test(name) || overlaid.has(root + path)) fs.writeFileSync(copy + path, overlay.read(root + path));
    else if (!name.endsWith('.tsbuildinfo')) fs.symlinkSync(root + path, copy + path);
  }
  for (const name of directories) {
    if (name === 'node_modules') linkPackages(tree, `${folder}/${name}`);
    else if (name !== '.git') copyTree(tree, `${folder}/${name}`);
  }
}

/** A package that lies in the tree itself is linked to its copy. */
function linkPackages(tree, folder) {
  const { overlay, root, copy } = tree;
  fs.mkdirSync(copy + folder, { recursive: true });
  const { files, directories } = overlay.entries(root + folder);
  for (const name of [...files, ...directories]) {
    const path = `${folder}/${name}`;
    const real = overlay.realpath(root + path);
    const inside = real.startsWith(`${root}/`) && !real.includes('/node_modules/');
    if (name.startsWith('@')) linkPackages(tree, path);
    else fs.symlinkSync(inside ? copy + real.slice(root.length) : real, copy + path);
  }
}

module.exports = { byCommandLine };
