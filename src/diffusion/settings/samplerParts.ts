import type { SamplerSettings } from './sampler';

/** What a sampler is called that is no preset's. */
export const CUSTOM = 'Custom';

/** Whether two samplers are the same composition. T is no part of it: with another T, a preset is still that preset. */
export function sameParts(
  { steps: _, ...one }: SamplerSettings,
  { steps: __, ...other }: SamplerSettings,
): boolean {
  return sameSettings(one, other);
}

/** Whether settings are equal, whatever the order of their keys: numbers, names, parts with their numbers, or all of them. */
export function sameSettings(one: unknown, other: unknown): boolean {
  return comparable(one) === comparable(other);
}

function comparable(settings: unknown): string {
  return JSON.stringify(settings, (_key, value: unknown) =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
