import { isDeepStrictEqual } from 'node:util';
import { presetNameOf } from '../../diffusion/settings/presets';
import { appendSteps, beginTrace, endTrace } from '../../diffusion/trace/replay';
import type {
  Trace,
  TraceHeader,
  TraceOutcome,
  TraceStep,
  TraceTimings,
} from '../../diffusion/trace/trace';
import type { HostToPanel, PanelState, RunPhase, Runs } from '../../panel/messages';
import { askedRun } from './askedRun';
import type { Flight, Standing } from './flight';
import { phaseOf, without } from './phases';
import { type AskedRun, RunHistory, type RunRecord, traceOf } from './runHistory';

/** Runs on spans that are left with a candidate that waits there. */
export interface LeftRuns {
  readonly runs: RunHistory;
  /** Id of the run whose candidate it is. */
  readonly waiting: string;
  readonly leftOut: ReadonlySet<number>;
}

/** The run that editor and panel show: its trace, phase and candidate, among the runs on the same spans. */
export class ShownRun {
  #phase: RunPhase = { kind: 'idle' };
  #trace: Trace | null = null;
  #leftOut: ReadonlySet<number> = new Set();
  /** Id of the run whose candidate waits. */
  #waiting: string | null = null;
  /** Id of the run whose fill went off offer last, and how. */
  #withdrawn: { readonly id: string | null; readonly as: RunPhase } | null = null;
  #runs = new RunHistory();

  /** @param tell hears of every change, but of `clear`, `comeBack`, `show` and `showNone`, and `removeOpened` of what
   * is shown, after which all is another. */
  constructor(private readonly tell: (news: HostToPanel) => void) {}

  get phase(): RunPhase {
    return this.#phase;
  }

  get trace(): Trace | null {
    return this.#trace;
  }

  get running(): boolean {
    return 'doing' in this.#phase;
  }

  /** Whether there is a run that is not being stopped yet. */
  get stoppable(): boolean {
    return 'doing' in this.#phase && this.#phase.doing.kind !== 'stopping';
  }

  /** The texts that accepting would put into the spans, with `\n` line ends; null while there is no candidate. */
  get candidate(): readonly string[] | null {
    return this.#phase.kind === 'finished' ? this.fill : null;
  }

  /** Whether a candidate waits, also while another run is looked at in its place. */
  get waits(): boolean {
    return this.#waiting !== null;
  }

  /** The texts that the run shown came to, whatever became of them; null where it has not finished. */
  get fill(): readonly string[] | null {
    const outcome = this.#trace?.outcome;
    return outcome?.kind === 'finished' ? outcome.texts : null;
  }

  /** The spans (indices) that accepting leaves as they are, until another run is started on them. */
  get leftOut(): ReadonlySet<number> {
    return this.#leftOut;
  }

  get record(): (RunRecord & { readonly number: number }) | undefined {
    return this.#runs.get(this.#runs.shown);
  }

  get state(): Pick<PanelState, 'trace' | 'runs' | 'compared' | 'phase'> {
    const { compared } = this.#runs;
    return { trace: this.#trace, runs: this.#listed, compared, phase: this.#phase };
  }

  /** The runs as the panel lists them. */
  get #listed(): Runs {
    const runs = this.#runs.state;
    const waiting = this.#waiting === runs.shown ? null : this.#waiting;
    if (waiting === null) return runs;
    const list = runs.list.map((run) =>
      run.id === waiting ? { ...run, waits: true as const } : run,
    );
    return { ...runs, list };
  }

  /** The runs on these spans, to come back to their candidate when there have been others; null where none waits. */
  get toLeave(): LeftRuns | null {
    const waiting = this.#waiting;
    return waiting === null ? null : { runs: this.#runs, waiting, leftOut: this.#leftOut };
  }

  get standing(): Standing {
    return { phase: this.#phase, waiting: this.#waiting, leftOut: this.#leftOut };
  }

  /**
   * Things stand again as they did before a run of which nothing has come.
   *
   * @param fits whether the spans hold what they did then
   */
  restore({ phase, waiting, leftOut }: Standing, fits: boolean): void {
    const isOpen = phase.kind === 'finished' || phase.kind === 'undone';
    this.#phase = isOpen && !fits ? { kind: 'outdated' } : phase;
    this.#waitFor(fits ? waiting : null);
    this.#leftOut = leftOut;
    this.tell({ kind: 'phase', phase: this.#phase });
  }

  /** Leaves the runs on these spans and what was shown of them: the next is on other ones. */
  clear(): void {
    this.#runs = this.#runs.onOtherSpans();
    this.#leftOut = new Set();
    this.#trace = null;
  }

  /** Shows runs again that were left, and the candidate that waits there. */
  comeBack({ runs, waiting, leftOut }: LeftRuns): void {
    const record = runs.get(waiting);
    runs.takeOpened(this.#runs);
    runs.show(waiting);
    this.#runs = runs;
    this.#trace = (record && traceOf(record, runs.chosenOf(waiting))) ?? null;
    this.#leftOut = leftOut;
    this.#phase = without(leftOut, 'finished');
    this.#waiting = waiting;
  }

  enter(phase: RunPhase): void {
    if (phase.kind === 'starting') this.#leftOut = new Set();
    if (phase.kind === 'rejected' || phase.kind === 'undone')
      this.#withdrawn = { id: this.#runs.shown, as: phase };
    this.#phase = phase;
    // What was opened is only looked at: nothing becomes of the candidate.
    if (phase.kind !== 'opened') this.#waitFor(phase.kind === 'finished' ? this.#runs.shown : null);
    this.tell({ kind: 'phase', phase });
  }

  /** The run on its way is told to stop, which may take it a while. */
  stop(): void {
    const { phase } = this;
    if ('doing' in phase) this.enter({ ...phase, doing: { kind: 'stopping' } });
  }

  /** The document holds the candidate. */
  accept(): void {
    this.enter(without(this.#leftOut, 'accepted'));
  }

  /** The run that is shown again is not offered for that: its fill is rejected, or undone, as it was. */
  offerNot(): void {
    if (this.#phase.kind !== 'finished') return;
    const last = this.#withdrawn;
    this.enter(last?.id === this.#runs.shown ? last.as : { kind: 'rejected' });
  }

  /** No candidate waits any more, whichever run is looked at. */
  withdraw(): void {
    if (this.#waiting === null) return;
    this.#waitFor(null);
    this.tell({ kind: 'phase', phase: this.#phase });
  }

  /** Shows a run from its canvas on, a branch with the steps that it takes over. */
  begin(flight: Flight, header: TraceHeader, tokenTexts: Trace['tokenTexts']): void {
    this.#trace = beginTrace(header, tokenTexts);
    this.tell({ kind: 'started', header, tokenTexts });
    // One that is told to stop may begin anew: particle Gibbs shows the best that it has found by then.
    const isStopping = this.running && !this.stoppable;
    this.enter({ kind: 'denoising', doing: { kind: isStopping ? 'stopping' : 'stepping' } });
    if (flight.branch) this.append(flight.branch.start.steps, flight.branch.start.tokenTexts);
    this.#runs.show(flight.id);
    this.#keep(flight);
  }

  append(steps: readonly TraceStep[], tokenTexts: Trace['tokenTexts']): void {
    if (!this.#trace) return;
    this.#trace = appendSteps(this.#trace, steps, tokenTexts);
    this.tell({ kind: 'steps', steps, tokenTexts });
    const { phase } = this;
    // The context is read, or spans have grown.
    if (phase.kind === 'denoising' && 'done' in phase.doing)
      this.enter({ ...phase, doing: { kind: 'stepping' } });
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
   * Shows how one of a run's candidates came about. That which is shown already is only offered again, if it is not.
   *
   * @param fits tells whether the run's fills may still take the spans' place; then this one is the candidate.
   * @param index of the candidate; by itself the one that was chosen of that run last
   * @returns whether it is another than before
   */
  show(id: string, fits: (record: AskedRun) => boolean, index = this.#runs.chosenOf(id)): boolean {
    const record = this.#runs.get(id);
    const trace = record && traceOf(record, index);
    if (!trace) return false;
    const phase = phaseOf(record, trace, fits, this.#leftOut);
    if (id === this.#runs.shown && index === this.#runs.chosenOf(id)) {
      if (!isDeepStrictEqual(phase, this.#phase)) this.enter(phase);
      return false;
    }
    this.#trace = trace;
    this.#runs.show(id, index);
    this.#phase = phase;
    if (phase.kind === 'finished') this.#waiting = id;
    return true;
  }

  /**
   * Leaves a span as it is, whichever candidate of these runs is accepted, or takes it in again.
   *
   * @param span its index
   * @param out which of both; by itself the other than now
   * @returns false where no fill would be left to accept
   */
  leaveOut(span: number, out = !this.#leftOut.has(span)): boolean {
    const leftOut = new Set(this.#leftOut);
    if (out) leftOut.add(span);
    else leftOut.delete(span);
    if (leftOut.size === this.candidate?.length) return false;
    this.#leftOut = leftOut;
    this.enter(without(leftOut, 'finished'));
    return true;
  }

  /**
   * Shows a run that was recorded, wherever that was.
   *
   * @param id the same for the same content: what was opened before is listed once
   */
  open(id: string, file: string, trace: Trace): void {
    const preset = presetNameOf(trace.header.sampler);
    this.#runs.put({ kind: 'opened', id, file, preset, trace, candidates: [], others: [] });
    this.show(id, () => false);
  }

  /**
   * Takes a run that was opened off the list. Where it is shown, the one whose candidate waits is shown in its place; else the
   * latest, or none.
   *
   * @param fits as `show` has it
   * @returns whether it was the one shown
   */
  removeOpened(id: string, fits: (record: AskedRun) => boolean): boolean {
    if (id === this.#runs.compared?.id) this.compare(null);
    this.#runs.removeOpened(id);
    if (id !== this.#runs.shown) {
      this.#tellRuns();
      return false;
    }
    const other = this.#waiting ?? this.#runs.latest;
    if (other === null) {
      this.showNone();
      this.#phase = { kind: 'idle' };
    } else this.show(other, fits);
    return true;
  }

  showNone(): void {
    this.#trace = null;
    this.#runs.show(null);
  }

  /** @param id null ends the comparison. */
  compare(id: string | null): void {
    // The trace of the one shown may still be growing.
    if (id !== null && id === this.#runs.shown) return;
    this.#runs.compare(id);
    this.tell({ kind: 'compared', compared: this.#runs.compared });
  }

  /** Keeps the trace as it is now with the runs on these spans. */
  #keep(flight: Flight, candidates: RunRecord['candidates'] = []): void {
    const record = this.#trace && askedRun(flight, this.#trace, candidates);
    if (!record) return;
    this.#runs.put(record);
    this.#tellRuns();
  }

  /** @param id of the run whose candidate waits from now on, if any does */
  #waitFor(id: string | null): void {
    const before = this.#listed.list.some(({ waits }) => waits);
    this.#waiting = id;
    if (before !== this.#listed.list.some(({ waits }) => waits)) this.#tellRuns();
  }

  #tellRuns(): void {
    this.tell({ kind: 'runs', runs: this.#listed });
  }
}
