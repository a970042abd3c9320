import { describe, expect, test } from 'vitest';
import type { Denoiser } from '../../../../../src/diffusion/denoiser';
import { defaultSearch } from '../../../../../src/diffusion/search/settings';
import { defaultPreset, presetNamed } from '../../../../../src/diffusion/settings/presets';
import type { SamplerSettings } from '../../../../../src/diffusion/settings/sampler';
import { applyStep } from '../../../../../src/diffusion/trace/replay';
import type { TraceStep, Transition } from '../../../../../src/diffusion/trace/trace';
import { copied, knowing, MASK, PAD, type Situation, tokenizer } from './situations';

const around = ['f(sum);\nf(', ');'];

describe('a copy', () => {
  test('takes the place of a fill that is less probable as a whole, in a step of its own', async () => {
    const denoiser = knowing({ sum: 0.3, total: 0.1 });
    const { texts, fill, before } = await copied(denoiser, { around, fills: ['total'] });
    expect(texts).toEqual(['sum']);
    const [step] = fill.steps;
    expect(fill.steps).toHaveLength(1);
    expect(applyStep(before, step!, MASK)).toEqual(fill.slots);
    expect(step!.transitions.every(({ kind }) => kind === 'edit')).toBe(true);
    expect(step!.canvases).toBe(denoiser.asked.length);
  });

  test('is an edit of every slot from where the two part to where the longer one ends', async () => {
    const { fill, before } = await copied(knowing({ subsume: 0.3, subtotals: 0.1 }), {
      around: ['f(subsume);\nf(', ');'],
      fills: ['subtotals'],
    });
    const edits = fill.steps[0]!.transitions as Extract<Transition, { kind: 'edit' }>[];
    expect(edits.map(({ slot }) => before.findIndex(({ id }) => id === slot))).toEqual([
      3, 4, 5, 6, 7, 8,
    ]);
    expect(tokenizer.decode(edits.map(({ token }) => token))).toBe('sume');
    expect(edits[0]!.logProb).toBeCloseTo(Math.log(0.3 / 0.4), 3);
    expect(edits.at(-1)).toMatchObject({ token: PAD, logProb: 0 });
  });

  test('is read a few tokens at a time, as long as it can be more probable', async () => {
    const denoiser = knowing({ summand: 0.3, total: 0.1 });
    const { texts } = await copied(denoiser, {
      around: ['f(summand);\nf(another);\nf(', ');'],
      fills: ['total'],
      request: { search: { ...defaultSearch, copies: 4 } },
    });
    expect(texts).toEqual(['summand']);
    expect(new Set(denoiser.asked)).toEqual(new Set(['total', 'ano', 'sum', 'and']));
  });

  describe('is held against what the model says of the fill from left to right', () => {
    const tokens = [...tokenizer.encode('total'), PAD];
    /** Its alternatives beside the fill's own tokens: the copy's first one, or nothing that is probable. */
    const stepListing = ([other, logProb]: readonly [
      token: number,
      logProb: number,
    ]): TraceStep => ({
      index: 0,
      t: 1,
      s: 0,
      ms: 1,
      transitions: tokens.map((token, slot) => ({
        kind: 'reveal',
        slot,
        token,
        logProb: slot === 0 ? -1 : -1e-3,
        reason: '',
      })),
      confidence: tokens.map(() => 1),
      entropy: tokens.map(() => 0),
      alternatives: tokens.map((token) => [
        [token, -1e-3],
        [other, logProb],
      ]),
      masked: 0,
    });
    const [first = 0] = tokenizer.encode('sum');
    const asked = async (change: Partial<SamplerSettings>, situation: Partial<Situation> = {}) => {
      const denoiser = knowing({ sum: 0.3, total: 0.1 });
      const sampler = { ...defaultPreset.sampler, steps: 12, ...change };
      const steps = [stepListing([MASK, -50])];
      await copied(denoiser, { around, fills: ['total'], sampler, steps, ...situation });
      return denoiser.asked;
    };

    test('which its steps tell, so that only copies are read that can be more probable', async () => {
      expect(await asked({})).toEqual([]);
      const denoiser = knowing({ sum: 0.3, total: 0.1 });
      const sampler = { ...defaultPreset.sampler, steps: 12 };
      const steps = [stepListing([first, -0.5])];
      const { texts } = await copied(denoiser, { around, fills: ['total'], sampler, steps });
      expect(texts).toEqual(['sum']);
      expect(new Set(denoiser.asked)).toEqual(new Set(['sum']));
    });

    test.each([
      ['in blocks', { blockLength: 8 }],
      ['fewer than there are slots', { steps: 11 }],
      ['under another parallel rule', { parallel: { rule: 'quota' } }],
      ['with a remasker', { remask: presetNamed('WINO')!.sampler.remask }],
    ] as [string, Partial<SamplerSettings>][])('but not steps %s', async (_, change) => {
      expect(await asked(change)).toContain('total');
    });

    test('also behind a span that was ended before this one was begun, but not after', async () => {
      // Nothing is copied into the first span, as nothing is like it.
      const fills = ['x', 'total'];
      const behind = { around: ['1', ';\nf(sum);\nf(', ');'], fills };
      const { transitions, ...step } = stepListing([MASK, -50]);
      const lists = { alternatives: Array(24).fill(step.alternatives[0]) };
      const second = {
        ...step,
        ...lists,
        transitions: transitions.map((each) => ({ ...each, slot: 12 + each.slot })),
      };
      const cut: TraceStep = {
        ...step,
        transitions: [{ kind: 'edit', slot: 3, token: PAD, logProb: 0, reason: '' }],
      };
      const sampler = { steps: 24 };
      expect(await asked(sampler, { ...behind, steps: [cut, second] })).toEqual([]);
      expect(await asked(sampler, { ...behind, steps: [second, cut] })).toContain('total');
    });
  });

  test('is not waited for once the run is stopped', async () => {
    const denoiser = knowing({ sum: 0.3, total: 0.1 });
    const copiedUnless = async (stops: boolean) => {
      const stop = new AbortController();
      let calls = 0;
      const counting: Denoiser = {
        ...denoiser,
        denoise: (canvases) => {
          calls++;
          if (stops) stop.abort();
          return denoiser.denoise(canvases);
        },
      };
      const { isFill } = await copied(counting, {
        around: ['f(sum);\nf(', ');\nf(', ');'],
        fills: ['total', 'total'],
        signal: stop.signal,
      });
      return { isFill, calls };
    };
    expect(await copiedUnless(false)).toEqual({ isFill: false, calls: 2 });
    expect(await copiedUnless(true)).toEqual({ isFill: true, calls: 1 });
  });

  test('comes with what the model considered in its place, and how sure it was', async () => {
    const { fill, before } = await copied(knowing({ sum: 0.3, total: 0.1 }), {
      around,
      fills: ['total'],
    });
    const { transitions, alternatives, entropy } = fill.steps[0]!;
    expect(alternatives).toHaveLength(before.length);
    expect(entropy).toHaveLength(before.length);
    for (const edit of transitions.slice(0, 'sum'.length + 1)) {
      const i = before.findIndex(({ id }) => id === edit.slot);
      const { token, logProb } = edit as Extract<typeof edit, { kind: 'edit' }>;
      const considered = alternatives[i]!.find(([other]) => other === token);
      expect(considered?.[1]).toBeCloseTo(logProb, 3);
      expect(entropy[i]).not.toBeNull();
    }
    expect(alternatives.slice('sum'.length + 1).flat()).toEqual([]);
  });

  test.each([
    ['one that is more probable', { sum: 0.1, total: 0.3 }, {}],
    [
      'any where no copies are asked for',
      { sum: 0.3 },
      { search: { ...defaultSearch, copies: 0 } },
    ],
    ['one drawn at random', { sum: 0.3 }, { sampler: presetNamed('MDLM')!.sampler }],
    ['a rewrite', { sum: 0.3 }, { mode: { kind: 'rewrite', strength: 0.5 } }],
    [
      'one whose length was settled before',
      { sum: 0.3 },
      { length: { rule: 'quantile', quantile: 0.5 } },
    ],
  ])('leaves a fill alone: %s', async (_, words, request) => {
    const { isFill } = await copied(knowing(words), {
      around,
      fills: ['total'],
      request: request as Situation['request'],
    });
    expect(isFill).toBe(true);
  });

  test('leaves alone what the user pinned, and what it does not fit into', async () => {
    const denoiser = knowing({ sum: 0.3 });
    expect((await copied(denoiser, { around, fills: ['total'], pinned: 1 })).isFill).toBe(true);
    expect((await copied(denoiser, { around, fills: ['to'], slots: 2 })).isFill).toBe(true);
    const fixed = {
      around,
      fills: ['tot'],
      slots: 3,
      request: { spans: [{ text: '', slots: 3 }] },
    };
    expect((await copied(denoiser, fixed)).texts).toEqual(['sum']);
    // It has not ended where the engine may give it more slots.
    expect((await copied(denoiser, { ...fixed, request: {} })).isFill).toBe(true);
  });

  test('does so with models that cannot be read from left to right', async () => {
    const denoiser = { ...knowing({ sum: 0.3 }), readsCausally: false };
    expect((await copied(denoiser, { around, fills: ['total'] })).isFill).toBe(true);
  });

  test('does so where it adds parse errors, and is taken sooner where the fill does', async () => {
    const words = { sum: 0.3, total: 0.1 };
    const errors = ([text]: readonly string[]) => Number(text === 'sum');
    const worse = await copied(knowing(words), { around, fills: ['total'], errors });
    expect(worse.texts).toEqual(['total']);
    const better = await copied(knowing({ sum: 0.1, total: 0.3 }), {
      around,
      fills: ['total'],
      errors: ([text]) => Number(text === 'total'),
    });
    expect(better.texts).toEqual(['sum']);
  });

  test('does so where the parser has told of the fill, and can no longer tell of the copy', async () => {
    const errors = ([text]: readonly string[]) => (text === 'total' ? 1 : null);
    const words = { sum: 0.1, total: 0.3 };
    expect((await copied(knowing(words), { around, fills: ['total'], errors })).isFill).toBe(true);
  });

  test('does not wait for the rest of a fill that is less probable already', async () => {
    const words = { sum: 0.3, totalofall: 0.1 };
    const situation = { around, fills: ['total'], slots: 5, goesOn: true };
    expect((await copied(knowing(words), situation)).texts).toEqual(['sum']);
    const errors = ([text]: readonly string[]) => Number(text === 'total');
    const more = { sum: 0.1, totalofall: 0.3 };
    expect((await copied(knowing(more), { ...situation, errors })).isFill).toBe(true);
    const search = { ...defaultSearch, candidates: 2 };
    expect((await copied(knowing(words), { ...situation, request: { search } })).isFill).toBe(true);
    // Another span may have ended.
    const two = { ...situation, around: [...around, '\ng();'], fills: ['total', 'total'] };
    expect((await copied(knowing(words), two)).isFill).toBe(true);
  });

  test('says nothing again that follows', async () => {
    const denoiser = knowing({ 'a= sum);': 0.5, total: 0.1 });
    const { isFill } = await copied(denoiser, {
      around: ['f(a= sum);\nf(', '= sum);'],
      fills: ['total'],
    });
    expect(isFill).toBe(true);
  });

  test('adds no parse error under “guide”, however probable it is', async () => {
    const situation = {
      around,
      fills: ['total'],
      errors: ([text]: readonly string[]) => Number(text!.includes('sum')),
    };
    const words = { sum: 1, total: 1e-30 };
    expect((await copied(knowing(words), situation)).texts).toEqual(['sum']);
    const search = { ...defaultSearch, syntax: 'guide' as const };
    expect((await copied(knowing(words), { ...situation, request: { search } })).isFill).toBe(true);
  });

  test('does not take the place of a candidate that was drawn', async () => {
    const sampler = { ...defaultPreset.sampler, temperature: 0.7 };
    const { isFill } = await copied(knowing({ sum: 0.3 }), { around, fills: ['total'], sampler });
    expect(isFill).toBe(true);
  });

  test('is offered ahead of the fill and of what else was found', async () => {
    // What reads like the copy is not offered beside it.
    const request = { search: { ...defaultSearch, candidates: 3 } };
    const { offered } = await copied(knowing({ sum: 0.3 }), { around, fills: ['total'], request });
    expect(offered).toEqual(['sum', 'total', 'x']);
    const two = { search: { ...defaultSearch, candidates: 2 } };
    const fewer = await copied(knowing({ sum: 0.3 }), { around, fills: ['total'], request: two });
    expect(fewer.offered).toEqual(['sum', 'total']);
  });

  test('is tried for every span, behind what stands in those before it', async () => {
    const denoiser = knowing({ sum: 0.3, total: 0.1 });
    const { texts } = await copied(denoiser, {
      around: ['f(sum);\nf(', ');\nf(', ');'],
      fills: ['sum', 'total'],
    });
    expect(texts).toEqual(['sum', 'sum']);
  });
});
