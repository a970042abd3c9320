import type { ModelTokenizer } from '../../denoiser/tokenizer';
import { withoutBorrowed } from '../../diffusion/trace/borrowed';
import type { TraceSlot } from '../../diffusion/trace/trace';

/** Fills as text: each span's tokens decoded together; pads are no text, and what is borrowed no part of them. */
export class FillTexts {
  /** @param borrowed what each span's slots took along from the text before. */
  constructor(
    private readonly tokenizer: Pick<ModelTokenizer, 'decode'>,
    private readonly borrowed: readonly string[],
  ) {}

  ofSpan(span: number, tokens: readonly number[]): string {
    return withoutBorrowed(this.tokenizer.decode(tokens), this.borrowed[span]);
  }

  /** One per span. */
  ofSlots(slots: readonly TraceSlot[]): string[] {
    return this.borrowed.map((_, span) => {
      const own = slots.filter((slot) => slot.span === span);
      return this.ofSpan(
        span,
        own.map(({ token }) => token),
      );
    });
  }
}
