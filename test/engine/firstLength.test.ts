import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineClient } from '../../src/engine/client';
import type { FillFrame, FillRequest } from '../../src/engine/protocol/messages';
import { copyOfModel, fillRequest, fillWithFrames, loadTiny, startClient } from './engineUnderTest';
import { textsOf } from './searching';

let client: EngineClient & { lines: string[] };
beforeAll(async () => {
  client = await startClient();
  await client.load(loadTiny());
});
afterAll(() => client.dispose());

describe('a length decided at first', () => {
  const auto = (change: Partial<FillRequest>) =>
    fillRequest({ spans: [{ text: '', slots: 'auto' }], ...change });
  const slotsIn = (frames: readonly FillFrame[]) =>
    frames.flatMap((f) => (f.kind === 'started' ? [f.header.slots.length] : []));

  test('has no pads in it, and a higher quantile makes it longer', async () => {
    const lengths: number[] = [];
    for (const quantile of [0.05, 0.5, 0.95]) {
      const request = auto({ length: { rule: 'quantile', quantile } });
      const { frames } = await fillWithFrames(client, request);
      const used = frames.flatMap((f) => (f.kind === 'steps' ? f.steps : []));
      const header = frames.findLast((f) => f.kind === 'started')!.header;
      for (const { transitions } of used)
        for (const each of transitions)
          if ('token' in each) expect(each.token).not.toBe(header.padToken);
      lengths.push(slotsIn(frames).at(-1)!);
    }
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    expect(lengths[2]).toBeGreaterThan(lengths[0]!);
  });

  test('leaves lengths alone that were asked for, and rewrites', async () => {
    const rule = { length: { rule: 'quantile', quantile: 0.05 } } as const;
    const asked = await fillWithFrames(client, fillRequest(rule));
    expect(slotsIn(asked.frames)).toEqual([8]);
    const mode = { kind: 'rewrite', strength: 1e-9 } as const;
    const spans = [{ text: 'a + b', slots: 'auto' as const }];
    expect(textsOf(await client.fill(fillRequest({ ...rule, mode, spans })))).toEqual(['a + b']);
  });

  test('by calibration needs a calibrated model, and then finds one', async () => {
    const request = auto({ length: { rule: 'calibrated' } });
    await expect(client.fill(request)).rejects.toThrow(
      /calibrated does not work with .*: it was not calibrated\. Run/,
    );
    const copy = await copyOfModel();
    const other = await startClient();
    try {
      const file = path.join(copy.folder, 'model.json');
      const manifest = JSON.parse(await readFile(file, 'utf8'));
      const lengthBias = { slots: [1, 64], confidence: [0.9, 0.1] };
      await writeFile(file, JSON.stringify({ ...manifest, lengthBias }));
      await other.load(loadTiny({ folder: copy.folder }));
      const { result, frames } = await fillWithFrames(other, request);
      expect(result.outcome.kind).toBe('finished');
      // The bias says that long fills are surer than usual.
      expect(slotsIn(frames).at(-1)).toBeGreaterThan(32);
    } finally {
      await other.dispose();
      await copy.remove();
    }
  });
});
