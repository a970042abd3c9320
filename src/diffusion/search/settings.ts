import * as z from 'zod';
import { defaultLength, lengthSchema } from '../length/settings';
import { number, oneOf, positive, whole } from '../settings/knob';

/** How fills are searched for above the sampler, and what is known of the language while it samples. */
export const searchSchema = z.object({
  candidates: whole(1, 16, {
    label: 'Candidates',
    help: 'Fills denoised in one batch, of which the best are offered',
  }),
  diversity: positive(2, {
    label: 'Diversity',
    help: 'Temperature of all candidates but the first, where the sampler itself is deterministic',
    grain: 0.05,
  }),
  copies: whole(0, 4, {
    label: 'Copies',
    help: 'Stretches of the text around tried in the fill’s place, by how probable each is as a whole; none where the sampler draws at random',
  }),
  iterations: whole(0, 32, {
    label: 'Particle Gibbs iterations',
    help: 'Sweeps that improve a fill by particle Gibbs; 0 samples once',
  }),
  particles: whole(2, 16, {
    label: 'Particles',
    help: 'Trajectories of a particle Gibbs sweep, denoised in one batch',
  }),
  rewardTemperature: number(0.01, 10, {
    label: 'Reward temperature',
    help: 'What particle Gibbs divides its reward by; lower follows it more closely',
    grain: 0.01,
    usefulMaximum: 2,
  }),
  syntax: oneOf(
    { label: 'Syntax', help: 'What parse errors and brackets decide' },
    {
      off: { label: 'Off', help: 'Nothing' },
      prefer: {
        label: 'Prefer',
        help: 'Fills end where they add no parse errors, if they can; candidates that add the fewest come first',
      },
      guide: {
        label: 'Guide',
        help: 'Prefer, and no token closes a bracket that surely cannot match',
      },
    },
  ),
});

export type SearchSettings = z.infer<typeof searchSchema>;

/** One candidate as the sampler makes it, and what can be copied from around. */
export const defaultSearch: SearchSettings = {
  candidates: 1,
  diversity: 0.7,
  copies: 2,
  iterations: 0,
  particles: 4,
  rewardTemperature: 0.25,
  syntax: 'prefer',
};

/** What is set beside the sampler: the search above it, and how lengths are found. */
export const searchAndLengthSchema = z.object({ ...searchSchema.shape, length: lengthSchema });
export const defaultSearchAndLength = { ...defaultSearch, length: defaultLength };
