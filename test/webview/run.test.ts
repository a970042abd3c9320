import { describe, expect, test } from 'vitest';
import { denoising, waitingFor } from '../panelState';
import { slotTexts, state, trace } from './recorded';
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

test('only milestones are said to screen readers by themselves', async () => {
  await panel.show();
  expect(await panel.page.getByRole('status').count()).toBe(1);
});
