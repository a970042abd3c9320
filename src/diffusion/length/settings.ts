import * as z from 'zod';
import { number, part, partTexts } from '../settings/knob';

/** How the number of slots of a span is decided where nobody says it. */
export const lengthSchema = part(
  'rule',
  { label: 'Length', help: 'How the number of slots is decided where it is automatic' },
  [
    z.object({ rule: z.literal('grow') }).register(partTexts, {
      label: 'Grow',
      help: 'A guess; slots that turn out to be surplus become pads, and a fill that more probably goes on than not gets twice as many',
    }),
    z
      .object({
        rule: z.literal('quantile'),
        quantile: number(0.05, 0.95, {
          label: 'Quantile',
          help: 'Of the length as the first pass expects it; 0.5 is the median, higher writes more',
          initial: 0.5,
          grain: 0.05,
        }),
      })
      .register(partTexts, {
        label: 'Quantile',
        help: 'Decided by the first pass, from how probable a pad is in each slot; no pads after that; for models that tell of pads behind masks, as the bundled one does not',
      }),
    z.object({ rule: z.literal('calibrated') }).register(partTexts, {
      label: 'Calibrated',
      help: 'The length of which the first pass is surest, compared with how sure the model is of that length as a rule; for models that were calibrated, as the bundled one is not',
    }),
  ],
);
export type LengthSettings = z.infer<typeof lengthSchema>;

export const defaultLength: LengthSettings = { rule: 'grow' };
