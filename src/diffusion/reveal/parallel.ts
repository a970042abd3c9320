import type { Prediction } from '../denoiser';
import type { ParallelRuleSettings } from '../settings/sampler';

/** The rules whose number per step follows from what the model says. */
export type AdaptiveRule = Exclude<ParallelRuleSettings, { rule: 'ancestral' | 'fixed' }>;

export function isAdaptive(rule: ParallelRuleSettings): rule is AdaptiveRule {
  return rule.rule !== 'ancestral' && rule.rule !== 'fixed';
}

/**
 * The longest prefix of `ranked` that the rule lets be revealed at once; may be empty (the caller reveals at least one slot).
 * c: confidences, H: entropies, of the first n slots; c₍ₙ₎ the least of their confidences, which in confidence order
 * is the last.
 *
 * - threshold: every c ≥ τ (Fast-dLLM, Wu et al. 2025)
 * - factor: (n + 1)(1 − c₍ₙ₎) < f (Fast-dLLM)
 * - entropy-bound: ΣH − max H ≤ γ (Ben-Hamu et al. 2025)
 * - klass: every c ≥ τ and every prediction moved by less than ε since the step before (KLASS, Kim et al. 2025)
 * - frechet-bound: max(0, Σc − (n − 1)) − (1 − c₍ₙ₎) > δ (Fast-dLLM++, Kasa et al. 2026): the least probability that
 *   all best tokens can have together, by Fréchet's bound, leads that of any other combination by δ
 * - speculative: none, where the step could not read causally (see `causalReadings`)
 *
 * Each of them can only get worse with n, so the first failure ends the prefix.
 *
 * @param drift see `drift`; only `klass` looks at it.
 * @returns why, one reason for each slot of the prefix
 */
export function supported(
  rule: AdaptiveRule,
  ranked: readonly number[],
  confidence: Float64Array,
  entropy: Prediction['entropy'],
  drift?: Float64Array,
): readonly string[] {
  const reasons: string[] = [];
  let least = 1;
  let sum = 0;
  let sumH = 0;
  let maxH = 0;
  for (const i of ranked) {
    const n = reasons.length + 1;
    const c = confidence[i]!;
    least = Math.min(least, c);
    sum += c;
    sumH += entropy[i]!;
    maxH = Math.max(maxH, entropy[i]!);
    const moved = drift?.[i] ?? Number.POSITIVE_INFINITY;
    const reason = judge(rule, { n, c, moved, least, sum, sumH, maxH });
    if (reason === undefined) break;
    reasons.push(reason);
  }
  return reasons;
}

interface Prefix {
  readonly n: number;
  readonly c: number;
  readonly moved: number;
  readonly least: number;
  readonly sum: number;
  readonly sumH: number;
  readonly maxH: number;
}

/** Why the rule supports the prefix, or undefined when it does not. */
function judge(
  rule: AdaptiveRule,
  { n, c, moved, least, sum, sumH, maxH }: Prefix,
): string | undefined {
  switch (rule.rule) {
    case 'threshold':
      return c >= rule.threshold ? `confidence ${short(c)} ≥ ${rule.threshold}` : undefined;
    case 'factor': {
      const doubt = (n + 1) * (1 - least);
      return doubt < rule.factor ? `factor ${short(doubt)} < ${rule.factor}` : undefined;
    }
    case 'entropy-bound': {
      const excess = sumH - maxH;
      return excess <= rule.gamma ? `entropy sum ${short(excess)} ≤ ${rule.gamma}` : undefined;
    }
    case 'frechet-bound': {
      const lead = Math.max(0, sum - (n - 1)) - (1 - least);
      return lead > rule.delta ? `joint lead ${short(lead)} > ${rule.delta}` : undefined;
    }
    case 'speculative':
      return undefined;
    case 'klass':
      return isStable(rule, c, moved)
        ? `confidence ${short(c)} ≥ ${rule.threshold}, moved ${short(moved)} < ${rule.drift}`
        : undefined;
  }
}

/**
 * `ranked`, under KLASS with the slots that it finds stable before the others, each in the order they had: its rule is about
 * every slot by itself, and one that still moves holds no other back.
 *
 * @param moved see `drift`.
 */
export function stableFirst(
  rule: ParallelRuleSettings,
  ranked: readonly number[],
  confidence: Float64Array,
  moved: Float64Array | undefined,
): readonly number[] {
  if (rule.rule !== 'klass' || !moved) return ranked;
  const stable = (i: number) => isStable(rule, confidence[i]!, moved[i]!);
  return [...ranked.filter(stable), ...ranked.filter((i) => !stable(i))];
}

type Klass = Extract<AdaptiveRule, { rule: 'klass' }>;

const isStable = ({ threshold, drift }: Klass, confidence: number, moved: number): boolean =>
  confidence >= threshold && moved < drift;

/** Three significant digits, no trailing zeros. */
export function short(x: number): string {
  return String(Number(x.toPrecision(3)));
}
