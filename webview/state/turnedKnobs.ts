import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { type Preset, presetNamed } from '../../src/diffusion/settings/presets';
import { samplerSchema, wrongSettings } from '../../src/diffusion/settings/sampler';
import type { Knobs } from '../../src/panel/messages';
import { nearestPreset } from './changedKnobs';

/** The knobs as they stand in the panel: as they are being turned, else as the extension has them. */
export class TurnedKnobs {
  /** null when they are at rest. */
  private readonly turning = signal<Knobs | null>(null);
  /** Why they cannot be used as they stand. */
  readonly error = signal<string | null>(null);
  /** Name of the preset that knobs of one's own were made from; null where that is not known. */
  readonly madeFrom = signal<string | null>(null);
  /** The preset that they are those of, or were made from, or are the nearest to. */
  readonly basis = computed<Preset | null>(() => {
    const knobs = this.value;
    if (knobs === null) return null;
    const named = presetNamed(knobs.preset) ?? presetNamed(this.madeFrom.value ?? '');
    return named ?? nearestPreset(knobs.sampler);
  });

  /**
   * @param held those that the extension has; null until they are known
   * @param rest hears of knobs that have come to rest and can be used
   */
  constructor(
    private readonly held: ReadonlySignal<Knobs | null>,
    private readonly rest: (knobs: Knobs) => void,
  ) {
    effect(() => {
      const basis = this.basis.value;
      if (basis !== null) this.madeFrom.value = basis.name;
    });
  }

  get value(): Knobs | null {
    return this.turning.value ?? this.held.value;
  }

  /** Shows knobs that are still moving. */
  turn(knobs: Knobs): void {
    this.turning.value = knobs;
  }

  /** Takes knobs that have come to rest; what the sampler cannot do stays here, with the reason. */
  set(knobs: Knobs): void {
    if (this.held.value === null) return;
    const { error } = samplerSchema.safeParse(knobs.sampler);
    if (error !== undefined) {
      this.turn(knobs);
      this.error.value = wrongSettings(error).join('; ');
      return;
    }
    batch(() => {
      this.giveWay();
      this.rest(knobs);
    });
  }

  /** The same of knobs that were made from whatever they are the nearest to, not from what was here before. */
  setAnew(knobs: Knobs): void {
    batch(() => {
      this.madeFrom.value = nearestPreset(knobs.sampler).name;
      this.set(knobs);
    });
  }

  /** To those that the extension has. */
  giveWay(): void {
    this.turning.value = null;
    this.error.value = null;
  }
}
