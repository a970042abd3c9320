import { expect, test } from 'vitest';
import type { PanelState } from '../../src/panel/messages';
import { denoising, waitingFor } from '../panelState';
import { branchedState, state, trace } from './recorded';
import { usePanel } from './usePanel';

const panel = usePanel();

test('before the first run it says how to start one', async () => {
  await panel.show({ ...state, trace: null, place: null, phase: { kind: 'idle' } });
  const link = panel.page.getByRole('link', { name: 'Infill Selection' });
  expect(await link.getAttribute('href')).toBe('command:unmask.infillSelection');
  expect(await panel.page.getByRole('combobox', { name: 'Preset' }).isVisible()).toBe(true);
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
