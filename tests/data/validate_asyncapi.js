// node validate_asyncapi.js PARSER DOCUMENT…: prints AsyncAPI's own diagnostics of each, a line of JSON each.
// The parser is made for browsers: one file, with all that it needs.
const fs = require("fs");
globalThis.self = globalThis.window = globalThis;
(0, eval)(fs.readFileSync(process.argv[2], "utf8"));

async function judge(files) {
  for (const file of files) {
    const parser = new globalThis.AsyncAPIParser();
    const { document, diagnostics } = await parser.parse(fs.readFileSync(file, "utf8"));
    console.log(JSON.stringify({ valid: document !== undefined, diagnostics }));
  }
}

judge(process.argv.slice(3)).catch((error) => {
  console.error(error);
  process.exit(2);
});
