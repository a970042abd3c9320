import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replay } from '../../src/diffusion/trace/replay';
import type { Trace } from '../../src/diffusion/trace/trace';
import type { EngineClient } from '../../src/engine/client';
import type { FillFrame, FillRequest } from '../../src/engine/protocol/messages';
import { fillRequest, fillWithFrames, loadTiny, startClient, traceOf } from './engineUnderTest';

let client: EngineClient;
beforeAll(async () => {
  client = await startClient();
  await client.load(loadTiny());
});
afterAll(() => client.dispose());

/** The text of each span by the trace alone. */
function textsOf(trace: Trace, spans: number): string[] {
  const slots = replay(trace).filter((slot) => slot.token !== trace.header.padToken);
  return Array.from({ length: spans }, (_, span) =>
    slots
      .filter((slot) => slot.span === span)
      .map((slot) => trace.tokenTexts[slot.token])
      .join(''),
  );
}

const textOf = async (request: FillRequest) => {
  const { outcome } = await client.fill(request);
  return outcome.kind === 'finished' ? outcome.texts : outcome.kind;
};

describe('a fill', () => {
  test('ends with a text per span, and timings', async () => {
    const result = await client.fill(fillRequest());
    expect(result.outcome).toMatchObject({ kind: 'finished', texts: [expect.any(String)] });
    expect(result.outcome.kind === 'finished' && result.outcome.meanLogProb).toBeLessThan(0);
    expect(result.timings.totalMs).toBeGreaterThanOrEqual(
      result.timings.encodeMs + result.timings.stepsMs - 1,
    );
  });

  test('is the same for the same seed and another for another', async () => {
    const texts = [];
    for (const seed of [1, 1, 2, 3, 4]) {
      texts.push(JSON.stringify(await textOf(fillRequest({ seed }))));
    }
    expect(texts[1]).toBe(texts[0]);
    expect(new Set(texts).size).toBeGreaterThan(1);
  });

  test('tells how far its context is encoded, before its first step and where it has to be', async () => {
    const request = fillRequest({ context: ['const a = 1;\n', '// never encoded before\n'] });
    const { frames } = await fillWithFrames(client, request);
    expect(frames.map(({ kind }) => kind).slice(0, 4)).toEqual([
      'started',
      'encoded',
      'encoded',
      'steps',
    ]);
    const { header } = frames[0] as Extract<FillFrame, { kind: 'started' }>;
    const of = header.contextTokens;
    expect(frames.slice(1, 3)).toMatchObject([
      { done: 0, of },
      { done: of, of },
    ]);
    const again = await fillWithFrames(client, { ...request, run: `${request.run}, again` });
    expect(again.frames.map(({ kind }) => kind)).not.toContain('encoded');
  });

  test('sends frames from which its result can be replayed', async () => {
    const request = fillRequest({ spans: [{ text: '', slots: 12 }], seed: 11 });
    const { result, frames } = await fillWithFrames(client, request);
    expect(frames[0]).toMatchObject({ kind: 'started', run: request.run });
    const trace = traceOf(frames);
    expect(trace.steps.map((step) => step.index)).toEqual(trace.steps.map((_, i) => i));
    expect(trace.steps.at(-1)?.masked).toBe(0);
    expect(result.outcome).toMatchObject({ texts: textsOf(trace, 1) });
  });

  test('has a header that tells what ran', async () => {
    const { frames } = await fillWithFrames(client, fillRequest());
    const { header } = frames[0] as Extract<FillFrame, { kind: 'started' }>;
    expect(header).toMatchObject({
      version: 1,
      model: { name: 'unmask-tiny' },
      executionProvider: 'cpu',
      language: 'typescript',
      seed: 7,
      mode: { kind: 'infill' },
      excerpt: { before: fillRequest().context[0], between: [], after: ';\n}\n' },
    });
    expect(header.slots).toHaveLength(8);
    expect(header.contextTokens).toBeGreaterThan(20);
  });

  test('denoises several spans jointly', async () => {
    const request = fillRequest({
      context: ['const a = [', ', ', '];\nconst b = {', '};\n'],
      spans: [
        { text: '', slots: 3 },
        { text: '', slots: 5 },
        { text: '', slots: 2 },
      ],
      sampler: { ...fillRequest().sampler, steps: 4 },
    });
    const { result, frames } = await fillWithFrames(client, request);
    const trace = traceOf(frames);
    // Beside these there may be one that cuts fills back.
    expect(trace.steps.filter(({ canvases }) => canvases !== 0)).toHaveLength(4);
    expect(trace.header.slots.map((slot) => slot.span).join('')).toBe('0001111122');
    expect(trace.header.excerpt.between).toEqual([', ', '];\nconst b = {']);
    expect(result.outcome).toMatchObject({ texts: textsOf(trace, 3) });
  });

  test('reads CRLF text as it reads LF text', async () => {
    const request = fillRequest();
    const context = request.context.map((text) => text.replaceAll('\n', '\r\n'));
    expect(await textOf({ ...request, run: 'crlf', context })).toEqual(await textOf(request));
  });

  test('needs no text around it', async () => {
    const request = fillRequest({
      language: null,
      context: ['', ''],
      startsDocument: false,
      endsDocument: false,
    });
    expect(await textOf(request)).toHaveLength(1);
  });

  test('reads a document longer than the context', async () => {
    const line = 'total += values[index];\n';
    const { frames, result } = await fillWithFrames(
      client,
      fillRequest({ context: [line.repeat(300), line.repeat(300)] }),
    );
    expect(frames[0]).toMatchObject({ header: { contextTokens: 512 } });
    expect(result.outcome.kind).toBe('finished');
  });
});

test('spans far apart are filled together, each with what is next to it in view', async () => {
  const far = (near: string) => ['let a = ', `;\n${'x = 1;\n'.repeat(400)}${near}`, ';\n'];
  const spans = [
    { text: '', slots: 4 },
    { text: '', slots: 4 },
  ];
  const first = await fillWithFrames(client, fillRequest({ context: far('let b = '), spans }));
  expect(first.result.outcome).toMatchObject({
    kind: 'finished',
    texts: [{}, {}].map(() => expect.any(String)),
  });
  const { header, steps } = traceOf(first.frames);
  expect(header.contextTokens).toBeGreaterThan(100);
  const other = await fillWithFrames(client, fillRequest({ context: far('def f('), spans }));
  expect(traceOf(other.frames).steps[0]!.entropy).not.toEqual(steps[0]!.entropy);
});

describe('an automatic length', () => {
  test('grows until the fill ends with a pad, or has 32 slots', async () => {
    const request = fillRequest({ spans: [{ text: 'x', slots: 'auto' }], seed: 3 });
    const { result, frames } = await fillWithFrames(client, request);
    expect(frames.filter(({ kind }) => kind === 'started')).toHaveLength(1);
    const trace = traceOf(frames);
    expect(trace.steps.map(({ index }) => index)).toEqual([...trace.steps.keys()]);
    const growths = trace.steps.filter(({ grows }) => grows);
    expect(growths.length).toBeGreaterThan(0);
    const sizes = [trace.header, ...growths].map((at) =>
      'slots' in at ? at.slots.length : replay(trace, at.index + 1).length,
    );
    for (let i = 1; i < sizes.length; i++) expect(sizes[i]).toBe(Math.min(32, 2 * sizes[i - 1]!));
    for (const { index, masked } of growths) {
      const [before, after] = [replay(trace, index), replay(trace, index + 1)];
      expect(after.slice(0, before.length)).toEqual(before);
      expect(masked).toBe(after.length - before.length);
    }
    const last = replay(trace).at(-1)!;
    expect(last.token === trace.header.padToken || sizes.at(-1) === 32).toBe(true);
    expect(result.outcome).toMatchObject({ texts: textsOf(trace, 1) });
    for (const slot of replay(trace)) expect(trace.tokenTexts[slot.token]).toBeTypeOf('string');
  });
});

describe('a rewrite', () => {
  const rewrite = (strength: number) =>
    fillRequest({
      spans: [{ text: 'a + b + c', slots: 'auto' }],
      mode: { kind: 'rewrite', strength },
    });

  test('starts from the present text, noised by the strength', async () => {
    const { frames } = await fillWithFrames(client, rewrite(0.5));
    const { slots } = traceOf(frames).header;
    const masked = slots.filter((slot) => slot.state === 'masked').length;
    expect(masked).toBeGreaterThan(0);
    expect(masked).toBeLessThan(slots.length);
  });

  test('at a strength of almost nothing returns the present text', async () => {
    expect(await textOf(rewrite(1e-9))).toEqual(['a + b + c']);
  });

  test('at full strength masks everything', async () => {
    const { frames } = await fillWithFrames(client, rewrite(1));
    expect(traceOf(frames).header.slots.every((slot) => slot.state === 'masked')).toBe(true);
  });
});

describe('the context cache', () => {
  test('makes a run on the same context exactly the same, for no encoding', async () => {
    const request = fillRequest({ context: ['let fresh = ', ';\n'], seed: 5 });
    const first = await fillWithFrames(client, request);
    const again = await fillWithFrames(client, { ...request, run: 'again' });
    expect(first.result.timings).toMatchObject({ contextCached: false });
    expect(first.result.timings.encodeMs).toBeGreaterThan(0);
    expect(again.result.timings).toMatchObject({ contextCached: true, encodeMs: 0 });
    expect(again.result.outcome).toEqual(first.result.outcome);
    const numbers = (frames: readonly FillFrame[]) =>
      traceOf(frames).steps.map(({ ms: _, ...step }) => step);
    expect(numbers(again.frames)).toEqual(numbers(first.frames));
  });

  test('serves another length of the same span', async () => {
    const request = fillRequest({ context: ['let other = ', ';\n'] });
    await client.fill(request);
    const longer = { ...request, run: 'longer', spans: [{ text: '', slots: 20 as const }] };
    expect((await client.fill(longer)).timings.contextCached).toBe(true);
  });
});
