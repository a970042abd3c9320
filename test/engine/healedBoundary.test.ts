import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay } from '../../src/diffusion/trace/replay';
import type { Trace } from '../../src/diffusion/trace/trace';
import { liveFills } from '../../src/editor/run/liveFill';
import type { EngineClient } from '../../src/engine/client';
import type { FillRequest } from '../../src/engine/protocol/messages';
import { tinyAdaptedModel } from '../tinyModels';
import { fillRequest, fillWithFrames, loadTiny, startClient, traceOf } from './engineUnderTest';

let client: EngineClient;
beforeAll(async () => {
  client = await startClient();
  await client.load(loadTiny({ folder: tinyAdaptedModel }));
});
afterAll(() => client.dispose());

async function filled(change: Partial<FillRequest>) {
  const { frames, result } = await fillWithFrames(client, fillRequest(change));
  const trace = traceOf(frames);
  if (result.outcome.kind !== 'finished') throw new Error(result.outcome.kind);
  return { trace, texts: result.outcome.texts };
}

const slotsText = (trace: Trace, span: number) =>
  replay(trace)
    .filter((slot) => slot.span === span && slot.token !== trace.header.padToken)
    .map(({ token }) => trace.tokenTexts[token])
    .join('');

test('the space before a span is in its first token, and in no text', async () => {
  const { trace, texts } = await filled({
    language: 'python',
    context: ['def add(a, b):\n    ', '\n    total = ', '\n'],
    spans: [
      { text: '', slots: 5 },
      { text: '', slots: 4 },
    ],
  });
  expect(trace.header.borrowed).toEqual([' ', ' ']);
  expect(trace.header.excerpt.before).toBe('def add(a, b):\n   ');
  for (const span of [0, 1]) expect(slotsText(trace, span)).toMatch(/^ /);
  // The tokens of this model are mostly bytes, which the fills as text cannot always be compared with.
  expect(liveFills(trace)).toEqual([0, 1].map((span) => slotsText(trace, span).slice(1)));
  expect(texts).toHaveLength(2);
});

test('a rewrite of almost nothing returns the present text, not the space before it', async () => {
  const { trace, texts } = await filled({
    language: 'python',
    context: ['total = ', '\n'],
    spans: [{ text: 'a + b', slots: 12 }],
    mode: { kind: 'rewrite', strength: 1e-9 },
  });
  expect(slotsText(trace, 0)).toBe(' a + b');
  expect(texts).toEqual(['a + b']);
});

test('where no space stands before a span, nothing is taken along', async () => {
  const { trace } = await filled({ context: ['f(', ')\n'] });
  expect(trace.header).not.toHaveProperty('borrowed');
});

test('a model whose spans are cut at any character takes nothing along', async () => {
  await client.load(loadTiny());
  const { trace } = await filled({ context: ['const sum = ', ';\n'] });
  expect(trace.header).not.toHaveProperty('borrowed');
  expect(trace.header.excerpt.before).toBe('const sum = ');
});
