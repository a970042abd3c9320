import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineClient } from '../../src/engine/client';
import type { FillRequest } from '../../src/engine/protocol/messages';
import { FillSyntax } from '../../src/syntax';
import { fillRequest, fillWithFrames, loadTiny, startClient } from './engineUnderTest';
import { searching, textsOf } from './searching';

let client: EngineClient & { lines: string[] };
beforeAll(async () => {
  client = await startClient();
  await client.load(loadTiny());
});
afterAll(() => client.dispose());

describe('guided by syntax', () => {
  // Left to right, so that everything before a slot is always known and the veto always certain.
  const sampler = { ...fillRequest().sampler, order: 'left-to-right', temperature: 1.6 } as const;
  const change = (seed: number): Partial<FillRequest> => ({
    sampler: { ...sampler, steps: 24 },
    seed,
    context: ['const list = [first, ', '];\n'],
    spans: [{ text: '', slots: 24 }],
  });

  // Generous, for machines that do other things at the same time.
  test('no bracket closes another than the one that is open', { timeout: 60_000 }, async () => {
    let unguided = 0;
    for (let seed = 0; seed < 12; seed++) {
      const [off] = textsOf(await client.fill(searching({ syntax: 'off' }, change(seed))));
      if (closesWrongly(off!)) unguided++;
      const [guided] = textsOf(await client.fill(searching({ syntax: 'guide' }, change(seed))));
      expect(closesWrongly(guided!), guided).toBe(false);
    }
    // The test would say nothing if the model never did it.
    expect(unguided).toBeGreaterThan(0);
  });

  /** Up to where a string, a comment or the like may begin: is a bracket closed that is not open? */
  function closesWrongly(fill: string): boolean {
    const open = ['['];
    for (const character of fill.split(/["'`/]/)[0]!) {
      if ('([{'.includes(character)) open.push(character);
      else if (')]}'.includes(character) && open.pop() !== '([{'[')]}'.indexOf(character)])
        return true;
    }
    return false;
  }
});

describe('where syntax is preferred', () => {
  const change = (seed: number): Partial<FillRequest> => ({
    sampler: { ...fillRequest().sampler, order: 'left-to-right', steps: 128 },
    seed,
    context: ['const list = [first, ', '];\n'],
    spans: [{ text: '', slots: 'auto' }],
  });

  test('more fills parse, for a reason that the trace gives', { timeout: 60_000 }, async () => {
    const counted = { off: 0, prefer: 0 };
    const reasons: string[] = [];
    for (let seed = 0; seed < 24; seed++)
      for (const syntax of ['off', 'prefer'] as const) {
        const request = searching({ syntax }, change(seed));
        const { result, frames } = await fillWithFrames(client, request);
        const parsed = await FillSyntax.open('typescript', wholeOf(request.context), ['']);
        counted[syntax] += parsed!.newErrors(textsOf(result) as string[]) === 0 ? 1 : 0;
        parsed!.dispose();
        const steps = frames.flatMap((frame) => (frame.kind === 'steps' ? frame.steps : []));
        if (syntax === 'prefer')
          reasons.push(...steps.flatMap(({ transitions }) => transitions.map((t) => t.reason)));
      }
    expect(counted.prefer).toBeGreaterThan(counted.off);
    expect(reasons).toContain('after the most probable end');
  });

  const wholeOf = (texts: readonly string[]) => ({
    texts,
    startsDocument: true,
    endsDocument: true,
  });
});
