import type { SamplerSettings } from '../../../src/diffusion/settings/sampler';
import type { Knobs } from '../../../src/panel/messages';
import { withSampler } from '../../state/knobChanges';
import type { Panel } from '../../state/panel';

/** The knobs and the ways to move them; null until they are known. */
export function knobMoves(panel: Panel) {
  const knobs = panel.knobs.value;
  if (knobs === null) return null;
  const changed = (change: Partial<SamplerSettings>) => withSampler(knobs, change);
  return {
    knobs,
    sampler: knobs.sampler,
    turn: (next: Knobs) => panel.knobs.turn(next),
    rest: (next: Knobs) => panel.knobs.set(next),
    turnSampler: (change: Partial<SamplerSettings>) => panel.knobs.turn(changed(change)),
    restSampler: (change: Partial<SamplerSettings>) => panel.knobs.set(changed(change)),
  };
}
