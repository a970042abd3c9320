import { describe, expect, test } from 'vitest';
import { defaultLength } from '../../../../src/diffusion/length/settings';
import { defaultSearch } from '../../../../src/diffusion/search/settings';
import { defaultPreset } from '../../../../src/diffusion/settings/presets';
import { fillRequest, type RequestParts } from '../../../../src/editor/run/request';
import { fillSchema } from '../../../../src/engine/protocol/messages';

const parts: RequestParts = {
  run: 'run',
  text: 'a\r\nb😀\r\nc',
  spans: [
    { start: 0, end: 0 },
    { start: 3, end: 8 },
  ],
  language: 'typescript',
  limit: { before: 100, after: 100 },
  mode: { kind: 'infill' },
  holeMarker: '[MASK]',
  knobs: {
    preset: 'LLaDA',
    sampler: defaultPreset.sampler,
    search: defaultSearch,
    length: defaultLength,
    slots: 12,
    seed: null,
  },
  freshSeed: 7,
};

describe('fillRequest', () => {
  test('is one the engine accepts, with a context piece around every span', () => {
    const request = fillRequest(parts);
    expect(fillSchema.parse(request)).toMatchObject(request);
    expect(request.context).toEqual(['', 'a\n', 'c']);
    expect(request.spans).toEqual([
      { text: '', slots: 12 },
      { text: 'b😀\n', slots: 12 },
    ]);
  });

  test('says of a hole marker no more than that something is missing', () => {
    const marked = { ...parts, text: '[MASK][MASK]+[MASK]', spans: [{ start: 0, end: 12 }] };
    expect(fillRequest(marked).spans).toEqual([{ text: '', slots: 12 }]);
    const more = fillRequest({ ...marked, spans: [{ start: 6, end: 19 }] });
    expect(more.spans).toEqual([{ text: '[MASK]+[MASK]', slots: 12 }]);
  });

  test('draws the seed only where the knobs leave it open', () => {
    expect(fillRequest(parts).seed).toBe(7);
    expect(fillRequest({ ...parts, knobs: { ...parts.knobs, seed: 3 } }).seed).toBe(3);
  });
});
