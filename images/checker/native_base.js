'use strict';
// What is known of a project at the base state.

class Base {
  /**
   * @param {string[]} names  absolute paths of the program's files
   * @param {string} quick  the errors of its configuration and options, as Project.quick says them
   * @param {{files: string[], errors: object[], stops: string | null}} complete
   */
  constructor(names, quick, complete) {
    this.names = new Set(names);
    this.quick = quick;
    this.stops = complete.stops;
    this.complete = complete; // null once the base has moved on
    this.codes = new Set();
    this.syntax = new Set(); // files with an error of syntax
    this.known = new Set(); // its errors, by file, code and message
    this.faulty = new Set(); // files with an error
    this.texts = new Map(); // of files that were looked at
    this.undeclared = false; // whether a declaration cannot be written
    this.learn(complete.errors);
    this.sure = true; // whether codes and syntax are known
    this.seen = []; // errors of the candidate that is judged
    this.graph = null;
    this.beyond = new Map(); // file -> whether it reaches beyond those who import it
  }

  /** @param {object[]} errors  that the base has too */
  learn(errors) {
    for (const { code, file, message, stage } of errors) {
      this.known.add(`${file}\n${code}\n${message}`);
      this.codes.add(code);
      this.faulty.add(file);
      if (stage === 'declaration') this.undeclared = true;
      if (/^TS1\d{3}$/.test(code)) this.syntax.add(file);
    }
  }

  /** @param {object[]} errors @returns {boolean} whether all of them are old, as far as their text tells */
  knows(errors) {
    return errors.every(({ code, file, message }) => this.known.has(`${file}\n${code}\n${message}`));
  }

  /** The base is another one, and the compiler shows it. @param {import('./native_project.js').Project} project */
  async settle(project, kept) {
    if (kept) this.learn(this.seen);
    else this.sure = false;
    this.seen = [];
    this.names = new Set(await project.sourceFiles());
    const quick = await project.quick();
    if (quick !== this.quick) this.sure = false;
    this.quick = quick;
  }

  /** The base has changed. @param {{changed: string[], created: string[], deleted: string[]}} changes */
  moved({ changed, created, deleted }) {
    this.complete = null;
    for (const file of [...changed, ...created, ...deleted]) {
      this.beyond.delete(file);
      this.texts.delete(file);
    }
    if (this.graph) this.graph.edited(changed);
    if (created.length || deleted.length || changed.some((path) => path.endsWith('.json') || path.includes('/node_modules/'))) {
      this.graph = null;
      this.beyond.clear();
    }
  }
}

module.exports = { Base };
