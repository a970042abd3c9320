import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { vsixEntries } from '../../scripts/vsixEntries';
import { inExtensionHost } from './harness/bridge';
import { editorText, openFile, select } from './harness/editor';
import { runCommand } from './harness/palette';
import * as unmask from './unmask';
import { files } from './workspace';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packagingLimitMs = 240_000;

let folder = '';
let vsix = '';
let paths: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'unmask-package-'));
  vsix = path.join(folder, 'unmask.vsix');
  const tsx = path.join(root, 'node_modules/tsx/dist/cli.mjs');
  await promisify(execFile)(process.execPath, [tsx, 'scripts/package.ts', '--out', vsix], {
    cwd: root,
  });
  paths = (await vsixEntries(vsix)).map((entry) => entry.path);
}, packagingLimitMs);
afterAll(() => rm(folder, { recursive: true }));

describe('the package', () => {
  test('carries what runs', async () => {
    const manifest = await readFile(path.join(root, 'models/unmask-135m/model.json'), 'utf8');
    const modelFiles = [...manifest.matchAll(/"file": *"([^"]+)"/g)].map(([, file]) => file);
    expect(modelFiles.length).toBeGreaterThan(3);
    expect(paths).toEqual(
      expect.arrayContaining([
        'package.json',
        'readme.md',
        'LICENSE.txt',
        'dist/extension.js',
        'dist/engine.js',
        'dist/cli.js',
        'dist/webview/panel.js',
        'dist/webview/panel.css',
        'dist/NOTICES.txt',
        'dist/benchmark.txt',
        'media/editor-dark.png',
        'media/icon.png',
        'media/panel-light.png',
        'models/unmask-135m/model.json',
        'node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter.js',
        'node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter.wasm',
        ...['javascript', 'python', 'tsx', 'typescript'].map(
          (grammar) => `node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-${grammar}.wasm`,
        ),
        'node_modules/onnxruntime-common/dist/cjs/index.js',
        'node_modules/onnxruntime-node/dist/index.js',
        `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`,
        ...modelFiles.map((file) => `models/unmask-135m/${file}`),
      ]),
    );
  });

  test('names the software of others in it, with its licences', async () => {
    const notices = await readFile(path.join(root, 'dist/NOTICES.txt'), 'utf8');
    for (const name of ['onnxruntime-node', 'preact', 'zod', 'commander', 'vscode-jsonrpc']) {
      expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(MIT\\)$`, 'm'));
    }
    expect(notices).toMatch(/^tree-sitter and its grammars .*\(MIT\)$/m);
    expect(notices).toContain('Permission is hereby granted, free of charge');
  });

  test('carries nothing else', () => {
    const allowed = [
      /^(package\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
      /^dist\/((extension|engine|cli)\.js|(NOTICES|benchmark)\.txt)$/,
      /^dist\/webview\/[\w.-]+\.(js|css|ttf)$/,
      /^media\/[\w.-]+\.(svg|png)$/,
      /^models\/unmask-135m\/[\w.-]+\.(json|onnx|bin|md|txt)$/,
      /^node_modules\/@vscode\/tree-sitter-wasm\/(package\.json|wasm\/tree-sitter\.js)$/,
      /^node_modules\/@vscode\/tree-sitter-wasm\/wasm\/tree-sitter(-(javascript|python|tsx|typescript))?\.wasm$/,
      /^node_modules\/onnxruntime-common\/(package\.json|dist\/cjs\/[\w.-]+\.js(on)?)$/,
      /^node_modules\/onnxruntime-node\/(package\.json|dist\/[\w.-]+\.js)$/,
      new RegExp(
        `^node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/[^/]+$`,
      ),
    ];
    expect(paths.filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([]);
  });
});

describe('the package, installed', () => {
  const workbench = unmask.useUnmask(() => ({ kind: 'packaged', vsix }));

  test('has a page of its own, all of whose links lead somewhere', async () => {
    const page = await inExtensionHost(workbench, async (vscode) => {
      const { extensionUri } = vscode.extensions.getExtension('unmask.unmask')!;
      const file = vscode.Uri.joinPath(extensionUri, 'readme.md');
      return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    });
    expect(page).toContain('# Unmask');
    expect(page).toContain('## In the editor');
    // What links into the repository is left out, and must leave something under every heading.
    expect(page).not.toMatch(/^## .*\n+(## |$(?![\s\S]))/m);
    const withoutPages = page.replace(/\]\(https:[^)]+\)/g, ']');
    expect(withoutPages).not.toMatch(/\]\(|<img|<source|\b(docs|models|test)\/|npm run/);
  });

  test('infills on the model it carries', async () => {
    await unmask.configure(workbench, { preset: 'LLaDA', steps: 4, slots: 8, seed: 1 });
    await openFile(workbench, 'stack.ts');
    await select(workbench, { line: 9, column: 18 }, { line: 9, column: 34 });
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.phaseBecomes(workbench, 'finished');

    const installed = await inExtensionHost(
      workbench,
      (vscode) => vscode.extensions.getExtension('unmask.unmask')?.extensionPath,
    );
    expect(installed).toContain(workbench.folders.extensions);
    const model = (await unmask.state(workbench))?.model;
    expect(model).toMatchObject({
      name: 'unmask-135m',
      folder: path.join(installed ?? '', 'models/unmask-135m'),
    });

    const [fill = ''] = await unmask.candidate(workbench);
    await runCommand(workbench.page, 'Unmask: Accept');
    await unmask.phaseBecomes(workbench, 'accepted');
    expect(await editorText(workbench)).toBe(files['stack.ts'].replace('this.items.pop()', fill));
  });
});
