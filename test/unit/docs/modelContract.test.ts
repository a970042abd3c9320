import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');

const withoutHashes = (json: string) =>
  JSON.parse(json, (key, value) => (key === 'sha256' ? undefined : value));

test('the manifest in the model contract is that of the bundled model, with a part of its provenance', () => {
  const [, shown] = /```json\n(.*?)```/s.exec(textOf('docs/model-contract.md')) ?? [];
  const { provenance, ...manifest } = withoutHashes(shown!);
  const { provenance: all, ...bundled } = withoutHashes(textOf('models/unmask-135m/model.json'));
  expect(manifest).toEqual(bundled);
  expect(all).toMatchObject(provenance);
});
