import type { TraceHeader, TraceSlot, TraceStep } from '../../diffusion/trace/trace';
import type { FillFrame } from '../protocol/messages';

/** No more frames a second than a display shows smoothly, but for what FRAME_SLOTS says. */
const FRAME_MS = 1000 / 30;

/**
 * Slots times steps in one frame at most, but for a step that has more: whoever reads it also does other things, such
 * as answer keystrokes, and is held up for a millisecond or two. What would be more goes at once, as several frames together
 * would be read at a stretch.
 */
const FRAME_SLOTS = 64;

/** Sends a run's progress: the first step at once, then whatever has gathered since the last frame, or all a frame holds. */
export class FrameSender {
  #pending: TraceStep[] = [];
  #lastSent = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  /** Ids whose text the client has for the present trace. */
  readonly #known = new Set<number>();

  constructor(
    private readonly run: string,
    private readonly textOf: (token: number) => string,
    private readonly send: (frame: FillFrame) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @param now the slots as they are, where the run is taken up again */
  started(header: TraceHeader, now: readonly TraceSlot[] = []): void {
    this.flush();
    // The client begins a new trace, with texts of its own.
    this.#known.clear();
    const tokenTexts = this.#newTexts(idsAtStart(header, now), this.#known);
    this.send({ run: this.run, kind: 'started', header, tokenTexts });
  }

  encoded(done: number, of: number): void {
    this.send({ run: this.run, kind: 'encoded', done, of });
  }

  sweep(done: number, of: number): void {
    this.flush();
    this.send({ run: this.run, kind: 'sweep', done, of });
  }

  /** Sends how another candidate came about, `index` being its place among those of the result. */
  candidate(index: number, header: TraceHeader, steps: readonly TraceStep[]): void {
    this.flush();
    const { run } = this;
    const known = new Set<number>();
    const texts = this.#newTexts(idsAtStart(header), known);
    this.send({ run, kind: 'candidate', index, header, tokenTexts: texts });
    for (const part of inFrames(steps)) {
      const tokenTexts = this.#newTexts(idsIn(part), known);
      this.send({ run, kind: 'candidateSteps', index, steps: part, tokenTexts });
    }
  }

  step(step: TraceStep): void {
    if (!haveRoomFor(step, this.#pending)) this.flush();
    this.#pending.push(step);
    const wait = this.#lastSent + FRAME_MS - this.now();
    if (wait <= 0) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), wait);
  }

  /** Sends what is pending now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.length === 0) return;
    const steps = this.#pending;
    this.#pending = [];
    this.#lastSent = this.now();
    const tokenTexts = this.#newTexts(idsIn(steps), this.#known);
    this.send({ run: this.run, kind: 'steps', steps, tokenTexts });
  }

  #newTexts(ids: Iterable<number>, known: Set<number>): Record<number, string> {
    const texts: Record<number, string> = {};
    for (const id of ids) {
      if (known.has(id)) continue;
      known.add(id);
      texts[id] = this.textOf(id);
    }
    return texts;
  }
}

function idsAtStart(
  { slots, maskToken, padToken }: TraceHeader,
  now: readonly TraceSlot[] = [],
): number[] {
  const ids = [...slots, ...now].map((slot) => slot.token);
  return [maskToken, ...ids, ...(padToken === null ? [] : [padToken])];
}

/** Steps, as many together as a frame holds. */
function inFrames(steps: readonly TraceStep[]): readonly (readonly TraceStep[])[] {
  const frames: TraceStep[][] = [];
  for (const step of steps) {
    const last = frames.at(-1);
    if (last && haveRoomFor(step, last)) last.push(step);
    else frames.push([step]);
  }
  return frames;
}

/** Whether a step goes in one frame with those before it. */
function haveRoomFor(step: TraceStep, before: readonly TraceStep[]): boolean {
  return (
    [...before, step].reduce((sum, { confidence }) => sum + confidence.length, 0) <= FRAME_SLOTS
  );
}

function* idsIn(steps: readonly TraceStep[]): Iterable<number> {
  for (const step of steps) {
    for (const transition of step.transitions) if ('token' in transition) yield transition.token;
    for (const slot of step.alternatives) for (const [token] of slot) yield token;
  }
}
