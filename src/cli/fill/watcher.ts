import { setTimeout as pause } from 'node:timers/promises';
import { createLogUpdate } from 'log-update';
import type { Colors } from 'picocolors/types';
import type { Trace } from '../../diffusion/trace/trace';
import { canBeDrawnOn, type Output } from '../output';
import { renderFrame, renderProgressLine } from './frame';

/**
 * Shows a run as it unmasks: in place on a terminal, one line per step elsewhere.
 *
 * A small model denoises faster than an eye follows, so on a terminal every step stays for `pace` milliseconds;
 * the run itself never waits, and an aborted `signal` ends the waiting.
 */
export class Watcher {
  private latest: Trace | undefined;
  private shown: Trace | undefined;
  /** What is still to be said of the sweeps. */
  private sweep: string | undefined;
  private drawing = false;
  private playing: Promise<void> | undefined;
  private readonly update: ReturnType<typeof createLogUpdate> | undefined;

  constructor(
    private readonly output: Output,
    private readonly pace: number,
    private readonly colors: Colors,
    private readonly signal: AbortSignal,
  ) {
    // A terminal without a size (as some machines give their scripts) has no room to draw in.
    const live = canBeDrawnOn(output) && (output.rows ?? 1) > 0;
    this.update = live ? createLogUpdate(output as NodeJS.WriteStream) : undefined;
  }

  /** Takes the trace so far. */
  show(trace: Trace): void {
    this.latest = trace;
    // Steps come once the sweeps before them are over.
    this.sweep = undefined;
    this.begin();
  }

  /** Takes how many sweeps of particle Gibbs are done: it shows no steps until the last. */
  count(done: number, of: number): void {
    this.sweep = `sweep ${done} of ${of}`;
    this.begin();
  }

  /** Shows what is left and leaves the last picture standing. */
  async finish(): Promise<void> {
    await this.playing;
    this.update?.done();
  }

  private begin(): void {
    if (!this.drawing) this.playing = this.play();
  }

  private async play(): Promise<void> {
    this.drawing = true;
    for (let next = this.next(); next; next = this.next()) {
      this.shown = next;
      if (this.update) {
        this.update(renderFrame(next, this.colors));
        await pause(this.pace, undefined, { signal: this.signal }).catch(() => {});
      } else {
        this.output.write(`${renderProgressLine(next, this.colors)}\n`);
      }
    }
    this.drawing = false;
    const { shown, sweep } = this;
    if (!shown || sweep === undefined) return;
    this.sweep = undefined;
    if (this.update) this.update(`${renderFrame(shown, this.colors)} · ${sweep}`);
    else this.output.write(`${sweep}\n`);
  }

  /** The picture after the one shown, one step at a time; a run that began anew starts over. */
  private next(): Trace | undefined {
    const { latest, shown } = this;
    if (!latest) return undefined;
    if (shown?.header !== latest.header) return { ...latest, steps: [] };
    if (shown.steps.length >= latest.steps.length) return undefined;
    return { ...latest, steps: latest.steps.slice(0, shown.steps.length + 1) };
  }
}
