import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { branchOf, type SlotChange } from '../../src/diffusion/branch';
import { defaultSearch } from '../../src/diffusion/search/settings';
import { presetNamed } from '../../src/diffusion/settings/presets';
import { replay } from '../../src/diffusion/trace/replay';
import type { Trace } from '../../src/diffusion/trace/trace';
import type { EngineClient } from '../../src/engine/client';
import type { FillRequest } from '../../src/engine/protocol/messages';
import { copyOfModel, fillRequest, loadTiny, startClient } from './engineUnderTest';
import { resumed, timeless, traceOf } from './runTrace';

let client: EngineClient;
beforeAll(async () => {
  client = await startClient();
  await client.load(loadTiny());
});
afterAll(() => client.dispose());

const requests = {
  LLaDA: fillRequest({ seed: 5 }),
  'ReMDM loop': fillRequest({
    seed: 6,
    spans: [{ text: '', slots: 12 }],
    sampler: { ...presetNamed('ReMDM loop')!.sampler, steps: 24 },
  }),
  'a rewrite by P2': fillRequest({
    mode: { kind: 'rewrite', strength: 0.6 },
    spans: [{ text: 'a + b', slots: 'auto' }],
    sampler: { ...presetNamed('P2')!.sampler, temperature: 0.7, steps: 8 },
  }),
  'a growing span': fillRequest({ spans: [{ text: 'x', slots: 'auto' }], seed: 3 }),
  'two spans': fillRequest({
    context: ['const a = [', ', ', '];\n'],
    spans: [
      { text: '', slots: 4 },
      { text: '', slots: 6 },
    ],
  }),
};

const textsOf = ({ outcome }: Trace) => outcome?.kind === 'finished' && outcome.texts;

describe('a branch', () => {
  test.each(Object.keys(requests))('without changes repeats %s from any step', async (name) => {
    const request = requests[name as keyof typeof requests];
    const whole = await traceOf(client, request);
    const { length } = whole.steps;
    expect(length).toBeGreaterThan(3);
    for (const step of [0, 1, length >> 1, length - 1, length]) {
      const start = branchOf(whole, step, []);
      const again = await traceOf(client, resumed(request, start), start);
      expect(timeless(again.steps)).toEqual(timeless(whole.steps));
      expect(again.outcome).toEqual(whole.outcome);
      if (name === 'a growing span') expect(whole.steps.some(({ grows }) => grows)).toBe(true);
      expect(again.header).toEqual({ ...whole.header, branchedAt: step });
      for (const { token } of replay(again)) expect(again.tokenTexts[token]).toBeDefined();
    }
  });

  test('behind a growth repeats what came of several candidates, by the settings that the trace names', async () => {
    const search = { ...defaultSearch, copies: 0 };
    let grown = 0;
    for (let seed = 0; seed < 20; seed++) {
      const request = { ...requests['a growing span'], seed };
      const whole = await traceOf(client, { ...request, search: { ...search, candidates: 4 } });
      const at = whole.steps.findLastIndex(({ grows }) => grows) + 1;
      if (at === 0) continue;
      grown++;
      const start = branchOf(whole, at, []);
      const { header } = whole;
      const named = { ...request, sampler: header.sampler, seed: header.seed, search };
      const again = await traceOf(client, resumed(named, start), start);
      expect(textsOf(again)).toEqual(textsOf(whole));
    }
    expect(grown).toBeGreaterThan(3);
  });

  test.each([0, 3])('at step %i keeps pins, and can be branched again', async (step) => {
    const request = requests.LLaDA;
    const whole = await traceOf(client, request);
    const revealed = replay(whole, step).find(({ state }) => state === 'revealed')?.id ?? 5;
    const [x] = await client.tokenise('x');
    const changes: SlotChange[] = [
      { kind: 'pin', slot: 2, token: x!.token },
      { kind: 'remask', slot: revealed },
    ];
    const start = branchOf(whole, step, changes);
    const branch = await traceOf(client, resumed(request, start), start);
    const end = replay(branch);
    expect(end[2]).toMatchObject({ state: 'pinned', token: x!.token });
    expect(branch.tokenTexts[x!.token]).toBe('x');
    expect(end.every(({ state }) => state !== 'masked')).toBe(true);
    expect(branch.outcome).toMatchObject({
      texts: [
        end
          .filter(({ token }) => token !== branch.header.padToken)
          .map(({ token }) => branch.tokenTexts[token])
          .join(''),
      ],
    });

    const twice = branchOf(branch, step, []);
    const again = await traceOf(client, resumed(request, twice), twice);
    expect(timeless(again.steps)).toEqual(timeless(branch.steps));
  });

  test('goes on under other knobs', async () => {
    const whole = await traceOf(client, requests.LLaDA);
    const start = branchOf(whole, 2, []);
    const request = { ...requests.LLaDA, sampler: presetNamed('Fast-dLLM')!.sampler };
    const branch = await traceOf(client, resumed(request, start), start);
    expect(branch.header.sampler).toEqual(request.sampler);
    expect(timeless(branch.steps.slice(0, 2))).toEqual(timeless(whole.steps.slice(0, 2)));
    expect(timeless(branch.steps)).not.toEqual(timeless(whole.steps));
    expect(branch.outcome?.kind).toBe('finished');
  });

  test('of a run of which the model took all slots away ends where that did', async () => {
    const { folder, remove } = await copyOfModel();
    const manifest = path.join(folder, 'model.json');
    const read = JSON.parse(await readFile(manifest, 'utf8'));
    // What it finds most probable in both slots.
    Object.assign(read.specialTokens, { expand: 'Z', delete: '/' });
    await writeFile(manifest, JSON.stringify(read));
    const elastic = await startClient();
    try {
      await elastic.load(loadTiny({ folder }));
      const request = fillRequest({
        context: ['cons', ' a = 1;\n'],
        spans: [{ text: '', slots: 2 }],
        language: 'javascript',
        sampler: presetNamed('LLaDA')!.sampler,
      });
      const whole = await traceOf(elastic, request);
      expect(replay(whole)).toEqual([]);
      const start = branchOf(whole, whole.steps.length, []);
      expect(await traceOf(elastic, resumed(request, start), start)).toMatchObject({
        outcome: whole.outcome,
      });
    } finally {
      await elastic.dispose();
      await remove();
    }
  });

  test('that does not fit the request or the model is refused with the reason', async () => {
    const request = requests.LLaDA;
    const start = branchOf(await traceOf(client, request), 2, []);
    const good = resumed(request, start);
    const { slots, from } = good.resume!;
    const refuses = (change: Partial<FillRequest>, reason: string) =>
      expect(client.fill({ ...good, ...change })).rejects.toThrow(reason);
    await refuses(
      { context: ['', '', ''], spans: [request.spans[0]!, request.spans[0]!] },
      '2 are selected',
    );
    await refuses(
      {
        resume: {
          slots,
          from: { ...from, slots: slots.map((slot) => ({ ...slot, token: 99_999 })) },
        },
      },
      'load the model it was recorded with',
    );
    const grown = { step: from.step, slots: from.slots, logProbs: from.logProbs };
    await refuses({ resume: { slots, from: { ...from, logProbs: [] } } }, 'differ in number');
    await refuses(
      { resume: { slots, from: { ...from, grown: { ...grown, logProbs: [null] } } } },
      'its slots and their log-probabilities differ in number',
    );
    await refuses(
      { resume: { slots, from: { ...from, grown: { ...grown, step: from.step + 1 } } } },
      'grown after the last of its steps',
    );
    await refuses(
      { resume: { slots, from: { ...from, endings: [] } } },
      'endings differ in number',
    );
    const many = Array.from({ length: 1000 }, (_, id) => ({ ...slots[0]!, id }));
    await refuses({ resume: { slots: many, from } }, 'more than this model fills');
  });
});

test('a text is read as the tokens the model knows, special ones never', async () => {
  const tokens = await client.tokenise('return <|mask|>');
  expect(tokens.map(({ text }) => text).join('')).toBe('return <|mask|>');
  expect(tokens.length).toBeGreaterThan(2);
});
