import { commands, Disposable, EventEmitter, type TextDocument, type Uri } from 'vscode';
import { branchOf, type SlotChange } from '../../diffusion/branch';
import type { Trace } from '../../diffusion/trace/trace';
import type { EngineClient } from '../../engine/client';
import type { ModelStatus } from '../../engine/protocol/messages';
import type { HostToPanel, Knobs, PanelState, RunPhase } from '../../panel/messages';
import type { PanelSource } from '../../panel/source';
import { Acceptance } from '../place/acceptance';
import { FollowedPlace } from '../place/followedPlace';
import { showPlace } from '../place/openPlace';
import type { Place } from '../place/place';
import { touches } from '../place/touches';
import type { KnobsStore } from '../settings/knobsStore';
import type { Settings } from '../settings/settings';
import type { Span } from '../span/spans';
import { messageOf } from '../status/messageOf';
import type { Notices } from '../status/notices';
import { Candidate } from './candidate';
import { Flights } from './flights';
import { LeftCandidates } from './leftCandidates';
import { ModelInUse } from './modelInUse';
import type { RunMode } from './request';
import { ShownRun } from './shownRun';
import { TraceFiles } from './traceFiles';

/**
 * Owns the current run: where it works, its way through the engine, and what is shown of it. The document stays
 * untouched until the candidate is accepted. Everything that shows the run listens to `onDidChange` and `onDidMove`.
 */
export class RunOwner implements PanelSource, Disposable {
  readonly #changes = new EventEmitter<HostToPanel>();
  readonly #moves = new EventEmitter<void>();
  readonly #acceptance = new Acceptance();
  readonly #followed = new FollowedPlace({
    isCandidate: (place, changes) => this.#acceptance.arrivedWith(place, changes),
    accepted: (place) => this.#candidate.accepted(place),
    isAccepting: (place) => this.#acceptance.isOnItsWayTo(place),
    isLeftOut: (span) => this.leftOut.has(span),
    edited: (place) => this.#candidate.edited(place),
    lost: (place, why) => {
      if (why === 'closed' || !this.#acceptance.outdate(place)) this.#candidate.abandon(why, place);
    },
    moved: () => this.#moved(),
  });
  readonly #shown = new ShownRun((news) => this.#changes.fire(news));
  readonly #flights: Flights;
  readonly #left: LeftCandidates;
  readonly #candidate: Candidate;
  readonly #model: ModelInUse;
  readonly #traceFiles: TraceFiles;
  readonly #disposables: Disposable[] = [this.#changes, this.#moves, this.#followed];
  /** Of the place, as the panel has it. */
  #label: string | null = null;
  #mode: RunMode = { kind: 'infill' };
  /** What the user was warned of on these spans, if of anything. */
  #doubt: string | null = null;

  readonly onDidChange = this.#changes.event;
  /** The spans have moved with an edit of their document. */
  readonly onDidMove = this.#moves.event;

  constructor(
    private readonly engine: EngineClient,
    private readonly knobs: KnobsStore,
    private readonly settings: Settings,
    private readonly notices: Notices,
  ) {
    this.#flights = new Flights(
      { engine, knobs, settings, notices, followed: this.#followed, shown: this.#shown },
      {
        unusable: () => this.loaded(null),
        doubted: (doubt) => this.#warnOf(doubt),
        ended: () => this.#tellAll(),
        // The acceptance of what is shown may have been undone meanwhile.
        restored: () => this.place && this.#candidate.edited(this.place),
      },
    );
    const parts = {
      notices,
      acceptance: this.#acceptance,
      followed: this.#followed,
      shown: this.#shown,
      flights: this.#flights,
    };
    this.#left = new LeftCandidates(parts, {
      mode: () => this.#mode,
      cameBack: (mode) => this.#cameBack(mode),
    });
    this.#candidate = new Candidate({ ...parts, left: this.#left }, () => this.#moved());
    this.#traceFiles = new TraceFiles(parts, () => this.#tellShown());
    this.#model = new ModelInUse(
      settings,
      notices,
      () => this.#flights.settled,
      (model) => this.#changes.fire({ kind: 'model', model }),
    );
    this.#disposables.push(
      this.#model,
      knobs.onDidChange((value) => this.#changes.fire({ kind: 'knobs', knobs: value })),
    );
  }

  get place(): Place | null {
    return this.#followed.present;
  }

  get phase(): RunPhase {
    return this.#shown.phase;
  }

  get trace(): Trace | null {
    return this.#shown.trace;
  }

  /** See `ModelInUse`. */
  get model(): ModelStatus | null {
    return this.#model.status;
  }

  /** The texts that accepting would put into the spans, with `\n` line ends; null while there is no candidate. */
  get candidate(): readonly string[] | null {
    return this.#candidate.texts;
  }

  /** The candidate's fills, those of spans that are left out of it too. */
  get fills(): readonly string[] | null {
    return this.#shown.candidate;
  }

  /** Whether a candidate waits, also while another run is looked at in its place. */
  get waits(): boolean {
    return this.#shown.waits;
  }

  /** Of the candidate, the spans (indices) that accepting leaves as they are. */
  get leftOut(): ReadonlySet<number> {
    return this.#shown.leftOut;
  }

  /** How many candidates the run shown has found, and which is chosen, counted from 0. */
  get candidates(): { readonly count: number; readonly chosen: number } {
    const { candidates, chosen } = this.#shown.state.runs;
    return { count: candidates.length, chosen };
  }

  /** Whether the text of the run that is ending was edited or closed. */
  get abandoned(): boolean {
    return this.#flights.abandoned;
  }

  get running(): boolean {
    return this.#shown.running;
  }

  /** Whether there is a run that is not being stopped yet. */
  get stoppable(): boolean {
    return this.#shown.stoppable;
  }

  state(): PanelState {
    return {
      ...this.#shown.state,
      place: this.#followed.label,
      knobs: this.knobs.value,
      model: this.model,
    };
  }

  /** The engine has this model open; null where it cannot be used. */
  loaded(model: ModelStatus | null): void {
    this.#model.becomes(model);
  }

  setKnobs(knobs: Knobs): void {
    this.knobs.value = knobs;
  }

  /** Denoises the spans of a document; resolves when the run has ended in whatever way. */
  start(document: TextDocument, spans: readonly Span[], mode: RunMode): Promise<void> {
    const elsewhere = !this.place || !touches(this.place, document, spans);
    const left = elsewhere ? this.#left.leave() : null;
    this.#mode = mode;
    this.#shown.clear();
    this.#doubt = null;
    const place = this.#followed.begin(document, spans);
    this.#tellAll();
    if (left) this.#left.giveWay(left);
    return this.#flights.launch(place, mode);
  }

  /** Once more on the same spans with the present knobs; on the selection where there are none yet, or none any more. */
  async run(): Promise<void> {
    if (this.place) await this.#flights.launch(this.place, this.#mode);
    else await commands.executeCommand('unmask.infillSelection');
  }

  /** Goes on from a step of the run shown: its own request with the present knobs, and slots changed. */
  async branch(step: number, changes: readonly SlotChange[]): Promise<void> {
    const { record: parent, trace } = this.#shown;
    if (!this.place || parent?.kind !== 'asked' || !trace || this.running) return;
    if (!this.#candidate.fits(parent)) {
      this.notices.notBranched('The text was edited since that run. Run again instead.');
      return;
    }
    let start: Trace;
    try {
      start = branchOf(trace, step, changes);
    } catch (error) {
      this.notices.notBranched(messageOf(error));
      return;
    }
    const { chosen: candidate } = this.candidates;
    const origin = { of: parent.number, candidate, step, changes: changes.length };
    const { standing: before } = this.#shown;
    await this.#flights.launch(this.place, this.#mode, { parent, start, origin, before });
  }

  /** Shows another run on these spans, with one of its candidates: by itself the one that was chosen last. Its fill is on offer then. */
  showRun(id: string, candidate?: number): void {
    if (this.running) return;
    if (this.#shown.show(id, this.#candidate.fits, candidate)) this.#tellShown();
    if (this.place) this.#candidate.edited(this.place);
  }

  /** Shows the run whose candidate waits, where another is looked at in its place, and goes to where it waits. */
  async showWaiting(): Promise<void> {
    const { toLeave } = this.#shown;
    if (!toLeave) return;
    this.showRun(toLeave.waiting);
    if (this.place) await showPlace(this.place);
  }

  chooseCandidate(index: number): void {
    const { record } = this.#shown;
    if (record) this.showRun(record.id, index);
  }

  /** Of a list that goes round. */
  stepCandidate(by: 1 | -1): void {
    const { count, chosen } = this.candidates;
    if (this.candidate) this.chooseCandidate((chosen + by + count) % count);
  }

  compareRun(id: string | null): void {
    this.#shown.compare(id);
  }

  removeTrace(id: string): void {
    const { waits } = this;
    if (this.running || !this.#shown.removeOpened(id, this.#candidate.fits)) return;
    if (this.place) this.#candidate.edited(this.place);
    if (!waits) this.#shown.offerNot();
    this.#tellShown();
  }

  async tokenise(text: string): Promise<void> {
    try {
      await this.engine.load(this.settings.loadModel());
      const tokens = await this.engine.tokenise(text);
      this.#changes.fire({ kind: 'tokenised', text, tokens, problem: null });
    } catch (error) {
      this.#changes.fire({ kind: 'tokenised', text, tokens: [], problem: messageOf(error) });
    }
  }

  stop(): void {
    this.#flights.stop();
  }

  /** See `Candidate`. */
  accept(): Promise<void> {
    return this.#candidate.accept();
  }

  reject(): void {
    this.#candidate.reject();
  }

  leaveOut(span: number, out?: boolean): void {
    this.#candidate.leaveOut(span, out);
  }

  /** See `TraceFiles`. */
  exportTrace(target?: Uri): Promise<void> {
    return this.#traceFiles.export(target);
  }

  openTrace(source?: Uri): Promise<void> {
    return this.#traceFiles.open(source);
  }

  dispose(): void {
    this.stop();
    Disposable.from(...this.#disposables).dispose();
  }

  /** To a candidate that was left. */
  #cameBack(mode: RunMode): void {
    this.#mode = mode;
    this.#doubt = null;
    this.#tellShown();
  }

  /** Once for as long as it is the same that speaks against the runs on these spans. */
  #warnOf(doubt: string | null): void {
    if (doubt !== null && doubt !== this.#doubt) this.notices.doubtful(doubt);
    this.#doubt = doubt;
  }

  /** That another run is shown, or another candidate of it. */
  #tellShown(): void {
    this.#tellAll();
    this.#changes.fire({ kind: 'phase', phase: this.phase });
  }

  #tellAll(): void {
    this.#label = this.#followed.label;
    this.#changes.fire({ kind: 'state', state: this.state() });
  }

  #moved(): void {
    this.#moves.fire();
    const { label } = this.#followed;
    if (label !== this.#label) this.#changes.fire({ kind: 'place', place: label });
    this.#label = label;
  }
}
