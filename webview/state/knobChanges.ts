import type {
  ParallelRuleSettings,
  RemaskerSettings,
  SamplerSettings,
} from '../../src/diffusion/settings';
import type { Knobs, PanelState } from '../../src/panel/messages';
import { type PartText, parallelRuleTexts, remaskerTexts } from './samplerParts';

/** The preset name of a sampler that was put together by hand. */
export const CUSTOM = 'Custom';

/** The knobs with a preset's whole sampler. */
export function withPreset(knobs: Knobs, preset: PanelState['presets'][number]): Knobs {
  return { ...knobs, preset: preset.name, sampler: preset.sampler };
}

/**
 * The knobs with parts of the sampler changed. A preset is a composition of parts, so its name stays when only T
 * changes, and comes back when the parts equal it again; otherwise the sampler is custom.
 */
export function withSampler(
  knobs: Knobs,
  change: Partial<SamplerSettings>,
  presets: PanelState['presets'],
): Knobs {
  const sampler = { ...knobs.sampler, ...change };
  const candidates = [
    ...presets.filter((preset) => preset.name === knobs.preset),
    ...presets.filter((preset) => preset.name !== knobs.preset),
  ];
  const match = candidates.find((preset) => sameParts(preset.sampler, sampler));
  return { ...knobs, preset: match?.name ?? CUSTOM, sampler };
}

/** A parallel rule with its initial numbers. */
export function freshParallelRule(rule: ParallelRuleSettings['rule']): ParallelRuleSettings {
  return { rule, ...initialNumbers(parallelRuleTexts[rule]) } as ParallelRuleSettings;
}

/** A remasker with its initial numbers. */
export function freshRemasker(remasker: RemaskerSettings['remasker']): RemaskerSettings {
  return { remasker, ...initialNumbers(remaskerTexts[remasker]) } as RemaskerSettings;
}

function initialNumbers(part: PartText): Record<string, number> {
  return Object.fromEntries(
    Object.entries(part.parameters).map(([key, parameter]) => [key, parameter.initial]),
  );
}

function sameParts(one: SamplerSettings, other: SamplerSettings): boolean {
  return comparable(one) === comparable(other);
}

/** Equal for equal samplers whatever the order of their keys; T is left out. */
function comparable({ steps: _, ...parts }: SamplerSettings): string {
  return JSON.stringify(parts, (_key, value: unknown) =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
