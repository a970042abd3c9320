import { describe, expect, test } from 'vitest';
import { maskedSlots } from '../../../../src/diffusion/noise';
import { resumeAtStart } from '../../../../src/diffusion/resume';
import { blocksOf } from '../../../../src/diffusion/reveal/blocks';
import { presetNamed } from '../../../../src/diffusion/settings/presets';
import type { TraceSlot, TraceStep } from '../../../../src/diffusion/trace/trace';
import {
  constantDenoiser,
  MASK,
  moodyDenoiser,
  uniformDenoiser,
  withQuality,
} from '../predictions';
import { range, run } from '../run';
import { sampler } from '../samplers';

const members = (blocks: readonly (readonly boolean[])[]) =>
  blocks.map((block) => block.flatMap((inside, i) => (inside ? [i] : [])));
const inBlocks = (blockLength: number) => sampler({ blockLength });
const named = (step: TraceStep | undefined) => step?.transitions.map(({ slot }) => slot);

describe('blocks', () => {
  test('divide every span from its start', () => {
    expect(members(blocksOf(maskedSlots([5, 3], MASK), inBlocks(2)))).toEqual([
      [0, 1, 5, 6],
      [2, 3, 7],
      [4],
    ]);
  });

  test('of length 0 are one', () => {
    expect(members(blocksOf(maskedSlots([2, 1], MASK), inBlocks(0)))).toEqual([[0, 1, 2]]);
  });

  test('without a slot to denoise are none', () => {
    const slots = maskedSlots([6], MASK).map(
      (slot): TraceSlot => (slot.id < 4 && slot.id > 1 ? { ...slot, state: 'pinned' } : slot),
    );
    expect(members(blocksOf(slots, inBlocks(2)))).toEqual([
      [0, 1],
      [4, 5],
    ]);
    expect(blocksOf([], inBlocks(2))).toEqual([]);
    const revising = sampler({ blockLength: 2, remask: { remasker: 'p2' } });
    expect(members(blocksOf(slots, revising))).toEqual([
      [0, 1],
      [4, 5],
    ]);
  });

  test('come in order, whichever span has something to denoise in them', () => {
    const slots = maskedSlots([4, 2], MASK).map(
      (slot): TraceSlot => (slot.id < 2 ? { ...slot, state: 'pinned' } : slot),
    );
    expect(members(blocksOf(slots, inBlocks(2)))).toEqual([
      [0, 1, 4, 5],
      [2, 3],
    ]);
  });

  test('that are full of text count only where a remasker may revise them', () => {
    const slots = maskedSlots([4], MASK).map(
      (slot): TraceSlot => (slot.id < 2 ? { ...slot, state: 'revealed', token: 1 } : slot),
    );
    expect(members(blocksOf(slots, inBlocks(2)))).toEqual([[2, 3]]);
    const revising = sampler({ blockLength: 2, remask: { remasker: 'p2' } });
    expect(members(blocksOf(slots, revising))).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });
});

/** Without pads: a span's end would settle the blocks behind it as well. */
const moody = () => ({ ...moodyDenoiser(), padToken: undefined });

describe('a run in blocks', () => {
  test('touches no slot of a block before the earlier ones are done', async () => {
    for (const parallel of [
      { rule: 'fixed' },
      { rule: 'ancestral' },
      { rule: 'threshold', threshold: 0.4 },
    ] as const)
      for (const seed of range(10)) {
        const { steps } = await run(moody(), {
          slots: maskedSlots([10, 7], MASK),
          sampler: sampler({ steps: 20, blockLength: 3, parallel }),
          seed,
        });
        const block = (slot: number) => Math.floor((slot < 10 ? slot : slot - 10) / 3);
        const order = steps.flatMap((step) => named(step)!.map(block));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      }
  });

  test('shares its steps among the blocks, and the schedule runs within each', async () => {
    const { steps } = await run(uniformDenoiser(), {
      slots: maskedSlots([8], MASK),
      sampler: sampler({ steps: 5, blockLength: 4, order: 'left-to-right' }),
    });
    expect(steps.map(named)).toEqual([[0, 1], [2], [3], [4, 5], [6, 7]]);
    const times = [1, 5 / 6, 4 / 6, 3 / 6, 1 / 4, 0];
    for (const [i, { t, s }] of steps.entries()) {
      expect(t).toBeCloseTo(times[i]!, 12);
      expect(s).toBeCloseTo(times[i + 1]!, 12);
    }
  });

  test.each([
    ['by the clock from its strength', { rule: 'fixed' }, 0.4],
    ['by the share of masks, all at first', { rule: 'threshold', threshold: 1 }, 1],
  ] as const)('on a rewrite goes %s down to 0, without gaps', async (_, parallel, from) => {
    const { steps } = await run(uniformDenoiser(), {
      slots: maskedSlots([6], MASK),
      sampler: sampler({ steps: 6, blockLength: 2, parallel }),
      startTime: 0.4,
    });
    expect(steps.map((step) => Math.floor(named(step)![0]! / 2))).toEqual([0, 0, 1, 1, 2, 2]);
    for (const [i, { t, s }] of steps.entries()) {
      expect(t).toBeCloseTo((from * (6 - i)) / 6, 12);
      expect(s).toBeCloseTo((from * (5 - i)) / 6, 12);
    }
  });

  test('takes as many steps as blocks when T is less', async () => {
    const { steps } = await run(uniformDenoiser(), {
      slots: maskedSlots([10], MASK),
      sampler: sampler({ steps: 2, blockLength: 3 }),
    });
    expect(steps.map((step) => step.transitions.length)).toEqual([3, 3, 3, 1]);
  });

  test('goes on with the next block as soon as one is done, and its trace says where in the plan', async () => {
    const { steps } = await run(uniformDenoiser(), {
      slots: maskedSlots([4], MASK),
      sampler: sampler({
        steps: 8,
        blockLength: 2,
        parallel: { rule: 'threshold', threshold: 0.2 },
      }),
    });
    expect(steps.map(({ index, position }) => [index, position])).toEqual([
      [0, undefined],
      [1, 2],
    ]);
  });

  test('revises in the block at hand alone', async () => {
    for (const remask of [
      { remasker: 'p2' },
      { remasker: 'remdm-cap', eta: 0.5 },
      { remasker: 'quality', threshold: 1, most: 2 },
      { remasker: 'wino', threshold: 1 },
      { remasker: 'edit', threshold: 0.2 },
    ] as const) {
      const { steps } = await run(moody(), {
        slots: maskedSlots([8], MASK),
        sampler: sampler({ steps: 24, blockLength: 4, remask }),
        seed: 3,
      });
      const blocks = steps.map((step) => named(step)!.map((slot) => Math.floor(slot / 4)));
      expect(blocks.flat()).toEqual(blocks.flat().toSorted((a, b) => a - b));
      const kinds = new Set(steps.flatMap(({ transitions }) => transitions.map((t) => t.kind)));
      expect(kinds.size, remask.remasker).toBe(2);
    }
  });

  test('looks at the text of every block, also where nothing was to be edited in the one before', async () => {
    const slots = [0, 0, 1, 1].map(
      (token, id): TraceSlot => ({ id, span: 0, state: 'revealed', token }),
    );
    for (const revealed of ['predicted', 'silent'] as const) {
      const { tokens } = await run(
        { ...constantDenoiser([0.7, 0.3]), revealed },
        {
          slots,
          sampler: sampler({
            steps: 16,
            blockLength: 2,
            remask: { remasker: 'edit', threshold: 0.6 },
          }),
          startTime: 0.5,
        },
      );
      expect(tokens).toEqual([0, 0, 0, 0]);
    }
  });

  test.each([{ rule: 'fixed' }, { rule: 'threshold', threshold: 1 }] as const)(
    'passes over one that was pinned since: $rule',
    async (parallel) => {
      const slots = maskedSlots([4], MASK);
      const pinned = slots.map(
        (slot): TraceSlot => (slot.id < 2 ? { ...slot, state: 'pinned', token: 1 } : slot),
      );
      const denoiser = uniformDenoiser();
      const { steps } = await run(denoiser, {
        slots,
        sampler: sampler({ steps: 4, blockLength: 2, parallel, remask: { remasker: 'p2' } }),
        resume: { ...resumeAtStart(slots), slots: pinned },
      });
      expect(steps.map(({ position, t }) => [position, t])).toEqual([
        [2, 0.5],
        [3, 0.25],
      ]);
      expect(denoiser.calls).toBe(2);
    },
  );

  test('with the preset takes 16 slots at a time', async () => {
    const { steps } = await run(withQuality(uniformDenoiser(), 1), {
      slots: maskedSlots([48], MASK),
      sampler: presetNamed('Block')!.sampler,
    });
    // 32 steps over 3 blocks: 11, 11 and 10.
    const first = steps.flatMap((step, i) => (named(step)!.some((slot) => slot < 16) ? [i] : []));
    expect(first).toEqual(range(11));
    expect(steps).toHaveLength(32);
  });
});
