import type {
  OrderName,
  ParallelRuleSettings,
  RemaskerSettings,
  ScheduleName,
} from '../../src/diffusion/settings';

/** How a number of a sampler part is shown. Its range is the schema's. */
export interface ParameterText {
  readonly label: string;
  readonly hint: string;
  /** Used when the part is chosen. */
  readonly initial: number;
  /** Smallest sensible change. */
  readonly grain: number;
  /** Upper end of the slider where the schema's range is wider than is useful; the number field takes more. */
  readonly usefulMaximum?: number;
}

/** The words for one choice of a sampler part. */
export interface PartText<Key extends string = string> {
  readonly label: string;
  readonly summary: string;
  readonly parameters: Readonly<Record<Key, ParameterText>>;
}

type PartTexts<Settings, Tag extends keyof Settings> = {
  readonly [Choice in Settings[Tag] & string]: PartText<
    Exclude<keyof Extract<Settings, Record<Tag, Choice>>, Tag> & string
  >;
};

export const parallelRuleTexts: PartTexts<ParallelRuleSettings, 'rule'> = {
  ancestral: {
    label: 'Ancestral',
    summary: 'Every mask is revealed with the probability the schedule gives the step.',
    parameters: {},
  },
  fixed: {
    label: 'Fixed number',
    summary: 'The same number of masks in every step: slots divided by T.',
    parameters: {},
  },
  threshold: {
    label: 'Threshold',
    summary: 'Every mask whose best token is at least this probable, and always one.',
    parameters: {
      threshold: {
        label: 'Threshold',
        hint: 'Least probability to be revealed',
        initial: 0.9,
        grain: 0.01,
      },
    },
  },
  factor: {
    label: 'Factor',
    summary: 'As many at once as stay confident for their number.',
    parameters: {
      factor: {
        label: 'Factor',
        hint: 'Higher reveals more at once',
        initial: 1,
        grain: 0.05,
        usefulMaximum: 4,
      },
    },
  },
  'entropy-bound': {
    label: 'Entropy bound',
    summary: 'As many at once as keep their joint uncertainty under a bound.',
    parameters: {
      gamma: {
        label: 'Bound γ',
        hint: 'Nats; higher reveals more at once',
        initial: 0.1,
        grain: 0.01,
        usefulMaximum: 2,
      },
    },
  },
  'frechet-bound': {
    label: 'Fréchet bound',
    summary: 'As many at once as are surely right together.',
    parameters: {
      delta: {
        label: 'Bound δ',
        hint: 'Higher reveals fewer at once',
        initial: 0.25,
        grain: 0.01,
      },
    },
  },
};

const eta = (initial: number): ParameterText => ({
  label: 'Strength η',
  hint: 'How many revealed slots may become masks again',
  initial,
  grain: 0.001,
  usefulMaximum: 0.2,
});

export const remaskerTexts: PartTexts<RemaskerSettings, 'remasker'> = {
  none: { label: 'None', summary: 'What is revealed stays.', parameters: {} },
  'remdm-cap': {
    label: 'ReMDM cap',
    summary: 'Revealed slots are masked again with a small, capped probability.',
    parameters: { eta: eta(0.008) },
  },
  'remdm-rescale': {
    label: 'ReMDM rescale',
    summary: 'Revealed slots are masked again with a share of what the schedule allows.',
    parameters: { eta: eta(0.015) },
  },
  'remdm-conf': {
    label: 'ReMDM confidence',
    summary: 'Slots revealed with little confidence are masked again more often.',
    parameters: {},
  },
  'remdm-loop': {
    label: 'ReMDM loop',
    summary: 'Holds the noise level for a while in the middle of the run and revises there.',
    parameters: {
      eta: eta(0.02),
      on: { label: 'On at', hint: 'Diffusion time the loop starts', initial: 0.55, grain: 0.01 },
      alpha: { label: 'Hold α', hint: 'Share kept revealed', initial: 0.9, grain: 0.01 },
      off: { label: 'Off at', hint: 'Diffusion time the loop ends', initial: 0.05, grain: 0.01 },
    },
  },
  p2: {
    label: 'P2',
    summary: 'In every step the least confident slots, revealed or not, are masks.',
    parameters: {},
  },
};

export const orderTexts: Readonly<Record<OrderName, string>> = {
  random: 'Random',
  confidence: 'Most confident first',
  margin: 'Widest margin first',
  entropy: 'Least entropy first',
  'left-to-right': 'Left to right',
};

export const scheduleTexts: Readonly<Record<ScheduleName, string>> = {
  linear: 'Linear',
  cosine: 'Cosine',
};
