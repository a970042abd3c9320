import { randomInt, randomUUID } from 'node:crypto';
import { appendSteps, beginTrace } from '../../diffusion/trace/replay';
import type { TraceOutcome, TraceTimings } from '../../diffusion/trace/trace';
import {
  doubtsAbout,
  type EngineClient,
  EngineError,
  loadingText,
  unlessAborted,
} from '../../engine/client';
import type { FillFrame, FillRequest, FillResult, LoadStage } from '../../engine/protocol/messages';
import type { RunPhase } from '../../panel/messages';
import type { FollowedPlace } from '../place/followedPlace';
import type { Place } from '../place/place';
import type { KnobsStore } from '../settings/knobsStore';
import type { Settings } from '../settings/settings';
import { textAround } from '../span/notebook';
import { revealStart } from '../span/reveal';
import { warningOf } from '../status/doubts';
import { messageOf } from '../status/messageOf';
import type { Notices } from '../status/notices';
import { type Branch, checkFills, checkModel, type Flight } from './flight';
import { beginning, waiting } from './phases';
import { branchRequest, fillRequest, type RunMode } from './request';
import type { RunRecord } from './runHistory';
import type { ShownRun } from './shownRun';

/** Milliseconds after which an engine that was free is said to be waited for: a run that it takes up begins at once. */
const PATIENCE_MS = 1_000;

export interface FlightParts {
  readonly engine: EngineClient;
  readonly knobs: KnobsStore;
  readonly settings: Settings;
  readonly notices: Notices;
  readonly followed: FollowedPlace;
  readonly shown: ShownRun;
}

export interface FlightHooks {
  /** The model cannot be used. */
  readonly unusable: () => void;
  /** What speaks against a run, which goes on all the same; null where nothing does. */
  readonly doubted: (doubt: string | null) => void;
  /** A run ended before it began, so that none is shown. */
  readonly ended: () => void;
  /** A branch failed, or was stopped, before it began, and what was shown before it is shown again. */
  readonly restored: () => void;
}

type UnbegunBranch = Flight & { readonly branch: Branch };

const isUnbegunBranch = (flight: Flight): flight is UnbegunBranch =>
  flight.branch !== null && !flight.started;

/** Takes runs through the engine. There is one at a time: another takes the place of the one before. */
export class Flights {
  #present: Flight | null = null;
  /** How many have not ended yet, the present one included. */
  #aloft = 0;
  /** Until all runs so far have: one that hangs takes the engine's process down with it. */
  #settled: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: FlightParts,
    private readonly hooks: FlightHooks,
  ) {}

  /** Whether the text of the present run was edited or closed. */
  get abandoned(): boolean {
    return this.#present?.abandoned ?? false;
  }

  /** Resolves when all runs that were launched so far have ended. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  /** Denoises the spans of the present place; resolves when the run has ended in whatever way. */
  launch(place: Place, mode: RunMode, branch: Branch | null = null): Promise<void> {
    const { shown, followed } = this.parts;
    const previous = this.#present;
    const flight: Flight = {
      id: randomUUID(),
      abort: new AbortController(),
      mode,
      branch,
      asked: null,
      edition: followed.edition,
      started: false,
      others: [],
      abandoned: false,
    };
    this.#present = flight;
    previous?.abort.abort();
    revealStart(place);
    if (previous?.started) shown.end(previous, { kind: 'stopped' }, null);
    shown.enter(this.#aloft > 0 ? waiting('Waiting for the run before to stop…') : this.#opening());
    this.#aloft++;
    const settled = this.#fly(flight, place, this.#settled);
    this.#settled = this.#settled.then(() => settled);
    return settled;
  }

  stop(): void {
    const { shown } = this.parts;
    if (!shown.stoppable) return;
    this.#present?.abort.abort();
    shown.stop();
  }

  /** Stops the present run: its text is gone. */
  abandon(): void {
    if (this.#present) this.#present.abandoned = true;
    this.stop();
  }

  async #fly(flight: Flight, place: Place, earlier: Promise<void>): Promise<void> {
    const { engine, knobs, settings, followed, shown } = this.parts;
    const { signal } = flight.abort;
    let patience: NodeJS.Timeout | undefined;
    try {
      await unlessAborted(earlier, signal);
      if (signal.aborted) return this.#end(flight, null);
      const wanted = settings.loadModel();
      const onStage = (stage: LoadStage) =>
        this.#does(flight, waiting(loadingText(wanted.executionProvider, stage)));
      const model = await unlessAborted(engine.load(wanted, signal, onStage), signal);
      if (this.#present !== flight) return;
      if (!model) return this.#end(flight, null);
      if (flight.branch) checkModel(flight.branch.start, model);
      // A benchmark may have it, or a fill that gives way.
      const forEngine = waiting('Waiting for the engine…');
      this.#does(flight, engine.busy ? forEngine : beginning);
      // One that seemed free may hang, or encode ahead.
      patience = setTimeout(() => {
        if (shown.phase === beginning) this.#does(flight, forEngine);
      }, PATIENCE_MS);
      // Its document may have been renamed meanwhile.
      const request = this.#requestFor(flight, followed.present ?? place);
      if (!flight.branch) this.hooks.doubted(warningOf(doubtsAbout(request, model.spanGap)));
      const { preset, sampler, seed } = knobs.value;
      flight.asked = { request, preset, knobs: { sampler, seed } };
      const result = await engine.fill(request, {
        onFrame: (frame) => this.#show(flight, frame),
        signal,
      });
      checkFills(result, place);
      this.#end(flight, result);
    } catch (error) {
      if (signal.aborted) this.#end(flight, null);
      else this.#fail(flight, error);
    } finally {
      clearTimeout(patience);
      this.#aloft--;
      if (this.#present === flight) this.#present = null;
    }
  }

  /** What a run does first that waits for no other. */
  #opening(): RunPhase {
    const { engine, settings } = this.parts;
    const wanted = settings.loadModel();
    return engine.hasOpen(wanted) ? beginning : waiting(loadingText(wanted.executionProvider));
  }

  #requestFor({ id, mode, branch }: Flight, place: Place): FillRequest {
    const knobs = this.parts.knobs.value;
    if (branch) return branchRequest(id, branch.parent, branch.start, knobs);
    return fillRequest({
      run: id,
      ...textAround(place.document, place.spans),
      language: place.document.languageId,
      limit: this.parts.settings.contextLimit(),
      holeMarker: this.parts.settings.holeMarker(),
      mode,
      knobs,
      freshSeed: randomInt(2 ** 32),
    });
  }

  /** One that is told to stop says nothing else until it has. */
  #does(flight: Flight, phase: RunPhase): void {
    const { shown } = this.parts;
    if (this.#present === flight && shown.stoppable) shown.enter(phase);
  }

  #show(flight: Flight, frame: FillFrame): void {
    if (this.#present !== flight) return;
    const { shown } = this.parts;
    switch (frame.kind) {
      case 'started':
        flight.started = true;
        flight.others = [];
        shown.begin(flight, frame.header, frame.tokenTexts);
        break;
      case 'steps':
        shown.append(frame.steps, frame.tokenTexts);
        break;
      case 'encoded': {
        const { done, of } = frame;
        const isRead = done === of;
        this.#does(flight, {
          kind: 'denoising',
          doing: isRead ? { kind: 'stepping' } : { kind: 'reading', done, of },
        });
        break;
      }
      case 'sweep': {
        const { done, of } = frame;
        this.#does(flight, { kind: 'denoising', doing: { kind: 'sweeping', done, of } });
        break;
      }
      case 'candidate':
        flight.others = [...flight.others, beginTrace(frame.header, frame.tokenTexts)];
        break;
      case 'candidateSteps': {
        const at = frame.index - 1;
        const other = appendSteps(flight.others[at]!, frame.steps, frame.tokenTexts);
        flight.others = flight.others.with(at, other);
      }
    }
  }

  /** @param result null when the run was stopped before the engine had taken it up. */
  #end(flight: Flight, result: FillResult | null): void {
    if (this.#present !== flight) return;
    if (isUnbegunBranch(flight)) {
      this.#restore(flight);
      return;
    }
    const { shown } = this.parts;
    // An edit may come while the last frames are on their way, too late to stop the engine.
    const fits = this.#fits(flight);
    const outcome = (fits && result?.outcome) || ({ kind: 'stopped' } as const);
    this.#record(flight, outcome, result?.timings ?? null, fits ? result?.candidates : undefined);
    shown.enter({ kind: outcome.kind });
  }

  #fail(flight: Flight, error: unknown): void {
    if (this.#present !== flight) return;
    const { settings, shown, notices } = this.parts;
    if (isUnbegunBranch(flight)) {
      notices.notBranched(messageOf(error));
      this.#restore(flight);
      return;
    }
    const unusable = error instanceof EngineError && error.kind === 'modelUnusable';
    const bySetting = unusable && settings.modelFolder() !== undefined;
    const message = bySetting
      ? `${messageOf(error)} Its folder is given by unmask.modelFolder; leave that empty for the bundled model.`
      : messageOf(error);
    if (unusable) this.hooks.unusable();
    this.#record(flight, { kind: 'failed', message }, null);
    shown.enter({ kind: 'failed', message });
    const byRequest = error instanceof EngineError && error.kind === 'badRequest';
    notices.failed(message, bySetting ? 'chosenModel' : byRequest ? 'request' : undefined);
  }

  /** Nothing has come of a branch: what it was to go on from is shown as it was. */
  #restore(flight: UnbegunBranch): void {
    this.parts.shown.restore(flight.branch.before, this.#fits(flight));
    this.hooks.restored();
  }

  /** Whether its text is what it was begun with. */
  #fits({ abandoned, edition }: Flight): boolean {
    return !abandoned && edition === this.parts.followed.edition;
  }

  #record(
    flight: Flight,
    outcome: TraceOutcome,
    timings: TraceTimings | null,
    candidates?: RunRecord['candidates'],
  ): void {
    if (flight.started) {
      this.parts.shown.end(flight, outcome, timings, candidates);
    } else {
      // What is left is the trace of an earlier run.
      this.parts.shown.showNone();
      this.hooks.ended();
    }
  }
}
