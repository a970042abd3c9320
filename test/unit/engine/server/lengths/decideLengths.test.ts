import { describe, expect, test } from 'vitest';
import type { LoadedModel } from '../../../../../src/denoiser';
import type { Denoiser } from '../../../../../src/diffusion/denoiser';
import type { CheckedFillRequest } from '../../../../../src/engine/protocol/messages';
import { decideLengths } from '../../../../../src/engine/server/lengths/decideLengths';
import { predictionOf } from '../../../diffusion/predictions';

const lengthBias = { slots: [1], confidence: [0] };
const limits = { spanGap: 512, maxSlots: 512 };
const manifest = { name: 'any', ...limits, lengthBias };
/** As far as lengths are concerned. */
const modelWith = (change: Partial<typeof limits> = {}) =>
  ({ model: { manifest: { ...manifest, ...change } } }) as unknown as LoadedModel;
const model = modelWith();
const asking = (
  length: CheckedFillRequest['length'],
  spans: unknown = [{ text: '', slots: 'auto' }],
) =>
  ({
    length,
    mode: { kind: 'infill' },
    spans,
  }) as unknown as CheckedFillRequest;

/** A model that knows how long spans are: by pads where text has ended, and by how sure it is of as many slots. */
function knowing(lengths: readonly number[]): Denoiser {
  return {
    maskToken: 1,
    padToken: 0,
    revealed: 'silent',
    judgesQuality: false,
    readsCausally: false,
    denoise: async (canvases) =>
      canvases.map(({ spanLengths, tokens }) => {
        expect(new Set(tokens)).toEqual(new Set([1]));
        const rows = spanLengths.flatMap((count, span) =>
          Array.from({ length: count }, (_, i) => {
            const sure = 0.98 - Math.abs(count - lengths[span]!) / 100;
            return i < lengths[span]! ? [1 - sure, 0, sure] : [sure, 0, 1 - sure];
          }),
        );
        return predictionOf(rows);
      }),
  };
}

describe.each([{ rule: 'quantile', quantile: 0.5 }, { rule: 'calibrated' }])('$rule', (given) => {
  const length = given as CheckedFillRequest['length'];
  const spans = [{ slots: 'auto' }, { slots: 3 }, { slots: 'auto' }];
  const decided = (guess: readonly number[], change?: Partial<typeof limits>) =>
    decideLengths(
      modelWith(change),
      knowing([5, 9, 6]),
      asking(length, spans),
      guess,
      new AbortController().signal,
    );

  test('decides the lengths of spans that were left open, shorter or longer than guessed', async () => {
    expect(await decided([8, 3, 4])).toEqual([5, 3, 6]);
  });

  test('goes no further than the model fills', async () => {
    expect(await decided([5, 3, 4], { spanGap: 5 })).toEqual([5, 3, 5]);
  });
});

test('calibrated: one span leaves room for the others', async () => {
  const request = asking({ rule: 'calibrated' } as CheckedFillRequest['length'], [
    { slots: 'auto' },
    { slots: 'auto' },
  ]);
  const { signal } = new AbortController();
  const decided = (maxSlots: number) =>
    decideLengths(modelWith({ maxSlots }), knowing([7, 9]), request, [4, 4], signal);
  expect(await decided(16)).toEqual([7, 9]);
  expect(await decided(13)).toEqual([7, 6]);
  expect(await decided(10)).toEqual([6, 4]);
});

describe.each([{ rule: 'quantile', quantile: 0.5 }, { rule: 'calibrated' }])('$rule', (length) => {
  test.each([0, 1])('ends after %i passes when stopped by then', async (passes) => {
    const stop = new AbortController();
    if (passes === 0) stop.abort();
    let asked = 0;
    const denoiser: Denoiser = {
      ...knowing([]),
      denoise: async (canvases) => {
        asked++;
        stop.abort();
        return canvases.map(({ tokens }) =>
          predictionOf(Array.from(tokens, () => [0.01, 0.01, 0.98])),
        );
      },
    };
    const request = asking(length as CheckedFillRequest['length']);
    expect(await decideLengths(model, denoiser, request, [8], stop.signal)).toBeUndefined();
    expect(asked).toBe(passes);
  });
});
