import type { FillRequest } from '../../engine/protocol/messages';
import { type RequestOptions, requestFor } from '../fill/fillRequest';
import { samplerFrom } from '../options/sampler';
import type { BatchLine } from './batchLine';

/**
 * The request a line of a batch asks for; what the line leaves open comes from the options.
 *
 * @throws {UsageError} naming the presets when there is none of the line's
 */
export function requestOf(line: BatchLine, options: RequestOptions): FillRequest {
  const { prefix, between = [], suffix, slots = options.slots } = line;
  const context = [prefix, ...between, suffix];
  const sampler = samplerFrom({ ...options, preset: line.preset ?? options.preset });
  const request = requestFor(
    { context, spans: context.slice(1).map(() => '') },
    line.language ?? options.language ?? null,
    { ...sampler, steps: line.steps ?? sampler.steps },
    { ...options, seed: line.seed ?? options.seed },
  );
  return {
    ...request,
    startsDocument: line.startsDocument ?? true,
    endsDocument: line.endsDocument ?? true,
    spans: request.spans.map((span, index) => ({
      ...span,
      slots: Array.isArray(slots) ? slots[index]! : slots,
    })),
  };
}
