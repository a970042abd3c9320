import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Carried as they are, outside the bundles. */
const carriedWhole = [
  'node_modules/onnxruntime-node',
  'node_modules/onnxruntime-common',
  'node_modules/@vscode/tree-sitter-wasm',
];

/** What packages hold, or were compiled from, without naming it beside their own licences. */
const heldWithin = [
  `tree-sitter and its grammars for JavaScript, Python and TypeScript (MIT)
https://github.com/tree-sitter

Copyright (c) Max Brunsfeld and the contributors of tree-sitter

They are compiled into @vscode/tree-sitter-wasm and have the same licence, whose text stands there.`,
  `What ONNX Runtime's libraries are compiled from
https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt

Their notices stand there.`,
  `The packages for Windows also hold libraries of Microsoft's, as onnxruntime-node does, on terms of their own.

DirectML.dll: LICENSE.txt of
https://www.nuget.org/packages/Microsoft.AI.DirectML

dxcompiler.dll and dxil.dll, the DirectX Shader Compiler: LICENSE-LLVM.txt and LICENSE-MS.txt of
https://github.com/microsoft/DirectXShaderCompiler/releases`,
];

/** Whose those packages are that are under the MIT licence and come without its text. */
const holders: Readonly<Record<string, string>> = {
  '@microsoft/fast-element': 'Microsoft Corporation',
  '@microsoft/fast-foundation': 'Microsoft Corporation',
  '@microsoft/fast-web-utilities': 'Microsoft Corporation',
  'onnxruntime-common': 'Microsoft Corporation',
  'onnxruntime-node': 'Microsoft Corporation',
};

const mitLicence = (holder: string) => `Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/**
 * The names and licences of everything in the package that others wrote, as their licences ask.
 *
 * @param bundled paths of bundled files, relative to `root`, as esbuild's metafile has them
 * @throws if a package's licence has no text
 */
export function noticesFor(root: string, bundled: Iterable<string>): string {
  const folders = new Set(carriedWhole);
  for (const file of bundled) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
    if (folder) folders.add(folder);
  }
  const notices = [...folders].sort().map((folder) => noticeOf(path.join(root, folder)));
  const models = modelNotices(path.join(root, 'models'));
  return [
    'Unmask contains the following software and models.',
    ...notices,
    ...heldWithin,
    ...models,
  ].join(`\n\n${'-'.repeat(80)}\n\n`);
}

/**
 * Of every model folder in `models` that builds on others' work: whose, and on what terms.
 *
 * @throws if one has a NOTICE.txt but not the LICENSE.txt that it refers to
 */
export function modelNotices(models: string): string[] {
  return readdirSync(models)
    .sort()
    .map((name) => path.join(models, name))
    .filter((folder) => existsSync(path.join(folder, 'NOTICE.txt')))
    .map((folder) =>
      ['NOTICE.txt', 'LICENSE.txt']
        .map((file) => readFileSync(path.join(folder, file), 'utf8').trimEnd())
        .join('\n\n'),
    );
}

function noticeOf(folder: string): string {
  const { name, version, license, homepage, repository } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  );
  const source = homepage ?? repository?.url ?? repository ?? '';
  const texts = licenceFiles(folder).map((file) =>
    readFileSync(path.join(folder, file), 'utf8').trim(),
  );
  if (texts.length === 0) texts.push(textFor(name, license));
  return [`${name} ${version} (${license})\n${source}`.trim(), ...texts].join('\n\n');
}

function textFor(name: string, license: string): string {
  const holder = holders[name];
  if (holder !== undefined && license === 'MIT') return mitLicence(holder);
  throw new Error(`${name} (${license}) has no text of its licence: find out whose it is.`);
}

function licenceFiles(folder: string): string[] {
  return readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
}
