// Runs a project's own ESLint and Prettier, with the project's configs, over texts. It writes nothing but its answer.
//
//   node format_files.mjs ROOT JOB ANSWER
//
// JOB is a JSON file: {"tools": ["eslint", "prettier"], "files": [{"path", "text"}]}, paths relative to ROOT. ANSWER gets
// {"tools": {"eslint": version|null, ...}, "files": [{"path", "eslint": text, "prettier": text, "problems": [...]}]};
// a tool's text is what it makes of the text before it, and is left out where the tool has nothing to say of the file.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [root, jobFile, answerFile] = process.argv.slice(2);
const job = JSON.parse(readFileSync(jobFile, 'utf8'));
const fromProject = createRequire(join(root, 'package.json'));
const said = (error) => String(error?.message ?? error).split('\n')[0];

/** The project's package, or null where it has none; a package that is there and does not load is an error. */
async function load(name) {
  let entry;
  try {
    entry = fromProject.resolve(name);
  } catch {
    return null;
  }
  const module = await import(pathToFileURL(entry).href);
  return typeof module.default === 'object' && module.default ? module.default : module;
}

async function lint(eslint, file, answer) {
  const path = join(root, file.path);
  if (await eslint.isPathIgnored(path)) return file.text;
  const [result] = await eslint.lintText(file.text, { filePath: path });
  for (const message of result?.messages ?? []) {
    if (message.fatal) throw new Error(message.message);
    answer.problems.push({
      line: message.line ?? 1, rule: message.ruleId ?? null, message: message.message, severity: message.severity,
    });
  }
  answer.eslint = result?.output ?? file.text;
  return answer.eslint;
}

async function format(prettier, file, text, answer) {
  const path = join(root, file.path);
  const ignorePath = ['.prettierignore', '.gitignore'].map((name) => join(root, name));
  const info = await prettier.getFileInfo(path, { ignorePath });
  if (info.ignored || !info.inferredParser) return;
  const config = await prettier.resolveConfig(path, { editorconfig: true });
  if (config === null) return;
  const endOfLine = config.endOfLine ?? 'auto';
  answer.prettier = await prettier.format(text, { ...config, endOfLine, filepath: path });
}

const wanted = new Set(job.tools);
const answer = { tools: {}, errors: [], files: [] };
let eslint = null;
let prettier = null;
try {
  const module = wanted.has('eslint') ? await load('eslint') : null;
  if (module) {
    eslint = new module.ESLint({ cwd: root, fix: true, cache: false });
    answer.tools.eslint = module.ESLint.version;
  }
} catch (error) {
  answer.errors.push(`eslint does not load: ${said(error)}`);
}
try {
  prettier = wanted.has('prettier') ? await load('prettier') : null;
  if (prettier) answer.tools.prettier = prettier.version;
} catch (error) {
  answer.errors.push(`prettier does not load: ${said(error)}`);
}
for (const file of job.files) {
  const result = { path: file.path, problems: [], errors: [] };
  let text = file.text;
  try {
    if (eslint) text = await lint(eslint, file, result);
  } catch (error) {
    result.errors.push(`eslint: ${said(error)}`);
  }
  try {
    if (prettier) await format(prettier, file, text, result);
  } catch (error) {
    result.errors.push(`prettier: ${said(error)}`);
  }
  answer.files.push(result);
}
writeFileSync(answerFile, JSON.stringify(answer));
