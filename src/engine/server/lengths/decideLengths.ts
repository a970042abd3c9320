import { type LoadedModel, RequestError } from '../../../denoiser';
import type { Denoiser, Prediction } from '../../../diffusion/denoiser';
import { lackedByRule } from '../../../diffusion/length/lengthRules';
import { lengthQuantile } from '../../../diffusion/length/quantile';
import { calibratedLength, meanConfidence } from '../../../diffusion/length/search';
import type { CheckedFillRequest } from '../../protocol/messages';
import { grownLengths } from './spanLengths';

/** Whether the length of a span is settled before it is denoised, so that no pad may stand in it. */
export function isSettled({ length, mode, spans }: CheckedFillRequest, span: number): boolean {
  return length.rule !== 'grow' && mode.kind === 'infill' && spans[span]?.slots === 'auto';
}

/**
 * L of each span, decided by passes over masks alone, for the spans whose length is automatic and not left to grow.
 *
 * @param guess L of each span to begin with.
 * @param signal ends it before its next pass.
 * @returns undefined when stopped.
 * @throws {RequestError} when the rule needs what the model does not have.
 */
export async function decideLengths(
  model: LoadedModel,
  denoiser: Denoiser,
  request: CheckedFillRequest,
  guess: readonly number[],
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  const settled = guess.map((_, span) => span).filter((span) => isSettled(request, span));
  const { length } = request;
  if (settled.length === 0 || length.rule === 'grow') return guess;
  return length.rule === 'quantile'
    ? byQuantile(model, denoiser, guess, settled, length.quantile, signal)
    : bySearch(model, denoiser, guess, settled, signal);
}

async function byQuantile(
  model: LoadedModel,
  denoiser: Denoiser,
  guess: readonly number[],
  settled: readonly number[],
  quantile: number,
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  const { padToken } = denoiser;
  if (padToken === undefined) throw notWith(model, 'quantile');
  for (let lengths = guess; !signal.aborted; ) {
    const prediction = await ofMasks(denoiser, [lengths]).then(([only]) => only!);
    const decided = lengths.map((count, span) =>
      settled.includes(span)
        ? lengthQuantile(prediction, { first: firstSlot(lengths, span), count }, padToken, quantile)
        : count,
    );
    const full = settled.filter((span) => decided[span] === lengths[span]);
    const grown = grownLengths(lengths, full, model.model.manifest);
    if (grown === undefined) return decided;
    lengths = grown;
  }
  return undefined;
}

/** One span after another, the others as they stand. */
async function bySearch(
  model: LoadedModel,
  denoiser: Denoiser,
  guess: readonly number[],
  settled: readonly number[],
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  const { lengthBias: bias, spanGap, maxSlots } = model.model.manifest;
  if (bias === undefined) throw notWith(model, 'calibrated');
  let lengths = [...guess];
  for (const span of settled) {
    const others = lengths.reduce((sum, count) => sum + count, 0) - lengths[span]!;
    const length = await calibratedLength({
      probe: async (asked) =>
        signal.aborted ? undefined : spanConfidences(denoiser, lengths, span, asked),
      bias,
      start: lengths[span]!,
      least: 1,
      most: Math.min(spanGap, maxSlots - others),
    });
    if (length === undefined) return undefined;
    lengths = lengths.with(span, length);
  }
  return lengths;
}

const notWith = ({ model }: LoadedModel, rule: keyof typeof lackedByRule) =>
  new RequestError(
    `The length rule ${rule} does not work with ${model.manifest.name}: ${lackedByRule[rule]}`,
  );

/** Φ of one span at some lengths, the others having theirs. */
export async function spanConfidences(
  denoiser: Denoiser,
  lengths: readonly number[],
  span: number,
  asked: readonly number[],
): Promise<number[]> {
  const all = asked.map((length) => lengths.with(span, length));
  const predictions = await ofMasks(denoiser, all);
  return predictions.map((prediction, i) =>
    meanConfidence(prediction, { first: firstSlot(all[i]!, span), count: asked[i]! }),
  );
}

/** One pass over canvases of nothing but masks. */
function ofMasks(
  denoiser: Denoiser,
  canvases: readonly (readonly number[])[],
): Promise<Prediction[]> {
  return denoiser.denoise(
    canvases.map((spanLengths) => ({
      spanLengths,
      tokens: new Int32Array(firstSlot(spanLengths, spanLengths.length)).fill(denoiser.maskToken),
    })),
  );
}

const firstSlot = (lengths: readonly number[], span: number) =>
  lengths.slice(0, span).reduce((sum, count) => sum + count, 0);
