import { progressOf } from './liveFill';
import type { RunOwner } from './run';

/** Where the run stands, in a few words for beside the text; empty when there is nothing to wait for. */
export function remarkOn(owner: RunOwner): string {
  const { phase, trace } = owner;
  if (phase.kind === 'starting') return '⋯ starting the denoiser';
  if (phase.kind !== 'denoising' || !trace) return '';
  const { step, steps, masked } = progressOf(trace);
  return `⋯ step ${step}/${steps} · ${masked} masked`;
}
