import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { branchOf } from '../../src/diffusion/branch';
import { presetNamed } from '../../src/diffusion/settings/presets';
import { replay } from '../../src/diffusion/trace/replay';
import type { EngineClient } from '../../src/engine/client';
import type { FillFrame } from '../../src/engine/protocol/messages';
import {
  fillRequest,
  fillWithFrames,
  loadTiny,
  startClient,
  tokenTextsIn,
  traceOf,
} from './engineUnderTest';
import { resumed, traceOf as runTrace, timeless } from './runTrace';
import { searching, textsOf } from './searching';

let client: EngineClient & { lines: string[] };
beforeAll(async () => {
  client = await startClient();
  await client.load(loadTiny());
});
afterAll(() => client.dispose());

/** The text that the frames since the last start lead to. */
function replayed(frames: readonly FillFrame[]): string {
  const started = frames.findLast((frame) => frame.kind === 'started')!;
  const steps = frames
    .slice(frames.indexOf(started))
    .flatMap((frame) => (frame.kind === 'steps' ? frame.steps : []));
  const texts: Record<number, string> = Object.assign({}, ...frames.map(tokenTextsIn));
  const { header } = started as Extract<FillFrame, { kind: 'started' }>;
  return replay({ header, steps, tokenTexts: texts, outcome: null, timings: null })
    .filter(({ token }) => token !== header.padToken)
    .map(({ token }) => texts[token])
    .join('');
}

/** What the frames tell of another candidate than the best, as if it were a run of its own. */
function framesOf(frames: readonly FillFrame[], index: number): FillFrame[] {
  return frames.flatMap((frame): FillFrame[] => {
    if (frame.kind === 'candidate' && frame.index === index) return [{ ...frame, kind: 'started' }];
    if (frame.kind === 'candidateSteps' && frame.index === index)
      return [{ ...frame, kind: 'steps' }];
    return [];
  });
}

describe('candidates', () => {
  test('are checked for parse errors', async () => {
    const { candidates } = await client.fill(searching({ candidates: 3 }));
    for (const { newErrors } of candidates!) expect(newErrors).toBeTypeOf('number');
    expect(client.lines.join()).not.toContain('not checked');
  });

  test('are distinct, ranked, and begin with the outcome', async () => {
    const result = await client.fill(searching({ candidates: 6 }));
    const fills = result.candidates!;
    expect(fills.length).toBeGreaterThan(1);
    expect(fills[0]!.texts).toEqual(textsOf(result));
    expect(new Set(fills.map(({ texts }) => texts.join())).size).toBe(fills.length);
    const errors = fills.map(({ newErrors }) => newErrors!);
    expect(errors).toEqual(errors.toSorted((a, b) => a - b));
    for (const [i, fill] of fills.entries())
      if (errors[i] === errors[i + 1])
        expect(fill.logProb).toBeGreaterThanOrEqual(fills[i + 1]!.logProb);
  });

  test('are the same for the same seed', async () => {
    const request = searching({ candidates: 4 });
    const first = await client.fill(request);
    expect((await client.fill({ ...request, run: 'again' })).candidates).toEqual(first.candidates);
  });

  test('differ where the sampler is deterministic', async () => {
    const sampler = { ...fillRequest().sampler, temperature: 0 };
    const one = await client.fill(searching({}, { sampler }));
    const many = await client.fill(searching({ candidates: 8, diversity: 1.5 }, { sampler }));
    expect(many.candidates!.length).toBeGreaterThan(1);
    expect(many.candidates!.map(({ texts }) => texts)).toContainEqual(textsOf(one));
  });

  test('a trace of the best one is what the frames end with', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const { result, frames } = await fillWithFrames(
        client,
        searching({ candidates: 6 }, { seed }),
      );
      expect([replayed(frames)]).toEqual(textsOf(result));
    }
  });

  test('have a trace each, which leads to their text', async () => {
    const grown = { language: 'python', spans: [{ text: '', slots: 'auto' as const }] };
    for (const change of [{}, { seed: 3 }, grown]) {
      const { result, frames } = await fillWithFrames(client, searching({ candidates: 6 }, change));
      const others = result.candidates!.slice(1);
      expect(others.length).toBeGreaterThan(1);
      const begun = frames.flatMap((frame) => (frame.kind === 'candidate' ? [frame.index] : []));
      expect(begun).toEqual(others.map((_, i) => i + 1));
      for (const [i, { texts }] of others.entries())
        expect(replayed(framesOf(frames, i + 1))).toEqual(texts.join(''));
    }
  });

  test('can be branched, each from its own trace', async () => {
    const request = searching({ candidates: 4 });
    const { frames } = await fillWithFrames(client, request);
    const second = traceOf(framesOf(frames, 1));
    const { sampler, seed } = second.header;
    const alone = searching({}, { sampler, seed });
    const start = branchOf(second, 2, []);
    const branch = await runTrace(client, resumed(alone, start), start);
    expect(timeless(branch.steps)).toEqual(timeless(second.steps));
  });

  test('of a language without a grammar are ranked without one', async () => {
    const result = await client.fill(searching({ candidates: 4 }, { language: 'cobol' }));
    expect(result.candidates!.map(({ newErrors }) => newErrors)).not.toContain(0);
    const logProbs = result.candidates!.map(({ logProb }) => logProb);
    expect(logProbs).toEqual(logProbs.toSorted((a, b) => b - a));
  });

  test('in a text that takes the parser too long are ranked without it', async () => {
    // A parse takes seconds, and there would be several.
    const text = '👩‍👩‍👧é '.repeat(6000);
    const result = await client.fill(
      searching({ candidates: 4 }, { language: 'python', context: [text, text] }),
    );
    expect(textsOf(result)).toEqual(result.candidates![0]!.texts);
    expect(result.candidates!.map(({ newErrors }) => newErrors)).toContain(null);
    expect(client.lines.join()).toContain('not checked for parse errors: The parser took too long');
    const after = await client.fill(searching({}));
    expect(after.candidates![0]!.newErrors).toBeTypeOf('number');
  });

  test('out of range are refused by name', async () => {
    await expect(client.fill(searching({ candidates: 17 }))).rejects.toThrow(
      /candidates|whole number from 1 to 16/,
    );
  });
});

describe('particle Gibbs', () => {
  const gibbs = { iterations: 3, particles: 4, candidates: 3 };

  test('offers the best fills it came by', async () => {
    const plain = await client.fill(searching({}));
    const { result, frames } = await fillWithFrames(client, searching(gibbs));
    const fills = result.candidates!;
    expect(fills.length).toBeGreaterThan(1);
    expect(fills.length).toBeLessThanOrEqual(3);
    const errors = fills[0]!.newErrors!;
    const [was] = plain.candidates!;
    // It has seen the plain run's fill as well, so it offers nothing worse.
    const counted = (await client.fill(searching({ candidates: 2 }))).candidates!;
    const plainErrors = counted.find(({ texts }) => texts[0] === was!.texts[0])?.newErrors ?? 0;
    expect(errors).toBeLessThanOrEqual(plainErrors);
    expect([replayed(frames)]).toEqual(textsOf(result));
  });

  test('is the same for the same seed', async () => {
    const request = searching(gibbs);
    const first = await client.fill(request);
    expect((await client.fill({ ...request, run: 'again' })).candidates).toEqual(first.candidates);
  });

  test('tells of its sweeps, and stopped after one offers the best that it has found', async () => {
    const controller = new AbortController();
    const sweeps: number[] = [];
    const frames: FillFrame[] = [];
    const result = await client.fill(searching({ ...gibbs, iterations: 32 }), {
      signal: controller.signal,
      onFrame: (frame) => {
        frames.push(frame);
        if (frame.kind !== 'sweep') return;
        expect(frame.of).toBe(32);
        sweeps.push(frame.done);
        if (frame.done === 2) controller.abort();
      },
    });
    expect(sweeps.slice(0, 3)).toEqual([0, 1, 2]);
    expect(sweeps.length).toBeLessThan(10);
    expect(result.outcome.kind).toBe('finished');
    expect([replayed(frames)]).toEqual(textsOf(result));
  });

  test('stops within a step', async () => {
    const controller = new AbortController();
    // Once the run that it begins with is over, there is a fill to offer: that run takes a thousand steps.
    const sampler = { ...presetNamed('ReMDM')!.sampler, steps: 1024 };
    const spans = [{ text: '', slots: 32 }];
    const request = searching({ iterations: 32, particles: 16 }, { sampler, spans });
    const { outcome } = await client.fill(request, {
      signal: controller.signal,
      onFrame: (frame) => frame.kind === 'steps' && controller.abort(),
    });
    expect(outcome).toEqual({ kind: 'stopped' });
  });
});
