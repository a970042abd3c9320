import { describe, expect, test } from 'vitest';
import type { LoadedModel } from '../../../src/denoiser';
import type { Denoiser } from '../../../src/diffusion/denoiser';
import type { CheckedFillRequest } from '../../../src/engine/protocol/messages';
import { decideLengths } from '../../../src/engine/server/decideLengths';
import { predictionOf } from '../diffusion/predictions';

const lengthBias = { slots: [1], confidence: [0] };
const manifest = { name: 'any', spanGap: 512, maxSlots: 512, lengthBias };
/** As far as lengths are concerned. */
const model = { model: { manifest } } as unknown as LoadedModel;
const asking = (length: CheckedFillRequest['length']) =>
  ({
    length,
    mode: { kind: 'infill' },
    spans: [{ text: '', slots: 'auto' }],
  }) as unknown as CheckedFillRequest;

describe.each([{ rule: 'quantile', quantile: 0.5 }, { rule: 'calibrated' }])('$rule', (length) => {
  test.each([0, 1])('ends after %i passes when stopped by then', async (passes) => {
    const stop = new AbortController();
    if (passes === 0) stop.abort();
    let asked = 0;
    const denoiser: Denoiser = {
      maskToken: 1,
      padToken: 0,
      padsEndSpans: false,
      revealed: 'silent',
      judgesQuality: false,
      readsCausally: false,
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
