import { describe, expect, test } from 'vitest';
import { resumeAtStart } from '../../../../src/diffusion/resume';
import type { TraceSlot } from '../../../../src/diffusion/trace/trace';
import { resumeSchema } from '../../../../src/engine/protocol/resume';

const inSpans = (spans: readonly number[]) => {
  const slots = spans.map((span, id): TraceSlot => ({ id, span, state: 'masked', token: 1 }));
  return { slots, from: resumeAtStart(slots) };
};

describe('a run to be taken up again', () => {
  test('has its slots in the order of their spans', () => {
    expect(resumeSchema.safeParse(inSpans([0, 0, 1, 2])).success).toBe(true);
    expect(resumeSchema.safeParse(inSpans([0, 1, 0])).success).toBe(false);
  });

  test('has no more spans than slots may be', () => {
    expect(resumeSchema.safeParse(inSpans([1023])).success).toBe(true);
    expect(resumeSchema.safeParse(inSpans([1024])).success).toBe(false);
    expect(resumeSchema.safeParse(inSpans([2 ** 32])).success).toBe(false);
  });
});
