import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { activeEditor, openFile, placeCursor, select } from './harness/editor';
import { screenshot, type Theme, useTheme } from './harness/screenshots';
import * as unmask from './unmask';

/*
 * Takes the pictures to look at, `test-results/screenshots/editor-*.png`, and checks what can be told without eyes.
 */

const workbench = unmask.useUnmask();
const themes: readonly Theme[] = ['dark', 'light', 'high-contrast', 'high-contrast-light'];

beforeEach(async () => {
  await unmask.closeEditor(workbench);
  await openFile(workbench, 'stack.ts');
});

/** The least contrast, by WCAG's formula, of the texts that decorations draw into the editor. */
function leastContrast(page: Page): Promise<number> {
  return activeEditor(page).evaluate((editor) => {
    const numbers = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const over = ([r = 0, g = 0, b = 0, alpha = 1]: number[], below: number[]) =>
      [r, g, b].map((channel, index) => channel * alpha + (below[index] ?? 0) * (1 - alpha));
    const luminance = (color: number[]) => {
      const linear = color.map((channel) => {
        const share = channel / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
    };
    const canvas = editor.querySelector('.monaco-editor-background') ?? editor;
    const background = numbers(getComputedStyle(canvas).backgroundColor);
    const contrasts = [...editor.querySelectorAll('.view-line span')].flatMap((element) =>
      ['::before', '::after'].flatMap((place) => {
        const style = getComputedStyle(element, place);
        if (!/[^"\s\u00a0]/.test(style.content) || !style.content.startsWith('"')) return [];
        const below = over(numbers(style.backgroundColor), background);
        const text = over(numbers(style.color), below);
        const [dark = 0, light = 0] = [luminance(below), luminance(text)].sort((a, b) => a - b);
        return [(light + 0.05) / (dark + 0.05)];
      }),
    );
    return contrasts.length === 0 ? 0 : Math.min(...contrasts);
  });
}

/** The faintest opacity of the code in the editor, 1 where none is faint. */
function leastOpacity(page: Page): Promise<number> {
  return activeEditor(page).evaluate((editor) =>
    Math.min(
      ...[...editor.querySelectorAll('.view-line span')].map((element) =>
        Number(getComputedStyle(element).opacity),
      ),
    ),
  );
}

/** The opacity of what fills are drawn on, 1 where nothing that lies below shows through. */
function leastCover(page: Page): Promise<number> {
  return activeEditor(page).evaluate((editor) => {
    const alpha = (color: string) => {
      const channels = (color.match(/[\d.]+/g) ?? []).map(Number);
      return channels.length === 3 ? 1 : (channels[3] ?? 0);
    };
    const covers = [...editor.querySelectorAll('.view-line span')].flatMap((element) =>
      ['::before', '::after'].flatMap((place) => {
        const style = getComputedStyle(element, place);
        if (!style.content.startsWith('"') || style.fontStyle === 'italic') return [];
        const layers = [
          style.backgroundColor,
          ...(style.backgroundImage.match(/rgba?\(.*?\)/g) ?? []),
        ];
        return [Math.max(...layers.map(alpha))];
      }),
    );
    return Math.min(1, ...covers);
  });
}

async function look(name: string): Promise<void> {
  for (const theme of themes) {
    await useTheme(workbench, theme);
    await expect.poll(() => leastContrast(workbench.page)).toBeGreaterThan(4.5);
    expect(await leastCover(workbench.page)).toBe(1);
    if (theme.startsWith('high')) await expect.poll(() => leastOpacity(workbench.page)).toBe(1);
    await screenshot(workbench, `editor-${name}`, theme);
  }
}

describe.each([
  { name: 'one-line', seed: 3, from: { line: 9, column: 18 }, to: { line: 9, column: 34 } },
  { name: 'lines', seed: 1, from: { line: 9, column: 1 }, to: { line: 13, column: 17 } },
])('the preview of $name', ({ name, seed, from, to }) => {
  test('can be read in every theme, during a run and after', async () => {
    await unmask.configure(workbench, { ...unmask.slowly, steps: 300, seed });
    await select(workbench, from, to);
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.haltedAfter(workbench, 100, () => look(`${name}-running`));
    await unmask.candidateWaits(workbench);
    await unmask.spanAction(workbench.page, 'Accept').waitFor();
    await look(`${name}-finished`);
  });
});

test('the preview of a word can be told from what it would replace, selected or not', async () => {
  await unmask.configure(workbench, unmask.quickly);
  await select(workbench, { line: 9, column: 18 }, { line: 9, column: 34 });
  await unmask.startRun(workbench, 'Unmask: Infill Selection');
  await unmask.candidateWaits(workbench);
  await look('word-selected');
  await placeCursor(workbench, { line: 9, column: 5 });
  await look('word');
});
