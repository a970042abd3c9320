import type { SamplerSettings } from './sampler';

/** What a sampler is called that is no preset's. */
export const CUSTOM = 'Custom';

/** Whether two samplers are the same composition. T is no part of it: with another T, a preset is still that preset. */
export function sameParts(one: SamplerSettings, other: SamplerSettings): boolean {
  return comparable(one) === comparable(other);
}

/** Equal for equal samplers whatever the order of their keys. */
function comparable({ steps: _, ...parts }: SamplerSettings): string {
  return JSON.stringify(parts, (_key, value: unknown) =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
