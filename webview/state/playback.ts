import { effect, type ReadonlySignal, signal } from '@preact/signals';

/** A whole run is played in about this long, whatever its number of steps. */
const runMs = 6000;
const quickestStepMs = 60;
const slowestStepMs = 450;

/** Plays the steps of a run again, at an even pace. */
export class Playback {
  private readonly running = signal(false);

  constructor(
    private readonly position: ReadonlySignal<number>,
    private readonly lastPosition: ReadonlySignal<number>,
    private readonly seek: (position: number) => void,
  ) {
    effect(() => {
      if (!this.running.value) return;
      const next = position.value + 1;
      // A step that arrives meanwhile must not begin the wait again.
      const last = lastPosition.peek();
      if (next > last) {
        this.running.value = false;
        return;
      }
      const pace = Math.min(slowestStepMs, Math.max(quickestStepMs, runMs / last));
      const timer = setTimeout(() => seek(next), pace);
      return () => clearTimeout(timer);
    });
  }

  get playing(): boolean {
    return this.running.value;
  }

  /** Plays from here, or from the beginning when at the end. */
  play(): void {
    if (this.position.peek() >= this.lastPosition.peek()) this.seek(0);
    this.running.value = true;
  }

  pause(): void {
    this.running.value = false;
  }

  toggle(): void {
    if (this.running.peek()) this.pause();
    else this.play();
  }
}
