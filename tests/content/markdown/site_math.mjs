// Runs the site's own parser and KaTeX. For each JSON line on stdin, {md} or {tex, display}, it prints one JSON line:
// the regions [kind, text, rejected] of the Markdown, or whether KaTeX rejects the formula.
// Usage: node site_math.mjs FOLDER-WITH-node_modules
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import readline from 'node:readline';

const require = createRequire(path.join(process.argv[2], 'package.json'));
const load = async (name) => (await import(pathToFileURL(require.resolve(name)))).default;
const unified = (await import(pathToFileURL(require.resolve('unified')))).unified;
const parser = unified().use(await load('remark-parse')).use(await load('remark-math')).use(await load('remark-gfm'));
const katex = await load('katex');
console.warn = () => {};

const isRejected = (tex, displayMode) => {
  try {
    katex.renderToString(tex, { displayMode, throwOnError: true });
    return false;
  } catch {
    return true;
  }
};
const KINDS = { math: 'display-math', inlineMath: 'inline-math', code: 'code', inlineCode: 'inline-code', html: 'html' };

for await (const line of readline.createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (asked.tex !== undefined) {
    process.stdout.write(JSON.stringify(isRejected(asked.tex, asked.display)) + '\n');
    continue;
  }
  const found = [];
  (function walk(node) {
    const kind = KINDS[node.type];
    if (kind) found.push([kind, node.value, kind.endsWith('math') && isRejected(node.value, kind === 'display-math')]);
    for (const child of node.children || []) walk(child);
  })(parser.parse(asked.md));
  process.stdout.write(JSON.stringify(found) + '\n');
}
