/**
 * Takes pictures of the built panel with the recorded trace, in every theme and two widths, for a person to look at:
 * `npx tsx test/webview/preview.mts`, then open `test-results/panel/`.
 */
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { PanelState } from '../../src/panel/messages';
import { launchBrowser } from '../vscode/harness/browser';
import { openPanel } from './panelPage';
import { branchedState, state } from './recorded';
import { type ThemeKind, themes } from './themes';

interface Scene {
  readonly name: string;
  readonly state: PanelState;
  readonly prepare?: (page: Page) => Promise<void>;
}

const outcome = { kind: 'finished', texts: ['a', 'b', 'c', 'd'], meanLogProb: -1 } as const;

const scenes: readonly Scene[] = [
  {
    name: 'branch',
    state: branchedState,
    prepare: async (page) => {
      await page.locator('[data-slot]').nth(3).click();
      for (let back = 0; back < 8; back++) await page.keyboard.press(',');
      await page.keyboard.press('Delete');
    },
  },
  {
    name: 'reading',
    state: {
      ...state,
      phase: { kind: 'denoising', doing: { kind: 'reading', done: 256, of: 1024 } },
      trace: { ...state.trace!, steps: [] },
    },
  },
  {
    name: 'left-out',
    state: {
      ...state,
      phase: { kind: 'finished', leftOut: [1, 2] },
      trace: { ...state.trace!, outcome },
      runs: {
        ...state.runs,
        candidates: [
          { ...outcome, logProb: -4, newErrors: 0 },
          {
            ...outcome,
            texts: ['total += item.price;', '.inStock', 'return total;', ''],
            logProb: -5.2,
            newErrors: 1,
          },
        ],
        asked: 2,
      },
    },
  },
  {
    name: 'knobs',
    state: {
      ...state,
      knobs: {
        ...state.knobs,
        preset: 'Custom',
        sampler: { ...state.knobs.sampler, order: 'random', temperature: 0.7 },
        search: { ...state.knobs.search, candidates: 4 },
        slots: 24,
      },
    },
    prepare: (page) =>
      page.evaluate(
        "document.querySelectorAll('.knob-group, .section-legend').forEach((each) => { each.open = true; })",
      ),
  },
  {
    name: 'start',
    state: { ...state, trace: null, place: null, phase: { kind: 'idle' } },
  },
  {
    name: 'failed',
    state: {
      ...state,
      trace: null,
      phase: { kind: 'failed', message: 'The model’s files are damaged: choose another folder.' },
    },
  },
];

const folder = fileURLToPath(new URL('../../test-results/panel/', import.meta.url));
const browser = await launchBrowser();
for (const theme of Object.keys(themes) as ThemeKind[])
  for (const width of [300, 1000])
    for (const scene of scenes) {
      const { page, show, problems } = await openPanel(browser, { theme, width });
      await show(scene.state);
      await scene.prepare?.(page);
      // Slots fade in, and charts are drawn once they know their width.
      await page.waitForTimeout(400);
      await page.screenshot({
        path: `${folder}${theme}.${width}.${scene.name}.png`,
        fullPage: true,
      });
      for (const problem of problems) console.error(theme, scene.name, problem);
      await page.context().close();
    }
await browser.close();
console.log(`Pictures are in ${folder}`);
