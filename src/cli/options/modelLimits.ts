import { lackedByRule } from '../../diffusion/length/lengthRules';
import type { ModelStatus } from '../../engine/protocol/messages';
import { UsageError } from '../errors';
import type { RequestOptions } from '../fill/fillRequest';
import { searchFrom } from './searchOptions';

/** Of a model, what options can be wrong for. */
export type ModelLimits = Pick<ModelStatus, 'name' | 'spanGap' | 'maxSlots' | 'lengthRules'>;

/**
 * What it takes the model to know of the options, whose ranges have room for every model.
 *
 * A batch is not asked: each of its lines may have an L of its own, and is answered by itself.
 *
 * @param spans how many are filled jointly
 * @throws {UsageError} naming the option, and its range with this model
 */
export function checkModelLimits(
  options: RequestOptions,
  spans: number,
  { name, spanGap, maxSlots, lengthRules }: ModelLimits,
): void {
  const { slots, rewrite } = options;
  if (spans > maxSlots)
    throw new UsageError(
      `There are ${spans} spans, and ${name} fills at most ${maxSlots} at once: name fewer, each with --span.`,
    );
  const most = Math.min(spanGap, Math.floor(maxSlots / spans));
  if (slots !== 'auto' && slots > most)
    throw new UsageError(
      `-L must be “auto” or a whole number from 1 to ${most} with ${name}${spans > 1 ? ` and ${spans} spans` : ''}.`,
    );
  if (slots !== 'auto' || rewrite !== undefined) return;
  const { rule } = searchFrom(options).length;
  if (rule !== 'grow' && !lengthRules.includes(rule))
    throw new UsageError(`--length ${rule} does not work with ${name}: ${lackedByRule[rule]}`);
}
