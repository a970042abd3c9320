import type { SamplerSettings } from './sampler';
import { CUSTOM, sameParts } from './samplerParts';

/** A named sampler. */
export interface Preset {
  readonly name: string;
  /** One line for a picker. */
  readonly summary: string;
  readonly sampler: SamplerSettings;
}

/** The parts most presets share; each preset names only what makes it what it is. */
const base: SamplerSettings = {
  steps: 32,
  schedule: 'linear',
  order: 'confidence',
  orderTemperature: 0,
  parallel: { rule: 'fixed' },
  remask: { remasker: 'none' },
  blockLength: 0,
  temperature: 0,
  topP: 1,
};
/** Adaptive rules: T only bounds the steps, so leave them room for one slot at a time, in as many as a model takes. */
const adaptive: SamplerSettings = { ...base, steps: 128 };
/** Where slots are looked at again, T is not cut to their number, so that more of it is more work. */
const revising: SamplerSettings = { ...adaptive, steps: 64 };
/** MDLM's reverse process: every slot flips its own coin, tokens are sampled. */
const ancestral: SamplerSettings = {
  ...base,
  order: 'random',
  parallel: { rule: 'ancestral' },
  temperature: 1,
};
/** ReMDM pays off with more steps than slots, and with its paper's nucleus. */
const remdm: SamplerSettings = { ...ancestral, steps: 128, topP: 0.9 };

/**
 * The default, as the bundled model was adapted from one that writes from left to right and is best where the token
 * before a slot is there: it fills exactly as one slot a step does, in about half the steps. It is deterministic and
 * never fails to finish within T, which leaves room for one slot a step in as many slots as a model takes.
 */
export const defaultPreset: Preset = {
  name: 'Speculative',
  summary:
    'Drafts the next tokens from the text around and reveals, from the left, what the model confirms (default)',
  sampler: {
    ...adaptive,
    order: 'left-to-right',
    parallel: { rule: 'speculative', drafts: 4 },
  },
};

export const presets: readonly Preset[] = [
  defaultPreset,
  {
    name: 'Frontier',
    summary:
      'Reveals, from the left, as many slots as the model is at least 90% sure of, and always one',
    sampler: {
      ...adaptive,
      order: 'left-to-right',
      parallel: { rule: 'threshold', threshold: 0.9 },
    },
  },
  {
    name: 'Fast-dLLM',
    summary:
      'Reveals every slot the model is at least 90% sure of, so easy spans take few steps and hard ones more',
    sampler: { ...adaptive, parallel: { rule: 'threshold', threshold: 0.9 } },
  },
  {
    name: 'LLaDA',
    summary: 'The same number of slots every step, the most confident first',
    sampler: base,
  },
  {
    name: 'Dream',
    summary: 'The same number of slots every step, lowest entropy first, slightly random tokens',
    sampler: { ...base, order: 'entropy', temperature: 0.2, topP: 0.95 },
  },
  {
    name: 'MDLM',
    summary: 'The plain reverse process: slots and tokens drawn at random, for diverse candidates',
    sampler: ancestral,
  },
  {
    name: 'Entropy-bounded',
    summary: 'Reveals slots together while their summed uncertainty stays within 0.1 nats',
    sampler: {
      ...adaptive,
      order: 'entropy',
      parallel: { rule: 'entropy-bound', gamma: 0.1 },
    },
  },
  {
    name: 'Fréchet',
    summary: 'Reveals slots together while their best tokens surely beat every other combination',
    sampler: { ...adaptive, parallel: { rule: 'frechet-bound', delta: 0.25 } },
  },
  {
    name: 'ReMDM',
    summary: 'MDLM that takes a few revealed tokens back at every step (σ capped at 0.008)',
    sampler: { ...remdm, remask: { remasker: 'remdm-cap', eta: 0.008 } },
  },
  {
    name: 'ReMDM rescale',
    summary: 'MDLM that takes tokens back in proportion to what the schedule allows',
    sampler: { ...remdm, remask: { remasker: 'remdm-rescale', eta: 0.015 } },
  },
  {
    name: 'ReMDM conf',
    summary: 'MDLM that takes back mostly the tokens it was least confident of',
    sampler: { ...remdm, remask: { remasker: 'remdm-conf' } },
  },
  {
    name: 'ReMDM loop',
    summary: 'MDLM that drafts nine tenths, then revises for half of the steps, then completes',
    sampler: {
      ...remdm,
      remask: { remasker: 'remdm-loop', eta: 0.02, on: 0.55, alpha: 0.9, off: 0.05 },
    },
  },
  {
    name: 'P2',
    summary: 'Ranks all slots anew every step and masks the least confident, revealed or not',
    sampler: { ...base, remask: { remasker: 'p2' } },
  },
  {
    name: 'PRISM',
    summary: 'LLaDA that masks again what the model’s own quality head doubts (needs such a model)',
    sampler: { ...base, remask: { remasker: 'quality', threshold: 0.5, most: 2 } },
  },
  {
    name: 'WINO',
    summary: 'Reveals boldly, at 60%, and revokes what falls below 90% once the others are there',
    sampler: {
      ...revising,
      parallel: { rule: 'threshold', threshold: 0.6 },
      remask: { remasker: 'wino', threshold: 0.9 },
    },
  },
  {
    name: 'KLASS',
    summary: 'Reveals slots the model is 90% sure of once its prediction no longer moves',
    sampler: { ...adaptive, parallel: { rule: 'klass', threshold: 0.9, drift: 0.01 } },
  },
  {
    name: 'Block',
    summary: 'LLaDA in blocks of 16 slots, one after the other',
    sampler: { ...base, blockLength: 16 },
  },
  {
    name: 'LLaDA-2.1',
    summary:
      'Reveals at 70% and replaces revealed tokens when another becomes more than 50% probable',
    sampler: {
      ...revising,
      parallel: { rule: 'threshold', threshold: 0.7 },
      remask: { remasker: 'edit', threshold: 0.5 },
    },
  },
];

/** The name of the preset that a sampler is the composition of, whatever its T; `CUSTOM` where it is none's. */
export function presetNameOf(sampler: SamplerSettings): string {
  return presets.find((preset) => sameParts(preset.sampler, sampler))?.name ?? CUSTOM;
}

/** The preset of that name, whatever its case, accents, spaces and hyphens: `frechet` and `remdm-loop` are found. */
export function presetNamed(name: string): Preset | undefined {
  return presets.find((preset) => plain(preset.name) === plain(name));
}

function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[\p{Diacritic}\s_-]/gu, '')
    .toLowerCase();
}
