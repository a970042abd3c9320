import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { fillRequest, loadTiny, startClient } from './engineUnderTest';
import { hasChoice, useStorage } from './providerStorage';

vi.setConfig({ testTimeout: 60_000 });

const storage = useStorage();

describe.runIf(hasChoice)('the folder of CUDA’s libraries', () => {
  const load = async (folder: string, executionProvider: 'auto' | 'cuda') => {
    const client = await startClient({ storage: storage(), cudaLibraries: () => folder });
    try {
      const status = await client.load(loadTiny({ executionProvider }));
      expect((await client.fill(fillRequest())).outcome.kind).toBe('finished');
      return { status, log: client.lines.join('\n') };
    } finally {
      await client.dispose();
    }
  };
  const sentenceOn = ({ status }: Awaited<ReturnType<typeof load>>) =>
    status.fallbacks.find(({ executionProvider }) => executionProvider === 'cuda')?.sentence;

  test.each(['auto', 'cuda'] as const)(
    'that lacks them is named when %s is asked for',
    async (asked) => {
      const loaded = await load('/no/such/folder', asked);
      expect(loaded.status.executionProvider).toBe('cpu');
      expect(sentenceOn(loaded)).toBe(
        'cuda was not used: /no/such/folder has no libonnxruntime_providers_cuda.so and no libonnxruntime_providers_shared.so.',
      );
      expect(loaded.status.wantedProvider).toBe(asked);
    },
  );

  test('is where ONNX Runtime takes them from, without a change to its own folder', async () => {
    const libraries = path.join(storage(), 'cuda');
    await mkdir(libraries);
    // What another version made, and nobody has used for years.
    const stale = path.join(storage(), 'onnxruntime-cuda', 'other');
    await mkdir(stale, { recursive: true });
    await utimes(stale, 0, 0);
    for (const name of ['cuda', 'shared']) {
      await writeFile(path.join(libraries, `libonnxruntime_providers_${name}.so`), 'no library');
    }
    const loaded = await load(libraries, 'cuda');
    expect(loaded.status.executionProvider).toBe('cpu');
    expect(sentenceOn(loaded)).toContain('Failed to load shared library');
    // The dynamic linker has opened the file, so this is where it was looked for.
    expect(loaded.log).toMatch(
      /onnxruntime-cuda\/[^ ]*libonnxruntime_providers_shared\.so: file too short/,
    );
    const copies = await readdir(path.dirname(stale));
    expect(copies).toHaveLength(1);
    expect(copies).not.toContain('other');
  });
});
