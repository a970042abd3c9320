import type { LengthSettings } from './settings';

export type LengthRule = LengthSettings['rule'];

/** What of a model the length rules go by. */
export interface LengthEvidence {
  readonly hasPads: boolean;
  readonly isCalibrated: boolean;
}

/** The rules by which a model can be asked for lengths. */
export function lengthRulesWith({ hasPads, isCalibrated }: LengthEvidence): LengthRule[] {
  return [
    'grow',
    ...(hasPads ? ['quantile' as const] : []),
    ...(isCalibrated ? ['calibrated' as const] : []),
  ];
}

/** Why a model cannot be asked by a rule, and what to do: goes on from “with this model: ”. */
export const lackedByRule: Readonly<Record<Exclude<LengthRule, 'grow'>, string>> = {
  quantile: 'it has no pad token to tell lengths by. Choose another length rule, or set L.',
  calibrated:
    'it was not calibrated. Run “unmask models calibrate” on it, or choose another length rule.',
};
