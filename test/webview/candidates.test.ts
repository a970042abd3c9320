import { expect, test } from 'vitest';
import type { PanelState } from '../../src/panel/messages';
import { state, trace } from './recorded';
import { usePanel } from './usePanel';

const panel = usePanel();

test('the list of candidates marks the fills that are left out of each', async () => {
  const { page } = panel;
  const fill = (...texts: string[]) => ({ texts, logProb: -1, meanLogProb: -1, newErrors: 0 });
  const candidates = [fill('a', 'b'), fill('c', 'd')];
  const runs = { ...state.runs, candidates, asked: 2 };
  const rows = async (phase: PanelState['phase']) => {
    await panel.show({ ...state, phase, runs });
    return page.locator('.candidate').allTextContents();
  };
  const score = 'log p −1.00 in all';
  expect(await rows({ kind: 'finished' })).toEqual([
    `a ⋯ b${score} · parses`,
    `c ⋯ d${score} · parses`,
  ]);
  expect(await rows({ kind: 'finished', leftOut: [1] })).toEqual([
    `a ⋯ ⊘\u00a0left out: b${score}`,
    `c ⋯ ⊘\u00a0left out: d${score}`,
  ]);
  expect(await page.locator('.candidate s').allTextContents()).toEqual(['b', 'd']);
});

test('fewer candidates than asked for are counted', async () => {
  const fill = (text: string) => ({ texts: [text], logProb: -1, meanLogProb: -1, newErrors: null });
  const notes = async (candidates: ReturnType<typeof fill>[], asked: number) => {
    await panel.show({ ...state, runs: { ...state.runs, candidates, asked } });
    return panel.page.locator('.section-candidates .note').allTextContents();
  };
  expect(await notes([fill('a'), fill('b')], 4)).toEqual([
    '2 of 4 distinct: the others came to the same fill.',
  ]);
  expect(await notes([fill('a')], 2)).toEqual([
    '1 of 2 distinct: the other one came to the same fill.',
  ]);
  expect(await notes([fill('a'), fill('b')], 2)).toEqual([]);
});

test('a candidate on offer says whether it parses, unless some of its fills are left out', async () => {
  const chips = async (newErrors: number | null, phase: PanelState['phase']) => {
    const candidates = [{ texts: ['a'], logProb: -1, meanLogProb: -1, newErrors }];
    await panel.show({ ...state, phase, runs: { ...state.runs, candidates } });
    return panel.page.locator('.chips').textContent();
  };
  expect(await chips(0, { kind: 'finished' })).toMatch(/parses$/);
  expect(await chips(1, { kind: 'finished' })).toMatch(/1 new parse error$/);
  expect(await chips(2, { kind: 'finished' })).toMatch(/2 new parse errors$/);
  expect(await chips(null, { kind: 'finished' })).not.toMatch(/parse|syntax/);
  expect(await chips(0, { kind: 'accepted' })).not.toMatch(/parse/);
  expect(await chips(0, { kind: 'finished', leftOut: [1] })).not.toMatch(/parse/);
});

test('Accept says how many fills it takes where some are left out', async () => {
  const outcome = { kind: 'finished', texts: ['a', 'b', 'c'], meanLogProb: -1 } as const;
  const phase = { kind: 'finished', leftOut: [1] } as const;
  await panel.show({ ...state, phase, trace: { ...trace, outcome } });
  await panel.page.getByRole('button', { name: 'Accept 2 of 3' }).waitFor();
});
