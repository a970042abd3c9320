import type { CanvasView, Denoiser } from '../../../../src/diffusion/denoiser';
import type { TraceSlot, TraceStep } from '../../../../src/diffusion/trace/trace';
import { MASK } from '../predictions';

/** Slots of one span that hold tokens. */
export const revealed = (...tokens: number[]): TraceSlot[] =>
  tokens.map((token, id) => ({ id, span: 0, state: 'revealed', token }));
/** More slots in these states behind some; those that are not masked hold token 1. */
export const followedBy = (slots: TraceSlot[], ...more: TraceSlot['state'][]): TraceSlot[] => [
  ...slots,
  ...more.map((state, i): TraceSlot => {
    const id = slots.length + i;
    return { id, span: 0, state, token: state === 'masked' ? MASK : 1 };
  }),
];
/** What a step did to which slots, and why. */
export const brief = (step: TraceStep | undefined) =>
  step?.transitions.map(({ kind, slot, reason }) => [kind, slot, reason]);
/** How many slots each step masks again. */
export const remasks = (steps: readonly TraceStep[]) =>
  steps.map(({ transitions }) => transitions.filter(({ kind }) => kind === 'remask').length);

/** The denoiser, and every batch of canvases it was shown. */
export function watched<D extends Denoiser>(
  denoiser: D,
): { denoiser: Denoiser; batches: number[][][] } {
  const batches: number[][][] = [];
  const denoise = async (canvases: readonly CanvasView[]) => {
    batches.push(canvases.map(({ tokens }) => [...tokens]));
    return denoiser.denoise(canvases);
  };
  return { denoiser: { ...denoiser, denoise }, batches };
}
