import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { modelNotices, noticesFor } from '../../../scripts/notices';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let models = '';

beforeEach(() => {
  models = mkdtempSync(path.join(tmpdir(), 'unmask-notices-'));
});

afterEach(() => rmSync(models, { recursive: true }));

/** A model folder with such files. */
function folder(name: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(path.join(models, name));
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(path.join(models, name, file), text);
  }
}

describe('notices', () => {
  test('a model made from another is named with its licence, one of our own is not', () => {
    folder('adapted', { 'NOTICE.txt': 'Adapted from X.\n', 'LICENSE.txt': '  The terms.\n' });
    folder('own', { 'model.json': '{}' });
    expect(modelNotices(models)).toEqual(['Adapted from X.\n\n  The terms.']);
  });

  test('a model whose licence text is missing cannot be packaged', () => {
    folder('adapted', { 'NOTICE.txt': 'Adapted from X.' });
    expect(() => modelNotices(models)).toThrow('LICENSE.txt');
  });

  test('what is bundled is named with its version and licence', () => {
    const notices = noticesFor(root, ['node_modules/zod/index.js', 'src/extension.ts']);
    expect(notices).toMatch(/^zod \d+\.\d+\.\d+ \(MIT\)$/m);
    expect(notices).toMatch(/^onnxruntime-node \d+\.\d+\.\d+ \(MIT\)$/m);
  });

  test('what ONNX Runtime’s package holds of others for any platform is named', () => {
    const binaries = path.join(root, 'node_modules/onnxruntime-node/bin');
    const ofOthers = readdirSync(binaries, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.includes('onnxruntime'))
      .map(({ name }) => name);
    expect(ofOthers).toContain('DirectML.dll');
    const notices = noticesFor(root, []);
    expect(ofOthers.filter((name) => !notices.includes(name))).toEqual([]);
  });

  test('each has the text of its licence, also where its package has not', () => {
    const [runtime] = noticesFor(root, [])
      .split(/^-+$/m)
      .filter((each) => each.includes('onnxruntime-node '));
    expect(runtime).toContain(
      'Copyright (c) Microsoft Corporation\n\nPermission is hereby granted',
    );
    // It comes along with what is bundled, and is not.
    const other = 'node_modules/@microsoft/fast-react-wrapper/dist/index.js';
    expect(() => noticesFor(root, [other])).toThrow('fast-react-wrapper (MIT) has no text');
  });
});
