import type { SamplerSettings } from '../settings/sampler';
import type { TraceSlot } from '../trace/trace';

/**
 * Semi-autoregressive blocks (LLaDA, Nie et al. 2025; block diffusion, Arriola et al. 2025): block b holds slots
 * b·length … (b + 1)·length − 1 of every span, and is denoised before block b + 1; a length of 0 puts all into one.
 *
 * @returns for every block that has a slot to denoise, which slots are in it. A remasker may revise all that are not pinned.
 */
export function blocksOf(
  slots: readonly TraceSlot[],
  { blockLength: length, remask }: Pick<SamplerSettings, 'blockLength' | 'remask'>,
): readonly (readonly boolean[])[] {
  const sizes = new Map<number, number>();
  const blockOf = slots.map(({ span }) => {
    const offset = sizes.get(span) ?? 0;
    sizes.set(span, offset + 1);
    return length === 0 ? 0 : Math.floor(offset / length);
  });
  const isDenoised = ({ state }: TraceSlot) =>
    remask.remasker === 'none' ? state === 'masked' : state !== 'pinned';
  const toDenoise = new Set(blockOf.filter((_, i) => isDenoised(slots[i]!)));
  return [...toDenoise].sort((a, b) => a - b).map((block) => blockOf.map((own) => own === block));
}
