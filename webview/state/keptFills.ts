import type { Trace } from '../../src/diffusion/trace/trace';
import type { RunPhase } from '../../src/panel/messages';

/** Of how many spans' fills accepting takes how many; null where none is left out, or no candidate waits. */
export function keptFills(
  phase: RunPhase,
  trace: Trace | null,
): { readonly kept: number; readonly of: number } | null {
  if (phase.kind !== 'finished' || !phase.leftOut || trace?.outcome?.kind !== 'finished')
    return null;
  const { length: of } = trace.outcome.texts;
  return { kept: of - phase.leftOut.length, of };
}
