'use strict';
// The reference: the command line of the compiler itself, cold, on files in memory. Nothing of the adapter is used here.

const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

/**
 * @param {object} ts the compiler
 * @param {string} folder where it lies
 * @param {object} fs an Overlay that shows the files
 * @param {string[]} args
 * @returns {string[]} one text an error, as it is printed, in the order of the text
 */
function commandLine(ts, folder, fs, args) {
  const written = new Map();
  let output = '';
  const own = (path) => path.startsWith(`${folder}/lib/`);
  const read = (path) => {
    if (written.has(path)) return written.get(path);
    if (own(path)) return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    const bytes = path.endsWith('.tsbuildinfo') ? null : fs.read(path);
    return bytes === null ? undefined : bytes.toString('utf8').replace(/^\uFEFF/, '');
  };
  const exists = (path) => written.has(path) || (own(path) ? existsSync(path) : fs.exists(path));
  const made = (path) => [...written.keys()].some((name) => name.startsWith(`${path}/`));
  const system = {
    args: [],
    newLine: '\n',
    useCaseSensitiveFileNames: true,
    write: (text) => (output += text),
    readFile: read,
    writeFile: (path, text) => written.set(path, text),
    deleteFile: (path) => written.delete(path),
    fileExists: exists,
    directoryExists: (path) => fs.isDirectory(path) || made(path),
    createDirectory: () => {},
    getDirectories: (path) => fs.entries(path).directories,
    getCurrentDirectory: () => fs.root,
    getExecutingFilePath: () => join(folder, 'lib', 'tsc.js'),
    resolvePath: (path) => path,
    realpath: (path) => (own(path) ? path : fs.realpath(path)),
    getModifiedTime: (path) => (exists(path) ? new Date(written.has(path) ? 2000 : 1000) : undefined),
    setModifiedTime: () => {},
    readDirectory: (path, extensions, exclude, include, depth) =>
      ts.matchFiles(path, extensions, exclude, include, true, fs.root, depth, (at) => fs.entries(at), (at) => at),
    createHash: (text) => text,
    exit: () => {
      throw new Exit();
    },
  };
  try {
    if (ts.executeCommandLine) ts.executeCommandLine(system, () => {}, [...args, '--pretty', 'false']);
    else compile(ts, system, args);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  }
  const errors = [];
  for (const line of output.split('\n')) {
    if (/^(?:\S.*\(\d+,\d+\): )?error TS/.test(line)) errors.push(line);
    else if (/^\s+\S/.test(line) && errors.length) errors[errors.length - 1] += `\n${line}`;
  }
  return [...new Set(errors)].sort();
}

class Exit extends Error {}

/** The heart of the command line, for the versions whose library does not have all of it. */
function compile(ts, system, args) {
  const report = ts.createDiagnosticReporter(system, false);
  if (args[0] === '-b') {
    ts.createSolutionBuilder(ts.createSolutionBuilderHost(system, undefined, report), [args[1]], {}).build();
    return;
  }
  const host = { ...system, getCurrentDirectory: system.getCurrentDirectory, onUnRecoverableConfigFileDiagnostic: report };
  const parsed = ts.getParsedCommandLineOfConfigFile(args[1], { noEmit: args.includes('--noEmit') }, host);
  if (!parsed) return;
  const program = ts.createProgram({
    rootNames: parsed.fileNames,
    options: parsed.options,
    projectReferences: parsed.projectReferences,
    host: ts.createIncrementalCompilerHost(parsed.options, system),
    configFileParsingDiagnostics: ts.getConfigFileParsingDiagnostics(parsed),
  });
  ts.emitFilesAndReportErrors(program, report);
}

/**
 * What the command line would print of complete errors: it stops at the first stage that has some.
 * @param {{errors: object[], stops: string | null}} found
 * @returns {string[]}
 */
function printed({ errors, stops }) {
  const of = (...stages) => errors.filter(({ stage }) => stages.includes(stage));
  const text = ({ file, line, character, code, message, detail }) => {
    const place = file ? `${file}(${line + 1},${character + 1}): ` : '';
    return `${place}error ${code}: ${message}${detail ? `\n${detail}` : ''}`;
  };
  let seen = [];
  if (of('syntax').length) seen = of('config', 'syntax').filter(({ stage }) => stage === 'syntax' || !stops);
  else if (stops) seen = of('config', 'global');
  else seen = [...of('config'), ...(of('semantic').length ? of('semantic') : of('declaration'))];
  return [...new Set(seen.map(text))].sort();
}

module.exports = { commandLine, printed };
