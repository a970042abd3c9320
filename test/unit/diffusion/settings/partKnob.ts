import { type PartEntry, samplerKnobs } from '../../../../src/diffusion/settings/knobTable';

/** The sampler's knob that is a composition, by key. @throws {Error} when there is none */
export function partKnob(key: 'parallel' | 'remask'): PartEntry {
  const found = samplerKnobs.find((knob) => knob.key === key);
  if (found?.kind !== 'part') throw new Error(`The sampler has no part ${key}.`);
  return found;
}
