import { type Binding, type BoundDenoiser, failWhenStopped } from '../binding';
import type { ContextLayout } from '../context/contextLayout';
import type { SequenceGraph } from '../graphs/sequenceGraph';
import { SequenceDenoiser, type SequenceModel } from './sequenceDenoiser';

/** Of the family `masked-lm`: every step reads the context anew, so that there is nothing to encode or to keep. */
export class SequenceBinding implements Binding {
  readonly contextCache = { contexts: 0, bytes: 0, encodes: 0 };

  constructor(
    private readonly graph: SequenceGraph,
    private readonly model: SequenceModel,
  ) {}

  async bind(layout: ContextLayout, stopped?: () => Promise<boolean>): Promise<BoundDenoiser> {
    const denoiser = new SequenceDenoiser(this.graph, layout, this.model, failWhenStopped(stopped));
    return { denoiser, encodeMs: 0, cached: false, reused: 0 };
  }

  async encodeAhead(): Promise<void> {}

  forgetContexts(): void {}
}
