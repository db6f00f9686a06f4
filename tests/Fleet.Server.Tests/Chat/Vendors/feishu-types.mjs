// Holds cards against the types that Feishu publishes: a line each, {"kind": a type, "json": …}.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

const types = ['InteractiveCard', 'InteractiveCardElement'];
const source = readFileSync(0, 'utf8').trim().split('\n').map((line, i) => {
  const { kind, json } = JSON.parse(line);
  return `const x${i}: ${kind} = ${JSON.stringify(json)};`;
});
const folder = mkdtempSync(new URL('./checked-', import.meta.url).pathname);
try {
  const file = `${folder}/checked.ts`;
  writeFileSync(file, `import type { ${types.join(', ')} } from '@larksuiteoapi/node-sdk';\n${source.join('\n')}\n`);
  const program = ts.createProgram([file], { strict: true, noEmit: true, skipLibCheck: true, types: [], module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022 });
  for (const wrong of ts.getPreEmitDiagnostics(program)) console.log(ts.flattenDiagnosticMessageText(wrong.messageText, '\n'));
  console.log(`checked: ${source.length}`);
} finally {
  rmSync(folder, { recursive: true });
}
