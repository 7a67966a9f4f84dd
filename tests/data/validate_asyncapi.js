// node validate_asyncapi.js PARSER DOCUMENT: prints AsyncAPI's own diagnostics as JSON.
// The parser is made for browsers: one file, with all that it needs.
const fs = require("fs");
globalThis.self = globalThis.window = globalThis;
(0, eval)(fs.readFileSync(process.argv[2], "utf8"));
const parser = new globalThis.AsyncAPIParser();
parser.parse(fs.readFileSync(process.argv[3], "utf8")).then(
  ({ document, diagnostics }) =>
    console.log(JSON.stringify({ valid: document !== undefined, diagnostics })),
  (error) => {
    console.error(error);
    process.exit(2);
  },
);
