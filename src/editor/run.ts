import { randomInt, randomUUID } from 'node:crypto';
import {
  commands,
  Disposable,
  EventEmitter,
  type TextDocument,
  type TextDocumentChangeEvent,
  workspace,
} from 'vscode';
import { branchOf, type SlotChange } from '../diffusion/branch';
import { presets } from '../diffusion/presets';
import type { Trace, TraceOutcome, TraceTimings } from '../diffusion/trace';
import { doubtsAbout, type EngineClient, EngineError, unlessAborted } from '../engine/client';
import type { FillFrame, FillRequest, FillResult, ModelStatus } from '../engine/protocol/messages';
import type { HostToPanel, Knobs, PanelState, RunPhase } from '../panel/messages';
import type { PanelSource } from '../panel/source';
import { Replacement } from './apply';
import { DocumentLife } from './documentLife';
import { warningOf } from './doubts';
import { Editions } from './editions';
import { saveTrace } from './exportTrace';
import { type Branch, checkFills, checkModel, type Flight } from './flight';
import type { KnobsStore } from './knobsStore';
import type { Notices } from './notices';
import { Place } from './place';
import { branchRequest, fillRequest, type RunMode } from './request';
import { revealStart } from './reveal';
import type { RunRecord } from './runHistory';
import type { Settings } from './settings';
import { ShownRun } from './shownRun';
import { type Span, textsOf } from './spans';

/**
 * Owns the current run: where it works, its way through the engine, and what is shown of it. The document stays
 * untouched until the candidate is accepted. Everything that shows the run listens to `onDidChange` and `onDidMove`.
 */
export class RunOwner implements PanelSource, Disposable {
  readonly #changes = new EventEmitter<HostToPanel>();
  readonly #moves = new EventEmitter<void>();
  readonly #disposables: Disposable[] = [this.#changes, this.#moves];
  #place: Place | null = null;
  readonly #documentLife = new DocumentLife(() => this.#place, {
    goesOnIn: (document, place) => this.#goOnIn(document, place),
    gone: () => {
      this.#abandon('closed');
      this.#place = null;
      this.#moved();
    },
  });
  /** Of the place, as the panel has it. */
  #label: string | null = null;
  #mode: RunMode = { kind: 'infill' };
  readonly #shown = new ShownRun((news) => this.#changes.fire(news));
  readonly #editions = new Editions();
  #model: ModelStatus | null = null;
  #flight: Flight | null = null;
  /** What the user was warned of on these spans, if of anything. */
  #doubt: string | null = null;
  /** Until all runs so far have: one that hangs takes the engine's process down with it. */
  #settled: Promise<void> = Promise.resolve();
  /** The candidate on its way into the document. */
  #replacement: Replacement | null = null;

  readonly onDidChange = this.#changes.event;
  /** The spans have moved with an edit of their document. */
  readonly onDidMove = this.#moves.event;

  constructor(
    private readonly engine: EngineClient,
    private readonly knobs: KnobsStore,
    private readonly settings: Settings,
    private readonly notices: Notices,
  ) {
    this.#disposables.push(
      workspace.onDidChangeTextDocument((event) => this.#follow(event)),
      this.#documentLife,
      knobs.onDidChange((value) => this.#changes.fire({ kind: 'knobs', knobs: value })),
    );
  }

  get place(): Place | null {
    return this.#place;
  }

  get phase(): RunPhase {
    return this.#shown.phase;
  }

  get trace(): Trace | null {
    return this.#shown.trace;
  }

  get model(): ModelStatus | null {
    return this.#model;
  }

  /** The texts that accepting would put into the spans, with `\n` line ends; null while there is no candidate. */
  get candidate(): readonly string[] | null {
    return this.#shown.candidate;
  }

  get running(): boolean {
    return this.#shown.running;
  }

  state(): PanelState {
    return {
      ...this.#shown.state,
      place: this.#place?.label ?? null,
      knobs: this.knobs.value,
      presets,
      model: this.#model,
    };
  }

  setKnobs(knobs: Knobs): void {
    this.knobs.value = knobs;
  }

  /** Denoises the spans of a document; resolves when the run has ended in whatever way. */
  start(document: TextDocument, spans: readonly Span[], mode: RunMode): Promise<void> {
    this.#mode = mode;
    this.#shown.clear();
    this.#doubt = null;
    const place = new Place(document, spans);
    this.#editions.begin(textsIn(place));
    this.#place = place;
    this.#tellAll();
    return this.#launch(place);
  }

  /** Once more on the same spans with the present knobs; on the selection where there are none yet, or none any more. */
  async run(): Promise<void> {
    if (this.#place) await this.#launch(this.#place);
    else await commands.executeCommand('unmask.infillSelection');
  }

  /** Goes on from a step of the run shown: its own request with the present knobs, and slots changed. */
  async branch(step: number, changes: readonly SlotChange[]): Promise<void> {
    const parent = this.#shown.record;
    if (!this.#place || !parent || this.running) return;
    if (parent.edition !== this.#editions.present) {
      this.notices.notBranched('The text was edited since that run. Run again instead.');
      return;
    }
    let start: Trace;
    try {
      start = branchOf(parent.trace, step, changes);
    } catch (error) {
      this.notices.notBranched(messageOf(error));
      return;
    }
    const origin = { of: parent.number, step, changes: changes.length };
    await this.#launch(this.#place, { parent, start, origin });
  }

  /** Shows another run on these spans; its fill becomes the candidate. */
  showRun(id: string): void {
    const fits = ({ edition }: RunRecord) =>
      this.#place !== null && edition === this.#editions.present;
    if (this.running || !this.#shown.show(id, fits)) return;
    this.#tellAll();
    this.#changes.fire({ kind: 'phase', phase: this.phase });
  }

  chooseCandidate(index: number): void {
    this.#shown.choose(index);
  }

  compareRun(id: string | null): void {
    this.#shown.compare(id);
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
    this.#flight?.abort.abort();
  }

  /** Puts the candidate into the document: one edit, one undo step. */
  async accept(): Promise<void> {
    const { candidate } = this;
    const place = this.#place;
    if (!candidate || !place || this.#replacement) return;
    const replacement = new Replacement(place, candidate);
    this.#replacement = replacement;
    const taken = await replacement.carryOut();
    // It has been told of, and the candidate accepted.
    if (this.#replacement !== replacement) return;
    this.#replacement = null;
    // An edit that changes nothing is not always told of, and one that VS Code added to is not always known again.
    if (taken) this.#accepted(place);
    else if (replacement.outdated) this.#abandon('edited');
    else if (this.candidate === candidate) this.notices.notApplied(place.label);
  }

  reject(): void {
    if (this.candidate) this.#shown.enter({ kind: 'rejected' });
  }

  exportTrace(): void {
    if (this.trace) void saveTrace(this.trace, this.#place?.document.uri);
    else this.notices.nothingToExport();
  }

  dispose(): void {
    this.stop();
    Disposable.from(...this.#disposables).dispose();
  }

  #launch(place: Place, branch: Branch | null = null): Promise<void> {
    const previous = this.#flight;
    const flight: Flight = {
      id: randomUUID(),
      abort: new AbortController(),
      branch,
      asked: null,
      edition: this.#editions.present,
      started: false,
      abandoned: false,
    };
    this.#flight = flight;
    this.#place = place;
    previous?.abort.abort();
    revealStart(place);
    if (previous?.started) this.#shown.end(previous, { kind: 'stopped' }, null);
    this.#shown.enter({ kind: 'starting', message: 'Loading the model…' });
    const settled = this.#fly(flight, place, this.#settled);
    this.#settled = this.#settled.then(() => settled);
    return settled;
  }

  async #fly(flight: Flight, place: Place, earlier: Promise<void>): Promise<void> {
    try {
      await unlessAborted(earlier, flight.abort.signal);
      if (flight.abort.signal.aborted) return this.#end(flight, null);
      const model = await unlessAborted(
        this.engine.load(this.settings.loadModel()),
        flight.abort.signal,
      );
      if (this.#flight !== flight) return;
      if (!model) return this.#end(flight, null);
      this.#loaded(model);
      if (flight.branch) checkModel(flight.branch.start, model);
      // A benchmark or another fill may have the engine.
      this.#shown.enter({ kind: 'starting', message: 'Waiting for the engine…' });
      // Its document may have been renamed meanwhile.
      const request = this.#requestFor(flight, this.#place ?? place);
      if (!flight.branch) this.#warnOf(warningOf(doubtsAbout(request, model.spanGap)));
      const { preset, sampler, seed } = this.knobs.value;
      flight.asked = { request, preset, knobs: { sampler, seed } };
      const result = await this.engine.fill(request, {
        onFrame: (frame) => this.#show(flight, frame),
        signal: flight.abort.signal,
      });
      checkFills(result, place);
      this.#end(flight, result);
    } catch (error) {
      if (flight.abort.signal.aborted) this.#end(flight, null);
      else this.#fail(flight, error);
    } finally {
      if (this.#flight === flight) this.#flight = null;
    }
  }

  #requestFor({ id, branch }: Flight, place: Place): FillRequest {
    const knobs = this.knobs.value;
    if (branch) return branchRequest(id, branch.parent, branch.start, knobs);
    return fillRequest({
      run: id,
      text: place.document.getText(),
      spans: place.spans,
      language: place.document.languageId,
      limit: this.settings.contextLimit(),
      mode: this.#mode,
      knobs,
      freshSeed: randomInt(2 ** 32),
    });
  }

  #show(flight: Flight, frame: FillFrame): void {
    if (this.#flight !== flight) return;
    if (frame.kind === 'started') {
      flight.started = true;
      this.#label = this.#place?.label ?? null;
      this.#shown.begin(flight, frame.header, frame.tokenTexts, this.#label);
    } else {
      this.#shown.append(frame.steps, frame.tokenTexts);
    }
  }

  /** @param result null when the run was stopped before the engine had taken it up. */
  #end(flight: Flight, result: FillResult | null): void {
    if (this.#flight !== flight) return;
    // An edit may come while the last frames are on their way, too late to stop the engine.
    const fits = !flight.abandoned && flight.edition === this.#editions.present;
    const outcome = (fits && result?.outcome) || ({ kind: 'stopped' } as const);
    this.#record(flight, outcome, result?.timings ?? null, result?.candidates);
    this.#shown.enter({ kind: outcome.kind });
  }

  #fail(flight: Flight, error: unknown): void {
    if (this.#flight !== flight) return;
    const unusable = error instanceof EngineError && error.kind === 'modelUnusable';
    const bySetting = unusable && this.settings.modelFolder() !== undefined;
    const message = bySetting
      ? `${messageOf(error)} Its folder is given by unmask.modelFolder; leave that empty for the bundled model.`
      : messageOf(error);
    if (unusable) this.#loaded(null);
    this.#record(flight, { kind: 'failed', message }, null);
    this.#shown.enter({ kind: 'failed', message });
    this.notices.failed(message, bySetting ? 'unmask.modelFolder' : undefined);
  }

  #loaded(model: ModelStatus | null): void {
    this.#model = model;
    this.#changes.fire({ kind: 'model', model });
  }

  /** Once for as long as it is the same that speaks against the runs on these spans. */
  #warnOf(doubt: string | null): void {
    if (doubt !== null && doubt !== this.#doubt) this.notices.doubtful(doubt);
    this.#doubt = doubt;
  }

  #record(
    flight: Flight,
    outcome: TraceOutcome,
    timings: TraceTimings | null,
    candidates?: RunRecord['candidates'],
  ): void {
    if (flight.started) {
      this.#shown.end(flight, outcome, timings, candidates);
    } else {
      // What is left is the trace of an earlier run.
      this.#shown.showNone();
      this.#tellAll();
    }
  }

  #follow(event: TextDocumentChangeEvent): void {
    const place = this.#place;
    if (event.document !== place?.document || event.contentChanges.length === 0) return;
    const saved = this.#documentLife.savedAs(place);
    if (saved) {
      this.#goOnIn(saved, place);
      return;
    }
    const replacement = this.#replacement;
    const applying = replacement?.place === place;
    if (applying && replacement.arrivedWith(event.contentChanges)) {
      this.#replacement = null;
      this.#accepted(place);
      return;
    }
    const followed = place.follow(event.contentChanges, event.reason === undefined);
    if (followed !== 'moved') {
      if (followed === 'inside') this.#editions.edited(textsIn(place));
      // Whether the document takes the candidate all the same is yet to be heard.
      if (applying) replacement.outdated = true;
      else this.#abandon('edited');
    }
    if (followed === 'broken') this.#place = null;
    this.#moved();
  }

  /** The document holds the candidate. A run that was started meanwhile goes on: its fill would take that one's place. */
  #accepted(place: Place): void {
    if (this.#place === place) this.#editions.filled(textsIn(place));
    if (!this.running) this.#shown.enter({ kind: 'accepted' });
    this.#moved();
  }

  /** The document of the place is another one from now on, with the same text. */
  #goOnIn(document: TextDocument, { spans }: Place): void {
    this.#place = new Place(document, spans);
    this.#moved();
  }

  #tellAll(): void {
    this.#label = this.#place?.label ?? null;
    this.#changes.fire({ kind: 'state', state: this.state() });
  }

  #moved(): void {
    this.#moves.fire();
    const label = this.#place?.label ?? null;
    if (label !== this.#label) this.#changes.fire({ kind: 'place', place: label });
    this.#label = label;
  }

  /** What the run or its candidate was made for is gone. */
  #abandon(why: 'edited' | 'closed'): void {
    const candidate = this.candidate !== null;
    if ((!candidate && !this.running) || this.#flight?.abandoned) return;
    this.notices.abandoned(why, candidate);
    if (this.#flight) this.#flight.abandoned = true;
    this.stop();
    if (candidate) this.#shown.enter({ kind: 'outdated' });
  }
}

const textsIn = ({ document, spans }: Place) => textsOf(document.getText(), spans);

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
