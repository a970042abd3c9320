import { describe, expect, test } from 'vitest';
import type { PanelState } from '../../src/panel/messages';
import { denoising, waitingFor } from '../panelState';
import { branchedState, slotTexts, state, trace } from './recorded';
import { usePanel } from './usePanel';

const panel = usePanel();
const lastStep = trace.steps.length;
const position = () => panel.scrubber().inputValue();
/** Texts of the slots as drawn; null for a mask, '' for a pad. */
const drawnTexts = () =>
  panel
    .slots()
    .evaluateAll((elements) =>
      elements.map((element) =>
        element.getAttribute('data-state') === 'masked' ? null : element.textContent,
      ),
    );

describe('a run', () => {
  test('is shown whole: heading, canvas, timings', async () => {
    await panel.show();
    const { page } = panel;
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('inventory.ts:47');
    expect(await page.locator('.phase').textContent()).toBe('Finished');
    expect(await page.locator('.chips').textContent()).toContain('cpu · int8');
    expect(await drawnTexts()).toEqual(slotTexts(lastStep));
    const canvas = await page.locator('.canvas').textContent();
    expect(canvas).toContain(trace.header.excerpt.before.slice(-40));
    expect(canvas).toContain(trace.header.excerpt.after.slice(0, 20));
    expect(await page.locator('.timings').textContent()).toContain(`${lastStep} of at most`);
    expect(await page.locator('.chart canvas').count()).toBe(2);
  });

  test('says what made it, also where the model now runs otherwise', async () => {
    const fallbacks = [{ executionProvider: 'cuda' as const, sentence: 'No library.' }];
    const executionProvider = 'webgpu' as const;
    const model = { ...state.model!, executionProvider, precision: 'fp16', fallbacks };
    await panel.show({ ...state, model });
    const chips = panel.page.locator('.chip');
    expect(await chips.nth(1).textContent()).toBe('cpu · int8');
    expect(await chips.nth(1).getAttribute('title')).toBe('Execution provider');
    const { header } = trace;
    expect(await chips.nth(0).getAttribute('title')).toBe(
      `Model ${header.model.name} ${header.model.version}\nUnmask ${header.unmask}`,
    );
  });

  test('of before it said so is not taken for one in the precision that the model now has', async () => {
    const { unmask: _, ...header } = trace.header;
    const { precision: __, ...model } = header.model;
    await panel.show({ ...state, trace: { ...trace, header: { ...header, model } } });
    const chips = panel.page.locator('.chip');
    expect(await chips.nth(1).textContent()).toBe('cpu');
    expect(await chips.nth(0).getAttribute('title')).toBe(`Model ${model.name} ${model.version}`);
  });

  test('is scrubbed through: every position shows what the trace says', async () => {
    await panel.show();
    await panel.scrubber().focus();
    await panel.page.keyboard.press('Home');
    expect(await drawnTexts()).toEqual(slotTexts(0));
    for (let steps = 1; steps <= lastStep; steps++) {
      await panel.page.keyboard.press('.');
      expect(await drawnTexts()).toEqual(slotTexts(steps));
    }
    await panel.page.keyboard.press(',');
    expect(await position()).toBe(String(lastStep - 1));
  });

  test('is stepped through by keyboard up to its ends, where the buttons keep the focus and do nothing', async () => {
    await panel.show();
    const { page } = panel;
    const back = page.getByRole('button', { name: 'Step back' });
    await panel.scrubber().focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('.');
    await back.focus();
    await page.keyboard.press('Enter');
    await expect.poll(position).toBe('0');
    expect(await back.isDisabled()).toBe(true);
    await page.keyboard.press('Enter');
    expect(await position()).toBe('0');
    expect(await page.evaluate("document.activeElement?.getAttribute('title')")).toBe(
      'Step back (,)',
    );
  });

  test('is played again to its end', async () => {
    await panel.show();
    await panel.page.getByRole('button', { name: 'Play the steps' }).click();
    await expect.poll(position, { timeout: 15_000 }).toBe('3');
    await expect.poll(position, { timeout: 30_000 }).toBe(String(lastStep));
    await panel.page.getByRole('button', { name: 'Play the steps' }).waitFor();
  });

  test('is followed live until another step is chosen', async () => {
    const { page } = panel;
    await panel.show({ ...state, trace: null, phase: waitingFor('Loading…') });
    const { header, tokenTexts, steps } = trace;
    await panel.send({ kind: 'started', header, tokenTexts });
    await panel.send({ kind: 'phase', phase: denoising });
    for (const step of steps.slice(0, 6)) {
      await panel.send({ kind: 'steps', steps: [step], tokenTexts: {} });
    }
    await expect.poll(position).toBe('6');
    await page.keyboard.press(',');
    await panel.send({ kind: 'steps', steps: steps.slice(6, 9), tokenTexts: {} });
    await expect.poll(() => panel.scrubber().getAttribute('max')).toBe('9');
    expect(await position()).toBe('5');
    await page.getByRole('button', { name: 'Live' }).click();
    expect(await position()).toBe('9');
    await page.getByRole('button', { name: 'Stop' }).first().click();
    expect((await panel.said()).at(-1)).toEqual({ kind: 'stop' });
  });

  test('survives a reload with the step and the slot that were looked at', async () => {
    const { page } = panel;
    await panel.show();
    await panel.slots().nth(4).click();
    for (let back = 0; back < 5; back++) await page.keyboard.press(',');
    await page.reload();
    await expect
      .poll(async () => (await panel.said()).filter(({ kind }) => kind === 'ready').length)
      .toBe(2);
    await panel.show();
    expect(await position()).toBe(String(lastStep - 5));
    expect(await panel.slots().nth(4).getAttribute('aria-selected')).toBe('true');
    expect(await drawnTexts()).toEqual(slotTexts(lastStep - 5));
  });
});

test('each phase offers what can be done in it', async () => {
  const { page } = panel;
  const offered = async (phase: PanelState['phase']) => {
    await panel.show({ ...state, phase });
    await page.locator('.phase').waitFor();
    return page
      .locator('.actions vscode-button')
      .evaluateAll((buttons) =>
        buttons.map((button) => button.getAttribute('aria-label') ?? button.textContent),
      );
  };
  const ofAnyRun = ['Set the knobs to this run’s sampler and seed', 'Export the trace'];
  expect(await offered({ kind: 'finished' })).toEqual([
    'Accept',
    'Reject',
    'Run again with the present knobs',
    ...ofAnyRun,
  ]);
  expect(await offered({ kind: 'accepted' })).toEqual(['Run again', ...ofAnyRun]);
  expect(await offered({ kind: 'rejected' })).toEqual(['Run again', 'Offer again', ...ofAnyRun]);
  expect(await offered({ kind: 'undone' })).toEqual(['Offer again', 'Run again', ...ofAnyRun]);
  expect(await page.locator('.phase').textContent()).toBe('Undone');
  await page.getByRole('button', { name: 'Offer again' }).click();
  expect((await panel.said()).at(-1)).toEqual({ kind: 'showRun', id: 'a' });
  expect(await offered(denoising)).toEqual(['Stop']);
  expect(await offered({ kind: 'failed', message: 'The engine died.' })).toEqual([
    'Run again',
    ...ofAnyRun,
  ]);
  expect(await offered({ kind: 'opened', file: 'run.json' })).toEqual(ofAnyRun);
  expect(await page.locator('h1').textContent()).toBe('run.json');
  expect(await page.getByRole('button', { name: /Branch from/ }).count()).toBe(0);
  expect(await offered({ kind: 'failed', message: 'The engine died.' })).toHaveLength(3);
  expect(await page.getByRole('alert').textContent()).toBe('The engine died.');
  await page.getByRole('button', { name: 'Run again' }).first().click();
  expect((await panel.said()).at(-1)).toEqual({ kind: 'run' });
});

test('Accept says how many fills it takes where some are left out', async () => {
  const outcome = { kind: 'finished', texts: ['a', 'b', 'c'], meanLogProb: -1 } as const;
  const phase = { kind: 'finished', leftOut: [1] } as const;
  await panel.show({ ...state, phase, trace: { ...trace, outcome } });
  await panel.page.getByRole('button', { name: 'Accept 2 of 3' }).waitFor();
});

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

test('of a run that was opened, the panel says why it has no fill', async () => {
  const heading = panel.page.locator('.heading');
  const phase = { kind: 'opened', file: 'run.json' } as const;
  const opened = (outcome: typeof trace.outcome) =>
    panel.show({ ...state, phase, trace: { ...trace, outcome } });
  await opened({ kind: 'failed', message: 'The engine died.' });
  await heading.getByText('The engine died.').waitFor();
  await opened({ kind: 'stopped' });
  await heading.getByText('This run was stopped before its end.').waitFor();
  await opened(trace.outcome);
  await expect.poll(() => heading.locator('.failure, .note').count()).toBe(0);
});

test('once the spans are gone, a run is of what is selected, and nothing branches', async () => {
  const { page } = panel;
  await panel.show({ ...state, phase: { kind: 'stopped' } });
  await page.getByRole('button', { name: 'Run again' }).first().waitFor();
  expect(await page.getByRole('button', { name: /Branch from/ }).count()).toBe(1);
  await panel.send({ kind: 'place', place: 'inventory.ts:52' });
  await expect.poll(() => page.locator('h1').textContent()).toBe('inventory.ts:52');
  await panel.send({ kind: 'place', place: null });
  await expect.poll(() => page.locator('h1').textContent()).toBe('Unmask');
  expect(await page.getByRole('button', { name: /Branch from/ }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Run again' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Infill selection' }).count()).toBe(2);
});

test('a run that has not taken a step offers no branch', async () => {
  await panel.show({ ...state, trace: { ...trace, steps: [] }, phase: { kind: 'stopped' } });
  expect(await panel.page.getByRole('button', { name: /Branch from/ }).count()).toBe(0);
});

test('particle Gibbs counts its sweeps', async () => {
  await panel.show({
    ...state,
    phase: { kind: 'denoising', doing: { kind: 'sweeping', done: 9, of: 32 } },
  });
  await expect.poll(() => panel.page.locator('.phase').textContent()).toBe('Sweep 9 of 32');
  const bar = panel.page.getByRole('progressbar', { name: 'Sweeps' });
  expect(await bar.getAttribute('value')).toBe('9');
});

test('while the context is read, how much of it is is shown, and gone with the first step', async () => {
  const { page } = panel;
  await panel.show({
    ...state,
    phase: { kind: 'denoising', doing: { kind: 'reading', done: 256, of: 1024 } },
  });
  await expect.poll(() => page.locator('.phase').textContent()).toBe('Reading');
  const bar = page.getByRole('progressbar', { name: 'Context read' });
  expect(await bar.getAttribute('value')).toBe('256');
  const note = page.locator('.heading .note');
  expect(await note.textContent()).toBe('Reading the context: 256 of 1024 tokens.');
  await panel.send({ kind: 'phase', phase: denoising });
  await expect.poll(() => page.locator('.phase').textContent()).toBe('Denoising');
  expect(await note.count()).toBe(0);
});

test('a run that is told to stop before it has begun says so, and no longer what it waits for', async () => {
  const { page } = panel;
  await panel.show({ ...state, phase: waitingFor('Waiting for the engine…') });
  const note = page.locator('.heading .note');
  await expect.poll(() => note.textContent()).toBe('Waiting for the engine…');
  await panel.send({ kind: 'phase', phase: { kind: 'starting', doing: { kind: 'stopping' } } });
  await expect.poll(() => page.locator('.phase').textContent()).toBe('Stopping');
  expect(await note.count()).toBe(0);
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

test('before the first run it says how to start one', async () => {
  await panel.show({ ...state, trace: null, place: null, phase: { kind: 'idle' } });
  const link = panel.page.getByRole('link', { name: 'Infill Selection' });
  expect(await link.getAttribute('href')).toBe('command:unmask.infillSelection');
  expect(await panel.page.getByRole('combobox', { name: 'Preset' }).isVisible()).toBe(true);
});

test('only milestones are said to screen readers by themselves', async () => {
  await panel.show();
  expect(await panel.page.getByRole('status').count()).toBe(1);
});

test('a run that was stopped before it began leaves the way to start, and the runs before it', async () => {
  const { page } = panel;
  const { runs } = branchedState;
  await panel.show({
    ...state,
    trace: null,
    runs: { ...runs, shown: null },
    phase: { kind: 'stopped' },
  });
  await page.getByRole('button', { name: 'Run again' }).first().waitFor();
  await page.getByText('Infill at Cursor').waitFor();
  await page.getByRole('button', { name: /^Run 1/ }).waitFor();
});
