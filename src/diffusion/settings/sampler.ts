import type { ZodError } from 'zod';
// A namespace import, so that a bundle carries only what is used: the panel carries this file.
import * as z from 'zod';
import { number, numberKnobs, oneOf, part, partTexts, positive, rangeText, whole } from './knob';

/** The schema of a sampler: schedule × order × parallel rule × remasker × token sampling. Ranges are part of it. */

const parallelRuleSchema = part(
  'rule',
  { label: 'Parallel rule', help: 'How many slots are revealed in one step' },
  [
    z.object({ rule: z.literal('ancestral') }).register(partTexts, {
      label: 'Ancestral',
      help: 'Every mask flips its own coin, at the rate of the schedule',
    }),
    z.object({ rule: z.literal('fixed') }).register(partTexts, {
      label: 'Fixed number',
      help: 'As many as the schedule says: by the linear one, slots divided by T in every step',
    }),
    z
      .object({
        rule: z.literal('threshold'),
        threshold: number(0, 1, {
          label: 'Threshold τ',
          help: 'Least probability to be revealed; higher is slower and safer',
          initial: 0.9,
          grain: 0.01,
        }),
      })
      .register(partTexts, {
        label: 'Threshold',
        help: 'Every mask whose best token is probable enough, and always one',
      }),
    z
      .object({
        rule: z.literal('factor'),
        factor: positive(10, {
          label: 'Factor f',
          help: 'Higher reveals more at once',
          initial: 1,
          grain: 0.05,
          usefulMaximum: 4,
        }),
      })
      .register(partTexts, {
        label: 'Factor',
        help: 'As many as stay confident enough for their number',
      }),
    z
      .object({
        rule: z.literal('entropy-bound'),
        gamma: number(0, 10, {
          label: 'Bound γ',
          help: 'Nats of shared uncertainty; higher reveals more at once',
          initial: 0.1,
          grain: 0.01,
          usefulMaximum: 2,
        }),
      })
      .register(partTexts, {
        label: 'Entropy bound',
        help: 'As many as keep their joint uncertainty under a bound',
      }),
    z
      .object({
        rule: z.literal('frechet-bound'),
        delta: number(0, 1, {
          label: 'Bound δ',
          help: 'Lead over any other combination; higher reveals fewer at once',
          initial: 0.25,
          grain: 0.01,
        }),
      })
      .register(partTexts, {
        label: 'Fréchet bound',
        help: 'As many as are surely right together',
      }),
    z
      .object({
        rule: z.literal('klass'),
        threshold: number(0, 1, {
          label: 'Threshold τ',
          help: 'Least probability to be revealed',
          initial: 0.9,
          grain: 0.01,
        }),
        drift: positive(10, {
          label: 'Drift ε',
          help: 'Nats the prediction may have changed by since the step before; higher reveals more',
          initial: 0.01,
          grain: 0.001,
          usefulMaximum: 0.2,
        }),
      })
      .register(partTexts, {
        label: 'KLASS',
        help: 'Every mask whose best token is probable enough and whose prediction holds still, and always one',
      }),
    z
      .object({
        rule: z.literal('speculative'),
        drafts: whole(0, 64, {
          label: 'Drafts',
          help: 'Most tokens drafted for one step, unless T leaves more to each; each costs little, and a wrong one nothing else',
          initial: 4,
          usefulMaximum: 16,
        }),
      })
      .register(partTexts, {
        label: 'Speculative',
        help: 'From left to right: the next tokens are drafted from the text around, and revealed as far as the model confirms them',
      }),
  ],
);

const eta = (initial: number) =>
  number(0, 1, {
    label: 'Strength η',
    help: 'How many revealed slots may become masks again',
    initial,
    grain: 0.001,
    usefulMaximum: 0.2,
  });

const remaskerSchema = part(
  'remasker',
  { label: 'Remasking', help: 'Which revealed tokens may become masks again' },
  [
    z.object({ remasker: z.literal('none') }).register(partTexts, {
      label: 'None',
      help: 'A revealed token stays',
    }),
    z.object({ remasker: z.literal('remdm-cap'), eta: eta(0.008) }).register(partTexts, {
      label: 'ReMDM cap',
      help: 'Every revealed token may be masked again, with a small capped probability',
    }),
    z.object({ remasker: z.literal('remdm-rescale'), eta: eta(0.015) }).register(partTexts, {
      label: 'ReMDM rescale',
      help: 'Every revealed token may be masked again, in proportion to what the schedule allows',
    }),
    z.object({ remasker: z.literal('remdm-conf') }).register(partTexts, {
      label: 'ReMDM confidence',
      help: 'Masks mostly the tokens it was least confident of',
    }),
    z
      .object({
        remasker: z.literal('remdm-loop'),
        eta: eta(0.02),
        on: number(0, 1, {
          label: 'On at',
          help: 'Diffusion time at which the loop starts',
          initial: 0.55,
          grain: 0.01,
        }),
        alpha: number(0, 1, {
          label: 'Hold α',
          help: 'Share of the slots kept revealed in the loop',
          initial: 0.9,
          grain: 0.01,
        }),
        off: number(0, 1, {
          label: 'Off at',
          help: 'Diffusion time at which the loop ends',
          initial: 0.05,
          grain: 0.01,
        }),
      })
      .refine(({ on, off }) => off <= on, {
        path: ['off'],
        error: 'must not be above on: the loop is switched on first',
      })
      .register(partTexts, {
        label: 'ReMDM loop',
        help: 'Drafts, then revises in a loop, then completes',
      }),
    z.object({ remasker: z.literal('p2') }).register(partTexts, {
      label: 'P2',
      help: 'All slots are ranked anew in every step, the least confident are masks',
    }),
    z
      .object({
        remasker: z.literal('quality'),
        threshold: number(0, 1, {
          label: 'Quality below',
          help: 'Tokens the model’s quality head gives less are masked again; 1 takes the worst in any case',
          initial: 0.5,
          grain: 0.01,
        }),
        most: whole(1, 1024, {
          label: 'At most',
          help: 'Tokens masked again in one step',
          initial: 2,
          usefulMaximum: 16,
        }),
      })
      .register(partTexts, {
        label: 'Quality head',
        help: 'Masks the tokens that the model’s own quality head doubts; needs a model that has one',
      }),
    z
      .object({
        remasker: z.literal('edit'),
        threshold: number(0, 1, {
          label: 'Edit above',
          help: 'A revealed token gives way to another that is more probable than this',
          initial: 0.5,
          grain: 0.01,
        }),
      })
      .register(partTexts, {
        label: 'Edit',
        help: 'Replaces revealed tokens by ones the model has come to prefer, without masking them',
      }),
    z
      .object({
        remasker: z.literal('wino'),
        threshold: number(0, 1, {
          label: 'Verify τ₂',
          help: 'A drafted token less probable than this, seen from the others, is masked again',
          initial: 0.9,
          grain: 0.01,
        }),
      })
      .register(partTexts, {
        label: 'WINO',
        help: 'Asks again about what was revealed, with those slots masked, and revokes what fails',
      }),
  ],
);

export const orderSchema = oneOf(
  { label: 'Order', help: 'Which masked slots are revealed first' },
  {
    random: { label: 'Random', help: 'Any slot' },
    confidence: { label: 'Most confident first', help: 'The most probable token' },
    margin: { label: 'Widest margin first', help: 'The clearest lead over the second best token' },
    entropy: { label: 'Least entropy first', help: 'The least uncertain slot' },
    'left-to-right': { label: 'Left to right', help: 'As an autoregressive model would write' },
  },
);

const scheduleSchema = oneOf(
  { label: 'Schedule', help: 'How the number of masked slots falls over the steps' },
  {
    linear: { label: 'Linear', help: 'The same pace throughout' },
    cosine: { label: 'Cosine', help: 'Few slots while little is known, many at the end' },
  },
);

/** Every knob of a sampler: add one here, and settings, command line, panel and documentation have it too. */
export const samplerSchema = z.object({
  steps: whole(1, 1024, {
    label: 'Steps T',
    help: 'Denoising steps at most, or one per block where there are more blocks; a run ends once nothing is left to reveal or to revise',
  }),
  schedule: scheduleSchema,
  order: orderSchema,
  orderTemperature: number(0, 10, {
    label: 'Order temperature',
    help: '0 is strictly best first; higher draws the slots more freely',
    grain: 0.05,
    usefulMaximum: 2,
  }),
  parallel: parallelRuleSchema,
  remask: remaskerSchema,
  blockLength: whole(0, 1024, {
    label: 'Block length',
    help: 'Slots of a span denoised before the ones after them; 0 denoises all together',
    usefulMaximum: 64,
  }),
  temperature: number(0, 2, {
    label: 'Temperature',
    help: 'How freely tokens are drawn; 0 always takes the most probable one',
    grain: 0.05,
  }),
  topP: positive(1, {
    label: 'Top-p',
    help: 'Only the most probable tokens that together reach this probability are drawn',
    grain: 0.01,
  }),
});

/** Slots of all spans together, of whatever model. */
export const MOST_SLOTS = 1024;

const slotCountSchema = whole(1, MOST_SLOTS, {
  label: 'Slots L',
  help: 'Tokens a span can at most be filled with',
  otherwise: '“auto”',
});

/** L, the slots of one span: an upper bound, or left to the engine. */
export const slotsSchema = z.union([z.literal('auto'), slotCountSchema], {
  error: `must be ${rangeText(numberKnobs.get(slotCountSchema)!)}`,
});

/** The same seed, request and predictions give the same fill. */
export const seedSchema = whole(0, 0xffffffff, {
  label: 'Seed',
  help: 'The same seed, knobs and code give the same fill',
});

/** The diffusion time a rewrite starts from. */
export const strengthSchema = positive(1, {
  label: 'Strength',
  help: 'Near 0 edits the present text, 1 starts anew',
  grain: 0.05,
});

export type ParallelRuleSettings = z.infer<typeof parallelRuleSchema>;
export type RemaskerSettings = z.infer<typeof remaskerSchema>;
export type ScheduleName = z.infer<typeof scheduleSchema>;
export type SamplerSettings = z.infer<typeof samplerSchema>;

/**
 * A line for each knob that is wrong, with the values it may have, e.g. `steps must be a whole number from 1 to 1024`.
 *
 * @param nameOf what the user knows the value under a path of keys as
 */
export function wrongSettings(
  { issues }: ZodError,
  nameOf = (path: readonly PropertyKey[]) => path.join('.'),
): string[] {
  return issues.map(({ path, message }) =>
    path.length === 0 ? 'the sampler must be an object of knobs' : `${nameOf(path)} ${message}`,
  );
}
