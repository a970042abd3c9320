import type { Likelihood } from '../trace/likelihood';

/** What is known of a finished fill. */
export interface Merits extends Likelihood {
  /** Parse errors it adds to the document; null where nobody can tell. */
  readonly newErrors: number | null;
}

/** Nats that a parse error costs where it has to be weighed against a log-probability; finite, for particle Gibbs. */
const ERROR_COST = 20;

/** A log-probability less what parse errors cost; higher is better. Errors nobody could count cost nothing. */
export function lessErrors(logProb: number, newErrors: number | null): number {
  return logProb - ERROR_COST * (newErrors ?? 0);
}

/**
 * Those with the fewest parse errors first, and of these the most probable as a whole; equals stay in their order. Errors
 * that could not be counted of all of them are of no account.
 */
export function ranked<T extends Merits>(fills: readonly T[]): T[] {
  const counted = fills.every(({ newErrors }) => newErrors !== null);
  const errors = ({ newErrors }: T) => (counted ? (newErrors ?? 0) : 0);
  return fills.toSorted((a, b) => errors(a) - errors(b) || b.logProb - a.logProb);
}
