// Renders answers with the site's own packages and reports what a reader would see go wrong.
//
//   node render.mjs PACKAGES < answers.jsonl > pages.jsonl
//
// PACKAGES is the folder that holds node_modules. Each line in is { answer, math }: an answer in stored form, and
// whether KaTeX is to set its formulas or they stay TeX. Each line out is { html, formulas, refused, raw }: the page,
// every formula found, the messages of those that KaTeX refuses, and text that shows TeX delimiters the site does not
// know.
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

process.env.NODE_ENV = "production";
const require = createRequire(path.resolve(process.argv[2], "package.json"));
const module = async (name) => (await import(pathToFileURL(require.resolve(name)).href)).default;

const { createElement } = require("react");
const { renderToStaticMarkup } = require("react-dom/server");
const Markdown = await module("react-markdown");
const [math, gfm, katex] = [await module("remark-math"), await module("remark-gfm"), await module("rehype-katex")];
console.warn = () => {}; // KaTeX remarks on characters it has no metrics for

function* nodes(node) {
  yield node;
  for (const child of node.children ?? []) yield* nodes(child);
}

function examine({ answer, math: set }) {
  const markdown = answer.replace(/\\n/g, "\n");
  const found = { formulas: [], refused: [], raw: [] };
  const source = ({ position }) => markdown.slice(position.start.offset, position.end.offset);
  const watchTree = () => (tree) => {
    for (const node of nodes(tree)) {
      if (node.type === "inlineMath") {
        found.formulas.push({ tex: node.value, display: false, closed: true, lost: "" });
      } else if (node.type === "math") {
        const closed = /\n[\s>]*\${2,}\s*$/.test(source(node));
        found.formulas.push({ tex: node.value, display: true, closed, lost: node.meta ?? "" });
      } else if (node.type === "text" && /\\\([^]*?\\\)|\\\[[^]*?\\\]/.test(source(node))) {
        found.raw.push(source(node));
      }
    }
  };
  const watchMessages = () => (tree, file) => {
    for (const message of file.messages) {
      if (message.source === "rehype-katex") found.refused.push(String(message.cause?.message ?? message.reason));
    }
  };
  const html = renderToStaticMarkup(
    createElement(Markdown, {
      children: markdown,
      remarkPlugins: [math, gfm, watchTree],
      rehypePlugins: set ? [katex, watchMessages] : [],
    }),
  );
  return { html, ...found };
}

for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(`${JSON.stringify(examine(JSON.parse(line)))}\n`);
}
