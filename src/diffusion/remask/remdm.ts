import type { Alpha } from '../schedule';
import type { RemaskerSettings } from '../settings/sampler';

/** Remasking discrete diffusion (ReMDM, Wang et al. 2025): revealed slots may become masks again. */
export type RemdmSettings = Extract<RemaskerSettings, { remasker: `remdm-${string}` }>;

/** Where a step stands: its time as a share of the run (1 = its start, 0 = its end) and α before and after it. */
export interface Stand {
  readonly t: number;
  readonly alphaT: number;
  readonly alphaS: number;
}

/** σ of every revealed slot, aligned with them, and the σ that balances them on the masked side. */
export interface Sigma {
  readonly perSlot: readonly number[];
  readonly mean: number;
}

/** The most that may be remasked while the masked share can still fall to 1 − αₛ. 0 at the end, where αₛ = 1. */
export function sigmaMax(alphaT: number, alphaS: number): number {
  return alphaS >= 1 ? 0 : Math.min(1, (1 - alphaS) / alphaT);
}

/**
 * - cap: σ = min(η, σ_max)
 * - rescale: σ = η·σ_max
 * - conf: σᵢ = σ_max · softmax(−cᵢ), cᵢ the confidence slot i was revealed with
 * - loop: as cap while off < t ≤ on, otherwise nothing
 *
 * @param confidences cᵢ of each revealed slot, in [0, 1].
 */
export function sigma(
  remask: RemdmSettings,
  { t, alphaT, alphaS }: Stand,
  confidences: readonly number[],
): Sigma {
  const max = sigmaMax(alphaT, alphaS);
  const same = (value: number): Sigma => ({ perSlot: confidences.map(() => value), mean: value });
  switch (remask.remasker) {
    case 'remdm-cap':
      return same(Math.min(remask.eta, max));
    case 'remdm-rescale':
      return same(remask.eta * max);
    case 'remdm-conf': {
      const weights = confidences.map((c) => Math.exp(-c));
      const total = weights.reduce((sum, w) => sum + w, 0);
      const perSlot = weights.map((w) => (max * w) / total);
      return { perSlot, mean: perSlot.length === 0 ? 0 : max / perSlot.length };
    }
    case 'remdm-loop':
      return same(t <= remask.on && t > remask.off ? Math.min(remask.eta, max) : 0);
  }
}

/**
 * (αₛ − (1 − σ)αₜ) / (1 − αₜ): the probability with which a masked slot is revealed between t and s, so that the
 * masked share is 1 − αₛ afterwards although revealed slots were remasked with σ. With σ = 0 it is MDLM's.
 */
export function revealProbability(alphaT: number, alphaS: number, sigma: number): number {
  return alphaT >= 1 ? 1 : (alphaS - (1 - sigma) * alphaT) / (1 - alphaT);
}

/**
 * α of the loop: it rises from its start to the held value until t = on (at once where on is 1), stays there until t = off, and
 * then rises to 1. A run that starts above the held value (a rewrite of low strength) holds what it starts with.
 */
export function loopAlpha(
  base: Alpha,
  startTime: number,
  { on, off, alpha }: Extract<RemdmSettings, { remasker: 'remdm-loop' }>,
): Alpha {
  const start = base(startTime);
  const held = Math.max(start, alpha);
  return (time) => {
    const t = time / startTime;
    if (t >= 1) return start;
    if (t > on) return start + (held - start) * base((t - on) / (1 - on));
    if (t > off) return held;
    return off === 0 ? 1 : held + (1 - held) * base(t / off);
  };
}
