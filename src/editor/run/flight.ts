import { counted } from '../../diffusion/counted';
import type { Trace } from '../../diffusion/trace/trace';
import type { FillResult, ModelStatus } from '../../engine/protocol/messages';
import type { RunPhase } from '../../panel/messages';
import type { Place } from '../place/place';
import type { RunMode } from './request';
import type { AskedRun } from './runHistory';

/** One run on its way through the engine. Another one may have taken its place before it settles. */
export interface Flight {
  readonly id: string;
  readonly abort: AbortController;
  readonly mode: RunMode;
  /** What it goes on from, where it is a branch. */
  readonly branch: Branch | null;
  /** What the engine was asked; null until it was. */
  asked: Pick<AskedRun, 'request' | 'preset' | 'knobs'> | null;
  /** See `Editions`. */
  readonly edition: number;
  /** Whether the engine has reported the canvas: the trace is this run's. */
  started: boolean;
  /** How the other candidates than the best came about, in their order, as far as that is known. */
  others: readonly Trace[];
  /** Whether its text was edited or closed, for good: what is undone since does not bring it back. */
  abandoned: boolean;
}

/** The steps a branch takes over, and from whom. */
export interface Branch {
  readonly parent: AskedRun;
  readonly start: Trace;
  readonly origin: NonNullable<AskedRun['branch']>;
  /** What is shown again where nothing comes of it. */
  readonly before: Standing;
}

/** How things stand with the run that is shown, which another one changes before it has begun. */
export interface Standing {
  readonly phase: RunPhase;
  /** Id of the run whose candidate waits. */
  readonly waiting: string | null;
  readonly leftOut: ReadonlySet<number>;
}

/** @throws {Error} where a branch would go on with another model than the one it was begun with. */
export function checkModel({ header }: Trace, { name, version }: ModelStatus): void {
  const { model } = header;
  if (model.name === name && model.version === version) return;
  throw new Error(
    `That run was made with ${model.name} ${model.version}, and ${name} ${version} is loaded. Load the former, or run again.`,
  );
}

/** @throws {Error} where a fill is not one text per span, so that accepting it would delete what it says nothing of. */
export function checkFills({ outcome, candidates = [] }: FillResult, { spans }: Place): void {
  const fills = outcome.kind === 'finished' ? [outcome, ...candidates] : [];
  const wrong = fills.find(({ texts }) => texts.length !== spans.length);
  if (!wrong) return;
  throw new Error(
    `The engine filled ${wrong.texts.length} of ${counted(spans.length, 'span')}. Run again; if it happens once more, reload the window.`,
  );
}
