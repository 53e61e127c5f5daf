// Reads {text, edits, rounds} from the file named by the argument; prints the milliseconds of each round, and a hash of
// the result. The reference implementation is the one that tests/oracle installs.
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { TextDocument } = require(join(__dirname, "..", "oracle", "node_modules", "vscode-languageserver-textdocument"));

const { text, edits, rounds } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const times = [];
let result = "";
for (let round = 0; round < rounds; round++) {
  const start = process.hrtime.bigint();
  result = TextDocument.applyEdits(TextDocument.create("file:///a.ts", "typescript", 1, text), edits);
  times.push(Number(process.hrtime.bigint() - start) / 1e6);
}
process.stdout.write(JSON.stringify({ times, sha256: createHash("sha256").update(result).digest("hex") }));
