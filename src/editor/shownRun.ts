import { appendSteps, beginTrace, endTrace } from '../diffusion/replay';
import type { Trace, TraceHeader, TraceOutcome, TraceStep, TraceTimings } from '../diffusion/trace';
import type { HostToPanel, PanelState, RunPhase } from '../panel/messages';
import type { Flight } from './flight';
import { RunHistory, type RunRecord } from './runHistory';

/** The run that editor and panel show: its trace, phase and candidate, among the runs on the same spans. */
export class ShownRun {
  #phase: RunPhase = { kind: 'idle' };
  #trace: Trace | null = null;
  readonly #runs = new RunHistory();

  /** @param tell hears of every change, but of `clear`, `show` and `showNone`, after which all is another. */
  constructor(private readonly tell: (news: HostToPanel) => void) {}

  get phase(): RunPhase {
    return this.#phase;
  }

  get trace(): Trace | null {
    return this.#trace;
  }

  get running(): boolean {
    return this.#phase.kind === 'starting' || this.#phase.kind === 'denoising';
  }

  /** The texts that accepting would put into the spans, with `\n` line ends; null while there is no candidate. */
  get candidate(): readonly string[] | null {
    const outcome = this.#trace?.outcome;
    if (this.#phase.kind !== 'finished' || outcome?.kind !== 'finished') return null;
    const { candidates, chosen } = this.#runs.state;
    return candidates[chosen]?.texts ?? outcome.texts;
  }

  /** Whether another candidate than the best is chosen: it is the best one's trace that is shown. */
  get choseOther(): boolean {
    return this.#runs.chosen > 0;
  }

  get record(): (RunRecord & { readonly number: number }) | undefined {
    return this.#runs.get(this.#runs.shown);
  }

  get state(): Pick<PanelState, 'trace' | 'runs' | 'compared' | 'phase'> {
    const { state: runs, compared } = this.#runs;
    return { trace: this.#trace, runs, compared, phase: this.#phase };
  }

  /** Forgets the runs and what was shown of them: the next is on other spans. */
  clear(): void {
    this.#runs.clear();
    this.#trace = null;
  }

  enter(phase: RunPhase): void {
    this.#phase = phase;
    this.tell({ kind: 'phase', phase });
  }

  /** Shows a run from its canvas on, a branch with the steps that it takes over. */
  begin(
    flight: Flight,
    header: TraceHeader,
    tokenTexts: Trace['tokenTexts'],
    place: PanelState['place'],
  ): void {
    this.#trace = beginTrace(header, tokenTexts);
    this.tell({ kind: 'started', header, tokenTexts, place });
    if (flight.branch) this.append(flight.branch.start.steps, flight.branch.start.tokenTexts);
    this.#runs.show(flight.id);
    this.#keep(flight);
    this.enter({ kind: 'denoising' });
  }

  append(steps: readonly TraceStep[], tokenTexts: Trace['tokenTexts']): void {
    if (!this.#trace) return;
    this.#trace = appendSteps(this.#trace, steps, tokenTexts);
    this.tell({ kind: 'steps', steps, tokenTexts });
  }

  end(
    flight: Flight,
    outcome: TraceOutcome,
    timings: TraceTimings | null,
    candidates?: RunRecord['candidates'],
  ): void {
    if (!this.#trace) return;
    this.#trace = endTrace(this.#trace, outcome, timings);
    this.tell({ kind: 'ended', outcome, timings });
    this.#keep(flight, candidates);
  }

  /**
   * Shows one of the runs. That which is shown already only has its fill offered again, if it is not.
   *
   * @param fits tells whether its fill may still take the spans' place; then it is the candidate.
   * @returns whether it is another run than before
   */
  show(id: string, fits: (record: RunRecord) => boolean): boolean {
    const record = this.#runs.get(id);
    if (!record) return false;
    const phase = phaseOf(record.trace, fits(record));
    if (id === this.#runs.shown) {
      if (phase.kind !== this.#phase.kind) this.enter(phase);
      return false;
    }
    this.#trace = record.trace;
    this.#runs.show(id);
    this.#phase = phase;
    return true;
  }

  showNone(): void {
    this.#trace = null;
    this.#runs.show(null);
  }

  choose(index: number): void {
    if (index >= this.#runs.state.candidates.length) return;
    this.#runs.chosen = index;
    this.#tellRuns();
    // What draws the candidate goes by the phase.
    this.tell({ kind: 'phase', phase: this.#phase });
  }

  /** @param id null ends the comparison. */
  compare(id: string | null): void {
    // The trace of the one shown may still be growing.
    if (id !== null && id === this.#runs.shown) return;
    this.#runs.compare(id);
    this.tell({ kind: 'compared', compared: this.#runs.compared });
  }

  /** Keeps the trace as it is now with the runs on these spans. */
  #keep({ id, asked, branch, edition }: Flight, candidates: RunRecord['candidates'] = []): void {
    if (!asked || !this.#trace) return;
    this.#runs.put({
      id,
      ...asked,
      edition,
      branch: branch?.origin ?? null,
      trace: this.#trace,
      candidates,
    });
    this.#tellRuns();
  }

  #tellRuns(): void {
    this.tell({ kind: 'runs', runs: this.#runs.state });
  }
}

/** Of a run that is over. */
function phaseOf({ outcome }: Trace, fits: boolean): RunPhase {
  if (outcome === null || outcome.kind === 'stopped') return { kind: 'stopped' };
  if (outcome.kind === 'failed') return outcome;
  return { kind: fits ? 'finished' : 'outdated' };
}
