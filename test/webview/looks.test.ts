import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Trace } from '../../src/diffusion/trace/trace';
import type { PanelState } from '../../src/panel/messages';
import { denoising } from '../panelState';
import { openPanel, type PanelPage } from './panelPage';
import { branchedState, state, trace } from './recorded';
import type { ThemeKind } from './themes';
import { useBrowser } from './usePanel';

const browser = useBrowser();

/** A panel in the middle of a run's replay, with a slot inspected. */
async function openInspecting(options: Parameters<typeof openPanel>[1]): Promise<PanelPage> {
  const panel = await openPanel(browser(), options);
  await panel.show();
  await panel.page.locator('[data-slot]').nth(3).click();
  for (let back = 0; back < 8; back++) await panel.page.keyboard.press(',');
  return panel;
}

describe.each<ThemeKind>(['dark', 'light', 'highContrast', 'highContrastLight'])(
  'in %s',
  (theme) => {
    test('everyone can use it, as far as a machine can tell', async () => {
      const { page, problems, send } = await openInspecting({ theme });
      await send({ kind: 'phase', phase: { kind: 'finished', leftOut: [1] } });
      await page.locator('.left-out-tag').waitFor();
      await page.evaluate(
        "document.querySelectorAll('details').forEach((each) => { each.open = true; })",
      );
      // A slot that is only fading in has no colours to judge yet.
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await page.evaluate(axe.source);
      const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
      const found = violations.flatMap(({ id, help, nodes }) =>
        nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
      );
      expect(found).toEqual([]);
      expect(problems).toEqual([]);
      await page.context().close();
    });
  },
);

test('charts take on a new theme', async () => {
  const { page, useTheme } = await openInspecting({ theme: 'dark' });
  /** The chart once two pictures of it in a row are the same. */
  const settled = async () => {
    let last = '';
    for (;;) {
      const now = await page.evaluate<string>(
        "document.querySelector('.chart canvas').toDataURL()",
      );
      if (now === last) return now;
      last = now;
      await page.waitForTimeout(300);
    }
  };
  const dark = await settled();
  await useTheme('light');
  const isOtherThanDark = async () => (await settled()) !== dark;
  await expect.poll(isOtherThanDark).toBe(true);
  await useTheme('dark');
  await expect.poll(isOtherThanDark).toBe(false);
  await page.context().close();
});

test.each([200, 250, 400, 1100])('fits into %d pixels', async (width) => {
  const { page } = await openInspecting({ width });
  const overflow = () =>
    page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
  // Charts take on their width once the page has its own.
  await expect.poll(overflow).toBe(0);
  await page.context().close();
});

test.each([250, 400])('the step is named beside the buttons in %d pixels', async (width) => {
  const { page } = await openInspecting({ width });
  const middle = async (part: string) => {
    const { y, height } = (await page.locator(part).boundingBox())!;
    return y + height / 2;
  };
  const apart = (await middle('.scrubber-position')) - (await middle('.scrubber-buttons'));
  expect(Math.abs(apart)).toBeLessThan(3);
  await page.context().close();
});

test('a token that was considered is read whole in a narrow panel', async () => {
  const { page } = await openInspecting({ width: 300 });
  const cut = () =>
    page
      .locator('.considered th[scope=row]')
      .evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth).length);
  await expect.poll(cut).toBe(0);
  const bar = page.locator('.bar').first();
  const share = Number(
    await bar.evaluate((element) => element.style.getPropertyValue('--probability')),
  );
  const width = async () => (await bar.boundingBox())?.width;
  await expect.poll(width).toBeCloseTo(share * (276 - 18 - 84), 0);
  await page.context().close();
});

test('a box to tick keeps its shape beside a label of two lines', async () => {
  const { page } = await openInspecting({ width: 1000 });
  const excess = () =>
    page
      .locator('vscode-checkbox [part=control]')
      .evaluate((box) => box.clientWidth - box.clientHeight);
  await expect.poll(excess).toBe(0);
  await page.context().close();
});

test('two runs side by side stand at one height, whatever they are called', async () => {
  const { page, send } = await openPanel(browser(), { width: 1000 });
  await send({ kind: 'state', state: branchedState });
  const canvases = page.locator('.mini-canvas');
  await canvases.nth(1).waitFor();
  const heights = () =>
    canvases.evaluateAll(
      (all) => new Set(all.map((canvas) => canvas.getBoundingClientRect().top)).size,
    );
  await expect.poll(heights).toBe(1);
  await page.context().close();
});

test('white space is drawn in candidates and compared runs as on the canvas', async () => {
  const { page, send } = await openPanel(browser());
  const texts = Object.entries(trace.tokenTexts).map(([token, text]) => [token, ` ${text}`]);
  const spaced = { ...branchedState.trace!, tokenTexts: Object.fromEntries(texts) };
  await send({ kind: 'state', state: { ...branchedState, trace: spaced } });
  const parts = ['.canvas', '.candidate', '.mini-canvas'];
  const dots = (part: string) =>
    page
      .locator(`${part} .blank-space`)
      .first()
      .evaluate((space) => {
        const { backgroundImage } = space.ownerDocument.defaultView!.getComputedStyle(space);
        return /^radial-gradient\(circle, (color\([^)]*\))/.exec(backgroundImage)?.[1];
      });
  const [canvas, ...others] = await Promise.all(parts.map(dots));
  expect(canvas).toBeDefined();
  expect(others).toEqual([canvas, canvas]);
  await page.context().close();
});

test('what can be done about a run holds together in a narrow panel', async () => {
  const { page, send } = await openPanel(browser(), { width: 300 });
  const outcome = { kind: 'finished', texts: ['a', 'b', 'c', 'd'], meanLogProb: -1 } as const;
  const phases: readonly PanelState['phase'][] = [
    { kind: 'finished', leftOut: [1, 2] },
    { kind: 'finished' },
    { kind: 'undone' },
    { kind: 'rejected' },
  ];
  const rows = async (part: string) => {
    const middles = await page.locator(part).evaluateAll((buttons) =>
      buttons.map((button) => {
        const { y, height } = button.getBoundingClientRect();
        return Math.round(y + height / 2);
      }),
    );
    return new Set(middles).size;
  };
  for (const phase of phases) {
    await send({ kind: 'state', state: { ...state, phase, trace: { ...trace, outcome } } });
    await page.locator('.phase', { hasText: new RegExp(phase.kind, 'i') }).waitFor();
    await expect.poll(() => rows('.actions vscode-button')).toBe(1);
  }
  await page.setViewportSize({ width: 200, height: 900 });
  for (const phase of phases) {
    await send({ kind: 'state', state: { ...state, phase, trace: { ...trace, outcome } } });
    await page.locator('.phase', { hasText: new RegExp(phase.kind, 'i') }).waitFor();
    await expect.poll(() => rows('.icon-actions vscode-button')).toBe(1);
  }
  await page.context().close();
});

test.each([
  { width: 300, height: 800, stays: true },
  { width: 800, height: 800, stays: true },
  { width: 800, height: 300, stays: false },
])('in $width × $height, the heading stays in sight: $stays', async ({ width, height, stays }) => {
  const { page } = await openInspecting({ width, height });
  const heading = page.locator('.heading');
  const run = page.locator('.knobs-run vscode-button');
  await run.focus();
  const { y, height: high } = (await heading.boundingBox())!;
  expect(y >= 0).toBe(stays);
  // Whoever goes back by keyboard finds nothing hidden below it.
  const hidden: string[] = [];
  for (let back = 0; back < 30; back++) {
    await page.keyboard.press('Shift+Tab');
    const focused = page.locator('#panel *:focus').last();
    const box = await focused.boundingBox();
    const inHeading = await focused.evaluate((element) => element.closest('.heading') !== null);
    if (stays && box && !inHeading && box.y + box.height / 2 < high)
      hidden.push(await focused.evaluate((element) => element.outerHTML));
  }
  expect(hidden).toEqual([]);
  await page.context().close();
});

test('however long a failure is, what stands below can be scrolled to', async () => {
  const { page, send } = await openPanel(browser(), { width: 300, height: 600 });
  const message = 'The model did not load. '.repeat(100);
  await send({ kind: 'state', state: { ...state, phase: { kind: 'failed', message } } });
  await page.locator('.failure').waitFor();
  await page.locator('.actions vscode-button').first().focus();
  expect(await shownWithin(page, '.actions')).toBe(true);
  await page.locator('.knobs-run vscode-button').focus();
  expect(await shownWithin(page, '.knobs-run')).toBe(true);
  await page.context().close();
});

/** Whether what is drawn where the part stands is the part. */
function shownWithin(page: Page, part: string): Promise<boolean> {
  return page.locator(part).evaluate((element) => {
    const { x, y, height } = element.getBoundingClientRect();
    const drawn = element.ownerDocument.elementFromPoint(x + 20, y + height / 2);
    return element.contains(drawn);
  });
}

test('all of the heading is in one line where there is width', async () => {
  const { page, send } = await openPanel(browser(), { width: 800, height: 260 });
  await send({ kind: 'state', state: { ...state, phase: { kind: 'finished' } } });
  await page.getByRole('button', { name: 'Accept' }).waitFor();
  expect((await page.locator('.heading').boundingBox())!.height).toBeLessThan(50);
  await page.context().close();
});

test('nothing moves for those who asked for stillness, of their system or of VS Code', async () => {
  const { page, send } = await openPanel(browser());
  await send({ kind: 'state', state: { ...state, phase: denoising } });
  const moving = async () => {
    await page.keyboard.press(',');
    return page.evaluate<number>(
      "document.getAnimations().filter((each) => each.playState === 'running').length",
    );
  };
  // A busy machine may be late with a picture, or draw none while a slot fades in.
  await expect.poll(moving).toBeGreaterThan(1);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await moving()).toBe(0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.evaluate("document.body.classList.add('vscode-reduce-motion')");
  expect(await moving()).toBe(0);
  await page.context().close();
});

test('a step of a large run costs little', async () => {
  const { page, send } = await openPanel(browser());
  await send({ kind: 'state', state: { ...state, trace: enlarged(8) } });
  await page.locator('[data-slot]').first().click();
  const devtools = await page.context().newCDPSession(page);
  // Processor time, so that a busy machine does not count.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const scriptSeconds = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'ScriptDuration')!.value;
  };
  const steps = trace.steps.length;
  const before = await scriptSeconds();
  for (let step = 0; step < steps; step++) await page.keyboard.press(',');
  const perStep = ((await scriptSeconds()) - before) / steps;
  expect(perStep).toBeLessThan(0.008);
  await page.context().close();
});

/** The recorded run with every slot `times` over. */
function enlarged(times: number): Trace {
  const { slots } = trace.header;
  const copies = Array.from({ length: times }, (_, copy) => copy * 1000);
  const repeat = <Value>(values: readonly Value[]) => copies.flatMap(() => values);
  return {
    ...trace,
    header: {
      ...trace.header,
      slots: copies.flatMap((offset) => slots.map((slot) => ({ ...slot, id: slot.id + offset }))),
    },
    steps: trace.steps.map((step) => ({
      ...step,
      transitions: copies.flatMap((offset) =>
        step.transitions.map((each) => ({ ...each, slot: each.slot + offset })),
      ),
      confidence: repeat(step.confidence),
      entropy: repeat(step.entropy),
      alternatives: repeat(step.alternatives),
    })),
  };
}
