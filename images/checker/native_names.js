'use strict';
// Who could notice that a module exports a new name: somebody who says the name, or who takes the module as a whole.

const { isWordOf } = require('./native_cut.js');

const UNSAID = /^(?:__|jsx|JSX$|Fragment$|createElement$|h$|default$)/; // the compiler says these by itself

/**
 * @param {string[]} names  new exports of `file`
 * @param {string} file
 * @param {{graph: import('./native_graph.js').Graph, text: (file: string) => string, files: string[], edited: string[],
 *   isFaulty: (file: string) => boolean, hasDefault: (file: string) => boolean}} program
 * @returns {string[] | null} files to look at, because their own errors may differ; null if somebody may notice
 */
function whoNotices(names, file, { graph, text, files, edited, isFaulty, hasDefault }) {
  if (names.some((name) => UNSAID.test(name))) return null;
  const others = files.filter((other) => !edited.includes(other));
  const look = new Set();
  const exporting = new Set([file]);
  for (const module of exporting) {
    for (const importer of graph.importers([module])) {
      const content = text(importer);
      const says = !edited.includes(importer) && names.some((name) => isWordOf(content, name));
      const how = graph.howImports(importer, module);
      if (says || how.has('whole') || (how.has('default') && !hasDefault(module))) return null;
      if (how.has('star')) exporting.add(importer);
      // A name that two `export *` bring is an error there.
      if (how.has('star') || isFaulty(importer)) look.add(importer);
    }
  }
  return others.some((other) => names.some((name) => isWordOf(text(other), name))) ? null : [...look];
}

module.exports = { whoNotices };
