import { expect, test } from 'vitest';
import { denoising } from '../panelState';
import { branchedState, state, trace } from './recorded';
import { usePanel } from './usePanel';

const panel = usePanel();
const button = (name: string | RegExp) => panel.page.getByRole('button', { name });
const slot = (id: number) => panel.page.locator(`.canvas [data-slot="${id}"]`);
const lastSaid = async () => (await panel.said()).at(-1);
const focused = () =>
  panel.page.evaluate<string>("document.activeElement?.textContent?.trim() ?? ''");

test('whoever rejects by keyboard stays among the buttons', async () => {
  const { page } = panel;
  await panel.show({ ...state, phase: { kind: 'finished' } });
  await page.getByRole('button', { name: 'Reject' }).focus();
  await panel.show({ ...state, phase: { kind: 'rejected' } });
  await expect.poll(focused).toBe('Run again');
  await panel.show({ ...state, phase: denoising });
  await expect.poll(focused).toBe('Stop');
});

test('whoever follows a run by keyboard finds the focus on its steps once it has ended', async () => {
  const { page } = panel;
  await panel.show({ ...state, phase: denoising });
  await page.getByRole('button', { name: 'Live' }).focus();
  await panel.send({ kind: 'phase', phase: { kind: 'finished' } });
  await expect.poll(() => page.getByRole('button', { name: 'Live' }).count()).toBe(0);
  await expect.poll(() => panel.scrubber().evaluate((step) => step.matches(':focus'))).toBe(true);
});

test('a press meant for Stop accepts nothing when the run ends under it', async () => {
  const { page } = panel;
  const accepted = async () => (await panel.said()).filter(({ kind }) => kind === 'accept').length;
  await panel.show({ ...state, phase: denoising });
  await page.locator('.actions').getByRole('button', { name: 'Stop' }).focus();
  await panel.show({ ...state, phase: { kind: 'finished' } });
  const accept = page.getByRole('button', { name: 'Accept' });
  await page.evaluate("document.querySelector('.actions vscode-button').click()");
  await page.keyboard.press('Enter');
  const focused = () => page.evaluate<string>("document.activeElement?.tagName ?? ''");
  await expect.poll(focused).toBe('H1');
  expect(await accepted()).toBe(0);
  await expect
    .poll(async () => {
      await accept.click();
      return accepted();
    })
    .toBe(1);
});

test('whoever runs again from the knobs by keyboard finds the way to stop there, and to run once more', async () => {
  const { page } = panel;
  await panel.show({ ...state, phase: { kind: 'finished' } });
  await page.locator('.knobs-run').getByRole('button', { name: 'Run again' }).focus();
  const focused = () =>
    page.evaluate<string>(
      "document.activeElement?.closest('.knobs-run')?.textContent?.trim() ?? ''",
    );
  for (const [phase, says] of [
    [denoising, 'Stop'],
    [{ kind: 'finished' }, 'Run again'],
  ] as const) {
    await panel.show({ ...state, phase });
    await expect.poll(focused).toBe(says);
  }
});

test('whoever changes slots and branches by keyboard keeps the focus', async () => {
  const { page } = panel;
  await panel.show(branchedState);
  await slot(8).focus();
  await page.keyboard.press('Delete');
  await button('Undo').focus();
  await page.keyboard.press('Enter');
  await expect
    .poll(() => page.evaluate<string>("document.activeElement?.getAttribute('data-slot') ?? ''"))
    .toBe('8');
  await page.keyboard.press('Delete');
  await button('Discard the changes').focus();
  await page.keyboard.press('Enter');
  await expect.poll(focused).toMatch(/^Branch from step/);
  await page.keyboard.press('Enter');
  await expect.poll(lastSaid).toMatchObject({ kind: 'branch' });
  await panel.send({ kind: 'phase', phase: denoising });
  await expect.poll(focused).toBe('Stop');
});

test('whoever steps by keyboard to before a slot grew stays in its span, and finds it again behind', async () => {
  const { page } = panel;
  const first = trace.header.slots.filter(({ span }) => span === 0).at(-1)!.id;
  const grown = { kind: 'insert', slot: 900, after: first, span: 0, reason: 'grown' } as const;
  const last = { ...trace.steps.at(-1)!, index: trace.steps.length };
  const growing = { ...last, transitions: [grown], masked: 1, grows: true } as const;
  const steps = [...trace.steps, growing, { ...last, index: growing.index + 1, transitions: [] }];
  await panel.show({ ...state, trace: { ...trace, steps } });
  const slotInFocus = () =>
    page.evaluate<string>("document.activeElement?.getAttribute('data-slot') ?? ''");
  await slot(900).focus();
  await page.keyboard.press(',');
  expect(await slotInFocus()).toBe('900');
  await page.keyboard.press(',');
  await expect.poll(slotInFocus).toBe(String(first));
  await page.keyboard.press('.');
  await expect.poll(slotInFocus).toBe('900');
  await page.keyboard.press(',');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('.');
  await expect.poll(() => slot(900).count()).toBe(1);
  expect(await slotInFocus()).not.toBe('900');
});

test('a trace that was opened can be removed, and whoever does so by keyboard keeps the focus', async () => {
  const { page } = panel;
  await panel.show(branchedState);
  const { runs } = branchedState;
  const file = { ...runs.list[0]!, id: 'c', number: 3, file: 'run.json' };
  await panel.send({ kind: 'runs', runs: { ...runs, list: [...runs.list, file] } });
  expect(await button(/Remove run/).count()).toBe(1);
  await button('Remove run 3 from the list').focus();
  await page.keyboard.press('Enter');
  expect(await lastSaid()).toEqual({ kind: 'removeTrace', id: 'c' });
  await panel.send({ kind: 'runs', runs });
  await expect.poll(focused).toMatch(/^Run 2/);
  // Also where there is no list any more.
  await panel.send({ kind: 'runs', runs: { ...runs, list: [file], shown: 'c' } });
  await button('Remove run 3 from the list').focus();
  await panel.send({ kind: 'state', state: { ...branchedState, runs: { ...runs, list: [] } } });
  await expect.poll(focused).toBe('inventory.ts:47');
});
