import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ModelTokenizer } from '../../../src/denoiser/tokenizer';
import { defaultSearch } from '../../../src/diffusion/search/settings';
import { defaultPreset, presetNamed } from '../../../src/diffusion/settings/presets';
import { replay } from '../../../src/diffusion/trace/replay';
import type { SequenceModelOptions } from '../../sequenceModel';
import { tinyModel } from '../../tinyModels';
import { fillRequest, startClient } from '../engineUnderTest';
import { timeless, traceOf } from '../runTrace';
import { all, madeModel } from './madeModel';

const text = ['a = 1\nb = ', '\nprint(', ')\n'] as const;

describe('an engine with a model of whole sequences', () => {
  async function engineWith(options: Partial<SequenceModelOptions> = {}) {
    const { folder, remove } = await madeModel(options);
    const client = await startClient();
    onTestFinished(async () => {
      await client.dispose();
      await remove();
    });
    const status = await client.load({ folder, executionProvider: 'cpu', threads: 1 });
    return { client, status };
  }
  const around: [string, string] = ['a = ', '\n'];

  it('fills spans together, and the same again', async () => {
    const { client, status } = await engineWith();
    expect(status).toMatchObject({ name: 'neighbours', spanGap: 32, maxSlots: 32 });
    const spans = [5, 3].map((slots) => ({ text: '', slots }));
    const request = fillRequest({ context: [...text], spans });
    const trace = await traceOf(client, request);
    expect(trace.outcome?.kind).toBe('finished');
    expect(trace.header.slots).toHaveLength(8);
    expect(replay(trace).every(({ state }) => state === 'revealed')).toBe(true);
    expect(trace.timings).toMatchObject({ contextCached: false });
    const again = await traceOf(client, { ...request, run: 'again' });
    expect(timeless(again.steps)).toEqual(timeless(trace.steps));
  });

  it('takes what the model names for no text, also where its tokenizer does not call it special', async () => {
    const { client } = await engineWith({
      changeTokenizer: ({ added_tokens }) => {
        const named = ['<|mask|>', ...Object.values(all.specialTokens)];
        for (const token of added_tokens) token.special = !named.includes(token.content);
      },
    });
    const trace = await traceOf(client, fillRequest({ context: around }));
    const { outcome, header } = trace;
    expect(replay(trace).some(({ token }) => token === header.padToken)).toBe(true);
    expect(outcome).toMatchObject({ texts: [expect.not.stringContaining('<|')] });
  });

  it('gives a selection as many slots as it has tokens where surplus ones cannot vanish', async () => {
    const { client } = await engineWith({ specialTokens: {} });
    const spans = [{ text: 'x + 1', slots: 'auto' as const }];
    const trace = await traceOf(client, fillRequest({ context: around, spans }));
    const tokenizer = await ModelTokenizer.open(path.join(tinyModel, 'tokenizer.json'));
    const slots = tokenizer.encode('x + 1').length;
    expect(trace.header.padToken).toBeNull();
    expect(trace.header.slots).toHaveLength(slots);
    const kinds = trace.steps.flatMap(({ transitions }) => transitions.map(({ kind }) => kind));
    expect(kinds).toEqual(new Array(slots).fill('reveal'));
  });

  it('tells by which rules it can be asked for lengths, and refuses the others', async () => {
    expect((await engineWith()).status.lengthRules).toEqual(['grow', 'quantile']);
    const { client, status } = await engineWith({ specialTokens: {} });
    expect(status.lengthRules).toEqual(['grow']);
    const spans = [{ text: '', slots: 'auto' as const }];
    const length = { rule: 'quantile', quantile: 0.5 } as const;
    await expect(client.fill(fillRequest({ context: around, spans, length }))).rejects.toThrow(
      'The length rule quantile does not work with neighbours: it has no pad token',
    );
  });

  it('rewrites, with blank slots where there are more than tokens', async () => {
    const { client } = await engineWith({ specialTokens: {} });
    const trace = await traceOf(
      client,
      fillRequest({
        context: around,
        spans: [{ text: 'x + 1', slots: 12 }],
        mode: { kind: 'rewrite', strength: 0.5 },
      }),
    );
    const { slots, maskToken } = trace.header;
    expect(slots).toHaveLength(12);
    expect(slots.some(({ state }) => state === 'revealed')).toBe(true);
    for (const { state, token } of slots) expect(state === 'masked').toBe(token === maskToken);
    expect(replay(trace).every(({ state }) => state === 'revealed')).toBe(true);
  });

  it('fills with the default preset, and several candidates at once', async () => {
    const { client } = await engineWith({ inputs: ['attention_mask'], specialTokens: {} });
    const request = fillRequest({
      context: around,
      spans: [{ text: '', slots: 6 }],
      search: { ...defaultSearch, candidates: 3 },
    });
    const { candidates } = await client.fill({ ...request, sampler: defaultPreset.sampler });
    expect(candidates).toHaveLength(3);
  });

  it('gives more slots to the best fill that is offered, not to one that cannot be read', async () => {
    const { client } = await engineWith({
      inputs: ['attention_mask'],
      specialTokens: { pad: '<|pad|>' },
    });
    const request = fillRequest({
      context: ['const a = ', ';\n'],
      spans: [{ text: 'x', slots: 'auto' }],
      seed: 0,
      // In so few, half characters are left, here in the more probable one of two fills.
      sampler: { ...presetNamed('LLaDA')!.sampler, steps: 2, temperature: 1.5 },
      search: { ...defaultSearch, candidates: 2, copies: 0, syntax: 'off' },
    });
    const trace = await traceOf(client, request);
    expect(trace.steps.some(({ grows }) => grows)).toBe(true);
    expect(trace.outcome).toMatchObject({ texts: [expect.not.stringContaining('\uFFFD')] });
  });

  it('has no context to encode ahead, and none to keep', async () => {
    const { client } = await engineWith();
    const request = fillRequest({ context: around });
    await client.fill(request);
    const { timings } = await client.fill({ ...request, run: 'again' });
    expect(timings).toMatchObject({ contextCached: false });
  });
});
