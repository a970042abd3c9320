import { randomInt } from 'node:crypto';
import type { SamplerSettings } from '../diffusion/settings';
import { type FillRequest, fillSchema } from '../engine/protocol/messages';
import { UsageError } from './errors';
import type { SamplerOptions } from './sampler';
import type { CutText } from './spans';

/** What every request of the command line is made from. */
export interface RequestOptions extends SamplerOptions {
  /** L of every span. */
  readonly slots: number | 'auto';
  /** Drawn anew when absent. */
  readonly seed?: number | undefined;
  /** VS Code language id. */
  readonly language?: string | undefined;
  /** Strength in (0, 1]: rewrite the spans' present text instead of writing it anew. */
  readonly rewrite?: number | undefined;
}

/** A request to fill the spans of a whole text. `options` have been checked. */
export function requestFor(
  cut: CutText,
  language: string | null,
  sampler: SamplerSettings,
  options: RequestOptions,
): FillRequest {
  return {
    run: 'fill',
    language,
    context: [...cut.context],
    startsDocument: true,
    endsDocument: true,
    spans: cut.spans.map((text) => ({ text, slots: options.slots })),
    mode:
      options.rewrite === undefined
        ? { kind: 'infill' }
        : { kind: 'rewrite', strength: options.rewrite },
    sampler,
    seed: options.seed ?? randomInt(2 ** 32),
  };
}

/** @throws {UsageError} naming the option whose value no request may have, and its range. */
export function checkRequestOptions({ slots, seed, rewrite }: RequestOptions): void {
  const { shape } = fillSchema;
  if (!shape.spans.element.shape.slots.safeParse(slots).success) {
    throw new UsageError('-L must be “auto” or a whole number from 1 to 1024.');
  }
  if (seed !== undefined && !shape.seed.safeParse(seed).success) {
    throw new UsageError('--seed must be a whole number from 0 to 4294967295.');
  }
  const mode = { kind: 'rewrite', strength: rewrite };
  if (rewrite !== undefined && !shape.mode.safeParse(mode).success) {
    throw new UsageError('--rewrite must be a number above 0 and at most 1.');
  }
}
