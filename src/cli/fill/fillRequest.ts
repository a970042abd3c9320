import { randomInt } from 'node:crypto';
import {
  type SamplerSettings,
  seedSchema,
  slotsSchema,
  strengthSchema,
} from '../../diffusion/settings/sampler';
import type { FillRequest } from '../../engine/protocol/messages';
import { UsageError } from '../errors';
import type { SamplerOptions } from '../options/sampler';
import { type SearchOptions, searchFrom } from '../options/searchOptions';
import type { CutText } from './spans';

/** What every request of the command line is made from. */
export interface RequestOptions extends SamplerOptions, SearchOptions {
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
  cut: Pick<CutText, 'context' | 'spans'>,
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
    ...searchFrom(options),
  };
}

/** @throws {UsageError} naming the option whose value no request may have, and its range. */
export function checkRequestOptions(options: RequestOptions): void {
  const { slots, seed, rewrite } = options;
  const checks = [
    ['-L', slotsSchema, slots],
    ['--seed', seedSchema, seed],
    ['--rewrite', strengthSchema, rewrite],
  ] as const;
  for (const [option, schema, value] of checks) {
    const { error } = schema.optional().safeParse(value);
    if (error) throw new UsageError(`${option} ${error.issues[0]?.message}.`);
  }
  searchFrom(options);
}
