import { setTimeout as pause } from 'node:timers/promises';
import { createLogUpdate } from 'log-update';
import type { Colors } from 'picocolors/types';
import { counted } from '../../diffusion/counted';
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
  /** What the steps to come wait for, if anything: it stands behind the numbers. */
  private note: string | undefined;
  private shownNote: string | undefined;
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

  /** Whether this is a terminal to draw in, where one picture takes the place of another. */
  get isLive(): boolean {
    return this.update !== undefined;
  }

  /** Takes what the run waits for before it begins, which is shown where its steps will be, if in a terminal. */
  wait(text: string): void {
    this.update?.(text);
  }

  /** Takes away what was waited for. */
  clear(): void {
    this.update?.clear();
    this.update?.done();
  }

  /** Takes the trace so far. */
  show(trace: Trace): void {
    this.latest = trace;
    // Steps come once what they wait for is over.
    this.note = undefined;
    this.begin();
  }

  /** Takes how many tokens of the context are read: no steps come before the last. It is shown in a terminal alone. */
  read(done: number, of: number): void {
    if (!this.isLive) return;
    this.note = done < of ? `context: ${done} of ${counted(of, 'token')}` : undefined;
    this.begin();
  }

  /** Takes how many sweeps of particle Gibbs are done: it shows no steps until the last. */
  count(done: number, of: number): void {
    this.note = `sweep ${done} of ${of}`;
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
      this.shownNote = undefined;
      if (this.update) {
        this.update(renderFrame(next, this.colors));
        await pause(this.pace, undefined, { signal: this.signal }).catch(() => {});
      } else {
        this.output.write(`${renderProgressLine(next, this.colors)}\n`);
      }
    }
    this.drawing = false;
    const { shown, note } = this;
    if (!shown || note === this.shownNote) return;
    this.shownNote = note;
    if (this.update)
      this.update(`${renderFrame(shown, this.colors)}${note === undefined ? '' : ` · ${note}`}`);
    else if (note !== undefined) this.output.write(`${note}\n`);
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
