import { describe, expect, it } from 'vitest';
import { requestOf } from '../../../../src/cli/batch/batchRequest';
import { defaultPreset, presetNamed } from '../../../../src/diffusion/settings/presets';

const { sampler } = defaultPreset;
const options = { slots: 12, seed: 1, language: 'python' } as const;

describe('the request of a line of a batch', () => {
  it('is a whole document with one span unless the line says otherwise', () => {
    const request = requestOf({ id: 1, prefix: 'a', suffix: 'b' }, options);
    expect(request).toMatchObject({
      language: 'python',
      context: ['a', 'b'],
      startsDocument: true,
      endsDocument: true,
      spans: [{ text: '', slots: 12 }],
      sampler,
      seed: 1,
    });
  });

  it('has a span before every text but the first, each with its L', () => {
    const line = { id: 1, prefix: 'a', between: ['b'], suffix: 'c', startsDocument: false };
    const both = requestOf({ ...line, slots: 5, steps: 3 }, options);
    expect(both.context).toEqual(['a', 'b', 'c']);
    expect(both.spans.map((span) => span.slots)).toEqual([5, 5]);
    expect(both.sampler.steps).toBe(3);
    expect([both.startsDocument, both.endsDocument]).toEqual([false, true]);
    const each = requestOf({ ...line, slots: [2, 'auto'] }, options);
    expect(each.spans.map((span) => span.slots)).toEqual([2, 'auto']);
  });

  it('has the sampler and the seed of the line, with the knobs of the options turned', () => {
    const line = { id: 1, prefix: 'a', suffix: 'b', preset: 'llada', seed: 9 };
    expect(requestOf(line, options)).toMatchObject({
      sampler: presetNamed('LLaDA')?.sampler,
      seed: 9,
    });
    const turned = requestOf({ ...line, steps: 3 }, { ...options, preset: 'p2', temperature: 0.5 });
    expect(turned.sampler).toEqual({
      ...presetNamed('LLaDA')?.sampler,
      steps: 3,
      temperature: 0.5,
    });
    expect(() => requestOf({ ...line, preset: 'best' }, options)).toThrow(/no preset “best”/);
  });
});
