/** What is known of a finished fill. */
export interface Merits {
  /** Mean natural log-probability of its tokens, each as it was when revealed (≤ 0). */
  readonly meanLogProb: number;
  /** Parse errors it adds to the document; null where nobody can tell. */
  readonly newErrors: number | null;
}

/**
 * Nats that a parse error costs. More than the mean log-probabilities of two fills ever differ by, so that fewer errors
 * come first and the log-probability decides among equals; and finite, for particle Gibbs.
 */
const ERROR_COST = 20;

/** A log-probability less what parse errors cost; higher is better. Errors nobody could count cost nothing. */
export function lessErrors(logProb: number, newErrors: number | null): number {
  return logProb - ERROR_COST * (newErrors ?? 0);
}

export function scoreOf({ meanLogProb, newErrors }: Merits): number {
  return lessErrors(meanLogProb, newErrors);
}

/** The best first; equals stay in their order. */
export function ranked<T extends { readonly merits: Merits }>(fills: readonly T[]): T[] {
  return fills.toSorted((a, b) => scoreOf(b.merits) - scoreOf(a.merits));
}
