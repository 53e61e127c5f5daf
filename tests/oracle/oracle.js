// Answers questions about vscode-languageserver-textdocument: one JSON object a line in, one a line out, in that order.
//   {"text", "edits"}                -> {"text"} or {"error"}: what TextDocument.applyEdits makes of it
//   {"text", "changes", "positions"} -> {"text", "kept", "fresh"}: TextDocument.update with each change in turn; then what
//       that document says of its lines ("kept"), and what a new document of the same text says ("fresh")
"use strict";
const { TextDocument } = require("vscode-languageserver-textdocument");

const open = (text) => TextDocument.create("file:///a.ts", "typescript", 1, text);

function places(document, positions) {
  const length = document.getText().length;
  return {
    lines: document.lineCount,
    offsets: positions.map((position) => document.offsetAt(position)),
    positions: Array.from({ length: length + 3 }, (_, at) => document.positionAt(at - 1)),
  };
}

function answer(question) {
  const document = open(question.text);
  try {
    if (question.edits) return { text: TextDocument.applyEdits(document, question.edits) };
    TextDocument.update(document, question.changes, 2);
    const text = document.getText();
    return { text, kept: places(document, question.positions), fresh: places(open(text), question.positions) };
  } catch (error) {
    return { error: error.message };
  }
}

// Not node:readline, which also ends lines at U+2028.
let rest = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const line of lines) process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + "\n");
});
