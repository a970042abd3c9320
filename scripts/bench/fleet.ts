import { caseFigures } from '../../src/benchmark/figures';
import type { BenchmarkReport } from '../../src/engine/protocol/benchmark';

/** Who asks for fills, and how full machines may be. */
const USERS = 10_000;
const ACTIVE_AT_ONCE = 0.2;
const FILLS_PER_HOUR = 30;
const UTILISATION = 0.6;

export const ASSUMPTIONS = `${USERS.toLocaleString('en')} users, of whom ${100 * ACTIVE_AT_ONCE}% work at the same time and ask for ${FILLS_PER_HOUR} fills an hour each; machines as the one measured, ${100 * UTILISATION}% busy, one fill at a time`;

/** Machines for that many users: when every fill has to encode its context, and when none has. */
export function machinesFor(measured: BenchmarkReport['cases'][number]): {
  readonly cold: number;
  readonly warm: number;
} {
  const { adaptiveMs, againMs } = caseFigures(measured);
  const fillsPerSecond = (USERS * ACTIVE_AT_ONCE * FILLS_PER_HOUR) / 3600;
  const machines = (ms: number) => Math.ceil((fillsPerSecond * ms) / 1000 / UTILISATION);
  return { cold: machines(adaptiveMs!.median), warm: machines(againMs!.median) };
}
