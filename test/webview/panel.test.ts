import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { presetNamed } from '../../src/diffusion/settings/presets';
import type { PanelState } from '../../src/panel/messages';
import { launchBrowser } from '../vscode/harness/browser';
import { openPanel, type PanelPage } from './panelPage';
import { branchedState, slotTexts, state, trace } from './recorded';

let browser: Browser;
let panel: PanelPage;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  panel = await openPanel(browser);
});
afterEach(async () => {
  expect(panel.problems).toEqual([]);
  await panel.page.context().close();
});

const lastStep = trace.steps.length;
const slots = () => panel.page.getByRole('option').and(panel.page.locator('[data-slot]'));
const scrubber = () => panel.page.getByRole('slider', { name: 'Step', exact: true });
const position = () => scrubber().inputValue();
/** Texts of the slots as drawn; null for a mask, '' for a pad. */
const drawnTexts = () =>
  slots().evaluateAll((elements) =>
    elements.map((element) =>
      element.getAttribute('data-state') === 'masked' ? null : element.textContent,
    ),
  );

async function showState(shown: PanelState = state): Promise<void> {
  await panel.send({ kind: 'state', state: shown });
  await panel.page.getByRole('heading', { level: 1 }).waitFor();
}

describe('a run', () => {
  test('is shown whole: heading, canvas, timings', async () => {
    await showState();
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
    await showState({ ...state, model });
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
    await showState({ ...state, trace: { ...trace, header: { ...header, model } } });
    const chips = panel.page.locator('.chip');
    expect(await chips.nth(1).textContent()).toBe('cpu');
    expect(await chips.nth(0).getAttribute('title')).toBe(`Model ${model.name} ${model.version}`);
  });

  test('is scrubbed through: every position shows what the trace says', async () => {
    await showState();
    await scrubber().focus();
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
    await showState();
    const { page } = panel;
    const back = page.getByRole('button', { name: 'Step back' });
    await scrubber().focus();
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
    await showState();
    await panel.page.getByRole('button', { name: 'Play the steps' }).click();
    await expect.poll(position, { timeout: 15_000 }).toBe('3');
    await expect.poll(position, { timeout: 30_000 }).toBe(String(lastStep));
    await panel.page.getByRole('button', { name: 'Play the steps' }).waitFor();
  });

  test('is followed live until another step is chosen', async () => {
    const { page } = panel;
    await showState({ ...state, trace: null, phase: { kind: 'starting', message: 'Loading…' } });
    const { header, tokenTexts, steps } = trace;
    await panel.send({ kind: 'started', header, tokenTexts });
    await panel.send({ kind: 'phase', phase: { kind: 'denoising' } });
    for (const step of steps.slice(0, 6)) {
      await panel.send({ kind: 'steps', steps: [step], tokenTexts: {} });
    }
    await expect.poll(position).toBe('6');
    await page.keyboard.press(',');
    await panel.send({ kind: 'steps', steps: steps.slice(6, 9), tokenTexts: {} });
    await expect.poll(() => scrubber().getAttribute('max')).toBe('9');
    expect(await position()).toBe('5');
    await page.getByRole('button', { name: 'Live' }).click();
    expect(await position()).toBe('9');
    await page.getByRole('button', { name: 'Stop' }).first().click();
    expect((await panel.said()).at(-1)).toEqual({ kind: 'stop' });
  });

  test('survives a reload with the step and the slot that were looked at', async () => {
    const { page } = panel;
    await showState();
    await slots().nth(4).click();
    for (let back = 0; back < 5; back++) await page.keyboard.press(',');
    await page.reload();
    await expect
      .poll(async () => (await panel.said()).filter(({ kind }) => kind === 'ready').length)
      .toBe(2);
    await showState();
    expect(await position()).toBe(String(lastStep - 5));
    expect(await slots().nth(4).getAttribute('aria-selected')).toBe('true');
    expect(await drawnTexts()).toEqual(slotTexts(lastStep - 5));
  });
});

describe('a slot', () => {
  test('is inspected: its best tokens at this step and what happened to it', async () => {
    const { page } = panel;
    await showState();
    const id = trace.header.slots[4]!.id;
    await slots().nth(4).click();
    await page.getByRole('table').waitFor();
    const rows = page.getByRole('table').getByRole('row');
    expect(await rows.count()).toBe(trace.steps[0]!.alternatives[4]!.length + 1);
    const events = trace.steps.flatMap(({ transitions }) =>
      transitions.filter(({ slot }) => slot === id),
    );
    const history = page.getByRole('list', { name: 'What happened to this slot' });
    expect(await history.getByRole('listitem').count()).toBe(events.length);
    const [first] = events as [Extract<(typeof events)[0], { kind: 'reveal' }>];
    const percent = `${Math.round(Math.exp(first.logProb) * 100)} % probable`;
    const chance = /^drawn with probability (.*)$/.exec(first.reason)![1];
    expect(await history.getByRole('listitem').first().textContent()).toMatch(
      new RegExp(`${percent}how many slots to reveal was drawn, .* ${chance} for each mask$`),
    );
    await history.getByRole('button').first().click();
    const best = trace.steps[Number(await position()) - 1]!.alternatives[4]![0]!;
    expect(await rows.nth(1).textContent()).toContain(`${Math.round(Math.exp(best[1]) * 100)} %`);
    expect(await slots().nth(4).getAttribute('data-change')).toBe(events[0]!.kind);
  });

  test.each([200, 1000])('has a history in columns, %d pixels wide', async (width) => {
    const { page } = panel;
    const { id } = trace.header.slots[0]!;
    const token = trace.header.padToken!;
    const happened = new Map<number, object>([
      [2, { kind: 'reveal', slot: id, token, logProb: -0.1, reason: 'leftmost' }],
      [150, { kind: 'edit', slot: id, token, logProb: -0.1, reason: 'copied' }],
      [1150, { kind: 'pin', slot: id, token, reason: 'by hand' }],
    ]);
    const nothing = { ...trace.steps.at(-1)!, alternatives: [] };
    const steps = Array.from({ length: 1150 }, (_, index) => {
      const transition = happened.get(index + 1);
      return { ...nothing, index, transitions: transition === undefined ? [] : [transition] };
    }) as typeof trace.steps;
    await page.setViewportSize({ width, height: 900 });
    await showState({ ...state, trace: { ...trace, steps } });
    await slots().first().click();
    const events = page.locator('.event');
    const sides = () =>
      events.evaluateAll((all) =>
        all.map((event) => {
          const range = event.ownerDocument.createRange();
          range.selectNodeContents(event.querySelector('.event-step')!);
          const what = event.querySelector('.event-what')!.getBoundingClientRect();
          return { step: range.getBoundingClientRect().right, what: what.left };
        }),
      );
    for (let at = 0; at < happened.size; at++) {
      await events.nth(at).getByRole('button').click();
      const rows = await sides();
      expect(rows.length).toBe(happened.size);
      for (const { step, what } of rows) expect(what - step).toBeGreaterThanOrEqual(4);
      expect(new Set(rows.map(({ what }) => what)).size).toBe(1);
    }
  });

  test('is chosen with the arrow keys, over span borders, with a single tab stop', async () => {
    const { page } = panel;
    await showState();
    expect(await page.locator('[data-slot][tabindex="0"]').count()).toBe(1);
    await slots().first().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    const count = trace.header.slots.length;
    expect(
      await slots()
        .nth(count - 2)
        .getAttribute('aria-selected'),
    ).toBe('true');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    const chosen = await slots().evaluateAll((elements) =>
      elements.findIndex((element) => element.getAttribute('aria-selected') === 'true'),
    );
    expect(chosen).toBeGreaterThan(0);
    expect(await page.locator('[data-slot][tabindex="0"]').count()).toBe(1);
  });
});

describe('the knobs', () => {
  const knob = (name: string) => panel.page.getByRole('combobox', { name, exact: true });
  const choose = async (name: string, option: string) => {
    await knob(name).click();
    await panel.page.getByRole('option', { name: option, exact: true }).click();
  };
  const unfold = (group: string) =>
    panel.page.locator('.knob-group summary', { hasText: group }).click();
  const lastKnobs = async () => {
    const message = (await panel.said()).at(-1);
    if (message?.kind !== 'knobs') throw new Error(`no knobs, but ${JSON.stringify(message)}`);
    return message.knobs;
  };

  test('post what was chosen; a part makes the preset custom, T does not', async () => {
    await showState();
    await choose('Preset', 'ReMDM');
    expect((await lastKnobs()).sampler).toEqual(presetNamed('ReMDM')!.sampler);
    await panel.page.getByRole('spinbutton', { name: 'Steps T' }).fill('48');
    await panel.page.keyboard.press('Enter');
    expect(await lastKnobs()).toMatchObject({ preset: 'ReMDM', sampler: { steps: 48 } });
    await unfold('Revealing');
    await choose('Order', 'Left to right');
    expect(await lastKnobs()).toMatchObject({
      preset: 'Custom',
      sampler: { order: 'left-to-right', steps: 48 },
    });
    expect(await knob('Preset').textContent()).toContain('Custom');
    await choose('Remasking', 'P2');
    expect((await lastKnobs()).sampler.remask).toEqual({ remasker: 'p2' });
  });

  test('that most runs leave as they are are folded away until they are asked for, over a reload', async () => {
    const { page } = panel;
    await showState();
    for (const name of ['Preset', 'Remasking']) expect(await knob(name).isVisible()).toBe(true);
    for (const name of ['Steps T', 'Temperature'])
      expect(await page.getByRole('spinbutton', { name, exact: true }).isVisible()).toBe(true);
    expect(await page.getByRole('checkbox', { name: /^Automatic/ }).isVisible()).toBe(true);
    expect(await page.getByRole('textbox', { name: /^Seed/ }).isVisible()).toBe(true);
    expect(await knob('Order').count()).toBe(0);
    expect(await knob('Syntax').count()).toBe(0);
    await unfold('Revealing');
    await knob('Order').waitFor();
    // The page hears of it after it has opened.
    await expect
      .poll(() => page.evaluate<string>("sessionStorage.getItem('state') ?? ''"))
      .toContain('"knobs-revealing":true');
    await page.reload();
    await showState();
    await knob('Order').waitFor();
    expect(await knob('Syntax').count()).toBe(0);
  });

  test('say what is changed of the preset, folded away or not, and lead back', async () => {
    const { page } = panel;
    const { sampler } = presetNamed('Dream')!;
    const search = { ...state.knobs.search, candidates: 4 };
    const knobs = { ...state.knobs, preset: 'Dream', sampler };
    await showState({ ...state, knobs });
    const notes = () => page.locator('.knob-group summary .note').allTextContents();
    await expect.poll(notes).toEqual(['as in Dream', 'as by default']);
    const own = { ...sampler, order: 'random', topP: 0.5, temperature: 1 } as const;
    await panel.send({
      kind: 'knobs',
      knobs: { ...knobs, preset: 'Custom', sampler: own, search },
    });
    await expect.poll(notes).toEqual(['changed: Order, Top-p', 'changed: Candidates']);
    expect(await page.locator('.knobs .note').first().textContent()).toBe(
      'A sampler of your own: Dream, but for Order, Temperature, Top-p',
    );
    const back = page.getByRole('button', { name: 'Temperature: back to 0.2' });
    await back.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => back.count()).toBe(0);
    expect((await lastKnobs()).sampler).toEqual({ ...own, temperature: 0.2 });
    expect(await page.evaluate('document.activeElement?.type')).toBe('number');
    await unfold('Revealing');
    await page.getByRole('button', { name: 'Order: back to Least entropy first' }).click();
    await page.getByRole('button', { name: 'Top-p: back to 0.95' }).click();
    expect(await lastKnobs()).toMatchObject({ preset: 'Dream', sampler });
  });

  test('L and the seed can be set and left open again', async () => {
    const { page } = panel;
    await showState();
    await page.getByRole('checkbox', { name: 'Automatic, grown when too small' }).click();
    expect((await lastKnobs()).slots).toBe(32);
    await page.getByRole('slider', { name: 'At most' }).press('ArrowRight');
    expect((await lastKnobs()).slots).toBe(48);
    await page.getByRole('button', { name: `Keep the last seed, ${trace.header.seed}` }).click();
    expect((await lastKnobs()).seed).toBe(trace.header.seed);
    await page.getByRole('button', { name: 'Draw a new seed for every run' }).click();
    expect((await lastKnobs()).seed).toBeNull();
  });

  test('can be set to the sampler and the seed that the run shown had', async () => {
    const { sampler, seed } = trace.header;
    const dream = presetNamed('Dream')!;
    await showState({
      ...state,
      knobs: { ...state.knobs, preset: 'Dream', sampler: dream.sampler, seed: null, slots: 8 },
    });
    await panel.page.getByRole('button', { name: /^Set the knobs/ }).click();
    expect(await lastKnobs()).toMatchObject({ sampler, seed, slots: 8 });
    expect((await lastKnobs()).preset).not.toBe('Dream');
    const button = panel.page.getByRole('button', { name: /^Set the knobs/ });
    await expect.poll(() => button.isDisabled()).toBe(true);
    expect(await panel.page.getByRole('status').textContent()).toContain('knobs are set');
    await panel.page.getByRole('button', { name: 'Draw a new seed for every run' }).click();
    await expect.poll(() => button.isDisabled()).toBe(false);
  });

  test('follow the extension', async () => {
    await showState();
    const knobs = {
      ...state.knobs,
      preset: 'Dream',
      sampler: { ...state.knobs.sampler, steps: 5 },
    };
    await panel.send({ kind: 'knobs', knobs });
    await expect
      .poll(() => panel.page.getByRole('spinbutton', { name: 'Steps T' }).inputValue())
      .toBe('5');
    await expect.poll(() => knob('Preset').textContent()).toContain('Dream');
  });
});

test('each phase offers what can be done in it', async () => {
  const { page } = panel;
  const offered = async (phase: PanelState['phase']) => {
    await showState({ ...state, phase });
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
  expect(await offered({ kind: 'denoising' })).toEqual(['Stop']);
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
  await showState({ ...state, phase, trace: { ...trace, outcome } });
  await panel.page.getByRole('button', { name: 'Accept 2 of 3' }).waitFor();
});

test('a fill that is left out is marked as such, to the eye and to the ear', async () => {
  const { page } = panel;
  const ofSpan = (span: number) => page.locator('.span').nth(span).locator('[data-slot]');
  const labels = async (span: number) =>
    ofSpan(span).evaluateAll((all) => all.map((slot) => slot.getAttribute('aria-label')!));
  const spans = () =>
    page.locator('.span').evaluateAll((all) => all.map((span) => span.getAttribute('aria-label')));
  await showState({ ...state, phase: { kind: 'finished', leftOut: [1] } });
  await expect.poll(spans).toEqual(['Slots of span 1', 'Slots of span 2, left out']);
  expect((await labels(1)).every((label) => label.includes(', left out'))).toBe(true);
  expect((await labels(0)).join()).not.toContain('left out');
  const tag = page.locator('.left-out-tag');
  expect(await tag.textContent()).toBe('⊘ left out');
  const decoration = (span: number) =>
    ofSpan(span)
      .first()
      .evaluate(
        (slot) => slot.ownerDocument.defaultView!.getComputedStyle(slot).textDecorationLine,
      );
  expect([await decoration(0), await decoration(1)]).toEqual(['none', 'line-through']);
  await showState({ ...state, phase: { kind: 'accepted', leftOut: [0] } });
  await expect.poll(spans).toEqual(['Slots of span 1, left out', 'Slots of span 2']);
  await showState({ ...state, phase: { kind: 'rejected' } });
  await expect.poll(() => tag.count()).toBe(0);
  expect(await page.locator('.canvas [data-left-out]').count()).toBe(0);
});

test('the list of candidates marks the fills that are left out of each', async () => {
  const { page } = panel;
  const fill = (...texts: string[]) => ({ texts, logProb: -1, meanLogProb: -1, newErrors: 0 });
  const candidates = [fill('a', 'b'), fill('c', 'd')];
  const runs = { ...state.runs, candidates, asked: 2 };
  const rows = async (phase: PanelState['phase']) => {
    await showState({ ...state, phase, runs });
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
    showState({ ...state, phase, trace: { ...trace, outcome } });
  await opened({ kind: 'failed', message: 'The engine died.' });
  await heading.getByText('The engine died.').waitFor();
  await opened({ kind: 'stopped' });
  await heading.getByText('This run was stopped before its end.').waitFor();
  await opened(trace.outcome);
  await expect.poll(() => heading.locator('.failure, .note').count()).toBe(0);
});

test('once the spans are gone, a run is of what is selected, and nothing branches', async () => {
  const { page } = panel;
  await showState({ ...state, phase: { kind: 'stopped' } });
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

test('a word stays on its line when the pads behind it need another one', async () => {
  const { header } = trace;
  const put = (slot: number, token: number) =>
    ({ kind: 'edit', slot, token, logProb: 0, reason: '' }) as const;
  const word = Object.entries(trace.tokenTexts).find(([, text]) => /^ ?\w{3,}$/.test(text))!;
  const ids = header.slots.filter(({ span }) => span === 0).map(({ id }) => id);
  const transitions = ids.map((id, at) => put(id, at === 0 ? Number(word[0]) : header.padToken!));
  const excerpt = { ...header.excerpt, before: 'a ' };
  const last = { ...trace.steps.at(-1)!, transitions };
  await showState({
    ...state,
    trace: { ...trace, header: { ...header, excerpt }, steps: [...trace.steps.slice(0, -1), last] },
  });
  const tops = () =>
    slots().evaluateAll((all) => all.map((slot) => slot.getBoundingClientRect().bottom));
  await panel.page.setViewportSize({ width: 120, height: 900 });
  const [first, ...pads] = (await tops()).slice(0, ids.length);
  const before = await panel.page
    .locator('.context')
    .first()
    .evaluate((context) => context.getBoundingClientRect().bottom);
  expect(Math.abs(first! - before)).toBeLessThan(5);
  expect(Math.max(...pads) - first!).toBeGreaterThan(10);
});

test('a line of code that is broken goes on below its indentation', async () => {
  const before = `{\n    ${'word '.repeat(30)}\n    `;
  const header = { ...trace.header, excerpt: { ...trace.header.excerpt, before } };
  await showState({ ...state, trace: { ...trace, header } });
  const line = panel.page.locator('.code-line', { hasText: 'word' });
  const lefts = await line.evaluate((element) => {
    const range = element.ownerDocument.createRange();
    const node = element.firstChild!;
    return [...node.textContent!.matchAll(/word/g)].map(({ index }) => {
      range.setStart(node, index);
      range.setEnd(node, index + 1);
      return range.getBoundingClientRect().left;
    });
  });
  expect(Math.min(...lefts)).toBe(lefts[0]);
  expect(await panel.page.locator('.canvas').textContent()).toContain(before);
});

test('a run that has not taken a step offers no branch', async () => {
  await showState({ ...state, trace: { ...trace, steps: [] }, phase: { kind: 'stopped' } });
  expect(await panel.page.getByRole('button', { name: /Branch from/ }).count()).toBe(0);
});

test('a pad that follows from the end of the text claims no probability of the model', async () => {
  const { page } = panel;
  const { slots: all, padToken } = trace.header;
  const slot = all[4]!.id;
  const put = (kind: 'reveal' | 'edit', reason: string) =>
    ({ kind, slot, token: padToken!, logProb: 0, reason }) as const;
  const ends = async (transition: ReturnType<typeof put>) => {
    const steps = [
      { ...trace.steps[0]!, transitions: [put('reveal', 'leftmost')] },
      { ...trace.steps[1]!, transitions: [transition], alternatives: [] },
    ];
    await showState({ ...state, trace: { ...trace, steps } });
    await slots().nth(4).click();
    return {
      history: await page.locator('.event').last().textContent(),
      note: await page.locator('.inspector > .note').textContent(),
      label: await slots().nth(4).getAttribute('aria-label'),
    };
  };
  const clause = 'the text of the span most probably ends before this slot';
  expect(await ends(put('edit', 'after the most probable end'))).toEqual({
    history: `Step 2replaced by pad${clause}`,
    note: `The model was not asked what else could be here: ${clause}.`,
    label: 'pad, deleted, just replaced',
  });
  const { history } = await ends(put('reveal', 'after the end'));
  expect(history).toBe('Step 2revealed padthe text of the span ends before this slot');
});

test('particle Gibbs counts its sweeps', async () => {
  await showState({ ...state, phase: { kind: 'denoising', sweep: { done: 9, of: 32 } } });
  await expect.poll(() => panel.page.locator('.phase').textContent()).toBe('Sweep 9 of 32');
  const bar = panel.page.getByRole('progressbar', { name: 'Sweeps' });
  expect(await bar.getAttribute('value')).toBe('9');
});

test('fewer candidates than asked for are counted', async () => {
  const fill = (text: string) => ({ texts: [text], logProb: -1, meanLogProb: -1, newErrors: null });
  const notes = async (candidates: ReturnType<typeof fill>[], asked: number) => {
    await showState({ ...state, runs: { ...state.runs, candidates, asked } });
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

test.each([
  [{ rule: 'calibrated' }, 'Calibrated', 'was not calibrated'],
  [{ rule: 'quantile', quantile: 0.5 }, 'Quantile', 'no pad token'],
] as const)(
  'the length rule %j cannot be chosen where the model does not support it',
  async (length, name, why) => {
    const option = () => panel.page.getByRole('option', { name, includeHidden: true });
    const remarks = () => panel.page.locator('.knob-remark').allTextContents();
    await showState();
    expect(await option().getAttribute('aria-disabled')).not.toBe('true');
    const model: PanelState['model'] = { ...state.model!, lengthRules: ['grow'] };
    await showState({ ...state, model, knobs: { ...state.knobs, length } });
    await expect.poll(() => option().getAttribute('aria-disabled')).toBe('true');
    expect((await remarks()).join()).toContain(why);
  },
);

test('more slots than the model takes are remarked on', async () => {
  await showState({ ...state, knobs: { ...state.knobs, slots: 200 } });
  const remarks = panel.page.locator('.knob-remark');
  expect((await remarks.allTextContents()).join()).toContain('at most 64 slots');
});

test('a candidate on offer says whether it parses, unless some of its fills are left out', async () => {
  const chips = async (newErrors: number | null, phase: PanelState['phase']) => {
    const candidates = [{ texts: ['a'], logProb: -1, meanLogProb: -1, newErrors }];
    await showState({ ...state, phase, runs: { ...state.runs, candidates } });
    return panel.page.locator('.chips').textContent();
  };
  expect(await chips(0, { kind: 'finished' })).toMatch(/parses$/);
  expect(await chips(1, { kind: 'finished' })).toMatch(/1 new parse error$/);
  expect(await chips(2, { kind: 'finished' })).toMatch(/2 new parse errors$/);
  expect(await chips(null, { kind: 'finished' })).not.toMatch(/parse|syntax/);
  expect(await chips(0, { kind: 'accepted' })).not.toMatch(/parse/);
  expect(await chips(0, { kind: 'finished', leftOut: [1] })).not.toMatch(/parse/);
});

test('what the slots took along from the text before is shown before them where they do not hold it', async () => {
  const { page } = panel;
  const word = Object.entries(trace.tokenTexts).find(([, text]) => /^\w{3,}$/.test(text))!;
  const spaced = Object.entries(trace.tokenTexts).find(([, text]) => /^ \w+$/.test(text))!;
  const { excerpt, slots: all } = trace.header;
  const [first] = all;
  const header = {
    ...trace.header,
    borrowed: [' ', ' '],
    excerpt: { ...excerpt, before: 'const item =', between: [';\nconst other ='] },
  };
  const put = (token: string): PanelState => {
    const transition = { kind: 'pin', slot: first!.id, token: Number(token), reason: 'by hand' };
    const steps = [{ ...trace.steps[0]!, transitions: [transition] }] as typeof trace.steps;
    return { ...state, trace: { ...trace, header, steps } };
  };
  const canvas = () => page.locator('.canvas').textContent();
  await showState(put(word[0]));
  await expect.poll(canvas).toContain(`const item = ${word[1]}`);
  // As in the editor, where the masks of the other span stand behind the space.
  expect(await canvas()).toContain('const other = ');
  await showState(put(spaced[0]));
  await expect.poll(canvas).toContain(`const item =${spaced[1]}`);
  // What a branch would pin counts already.
  await slots().first().click();
  await page.locator('.slot-buttons input').fill(word[1]);
  await page.locator('.slot-buttons input').press('Enter');
  const tokens = [{ token: Number(word[0]), text: word[1] }];
  await panel.send({ kind: 'tokenised', text: word[1], tokens, problem: null });
  await expect.poll(canvas).toContain(`const item = ${word[1]}`);
});

test('before the first run it says how to start one', async () => {
  await showState({ ...state, trace: null, place: null, phase: { kind: 'idle' } });
  const link = panel.page.getByRole('link', { name: 'Infill Selection' });
  expect(await link.getAttribute('href')).toBe('command:unmask.infillSelection');
  expect(await panel.page.getByRole('combobox', { name: 'Preset' }).isVisible()).toBe(true);
});

test('whoever rejects by keyboard stays among the buttons', async () => {
  const { page } = panel;
  await showState({ ...state, phase: { kind: 'finished' } });
  await page.getByRole('button', { name: 'Reject' }).focus();
  await showState({ ...state, phase: { kind: 'rejected' } });
  const focused = () => page.evaluate<string>("document.activeElement?.textContent?.trim() ?? ''");
  await expect.poll(focused).toBe('Run again');
  await showState({ ...state, phase: { kind: 'denoising' } });
  await expect.poll(focused).toBe('Stop');
});

test('whoever follows a run by keyboard finds the focus on its steps once it has ended', async () => {
  const { page } = panel;
  await showState({ ...state, phase: { kind: 'denoising' } });
  await page.getByRole('button', { name: 'Live' }).focus();
  await panel.send({ kind: 'phase', phase: { kind: 'finished' } });
  await expect.poll(() => page.getByRole('button', { name: 'Live' }).count()).toBe(0);
  await expect.poll(() => scrubber().evaluate((step) => step.matches(':focus'))).toBe(true);
});

test('a press meant for Stop accepts nothing when the run ends under it', async () => {
  const { page } = panel;
  const accepted = async () => (await panel.said()).filter(({ kind }) => kind === 'accept').length;
  await showState({ ...state, phase: { kind: 'denoising' } });
  await page.locator('.actions').getByRole('button', { name: 'Stop' }).focus();
  await showState({ ...state, phase: { kind: 'finished' } });
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

test('only milestones are said to screen readers by themselves', async () => {
  await showState();
  expect(await panel.page.getByRole('status').count()).toBe(1);
});

test('whoever runs again from the knobs by keyboard finds the way to stop there, and to run once more', async () => {
  const { page } = panel;
  await showState({ ...state, phase: { kind: 'finished' } });
  await page.locator('.knobs-run').getByRole('button', { name: 'Run again' }).focus();
  const focused = () =>
    page.evaluate<string>(
      "document.activeElement?.closest('.knobs-run')?.textContent?.trim() ?? ''",
    );
  for (const [kind, says] of [
    ['denoising', 'Stop'],
    ['finished', 'Run again'],
  ] as const) {
    await showState({ ...state, phase: { kind } });
    await expect.poll(focused).toBe(says);
  }
});

test('the text fields are named after what is entered in them', async () => {
  const { page } = panel;
  await showState();
  await slots().nth(4).click();
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  await field('Seed, empty for a new one in every run').waitFor();
  await field('Pin another text: one token, then Enter').waitFor();
  expect(await page.getByRole('textbox', { name: 'Text field' }).count()).toBe(0);
});

test('a seed that is being typed stays when a run ends', async () => {
  const { page } = panel;
  await showState({ ...state, phase: { kind: 'denoising' } });
  const seed = page.getByRole('textbox', { name: /^Seed/ });
  await seed.pressSequentially('12');
  await showState({ ...state, phase: { kind: 'finished' } });
  await page.getByRole('button', { name: 'Accept' }).waitFor();
  expect(await seed.inputValue()).toBe('12');
});

test('what is wrong with a seed is said until there is another seed, wherever it comes from', async () => {
  const { page } = panel;
  await showState();
  const seed = page.locator('.knob-seed input');
  await seed.fill('many');
  await seed.press('Enter');
  await page.getByRole('alert').waitFor();
  await panel.send({ kind: 'knobs', knobs: { ...state.knobs, preset: 'Dream' } });
  await expect
    .poll(() => page.getByRole('combobox', { name: 'Preset' }).textContent())
    .toContain('Dream');
  expect(await page.getByRole('alert').count()).toBe(1);
  await panel.send({ kind: 'knobs', knobs: { ...state.knobs, seed: 9 } });
  await expect.poll(() => seed.inputValue()).toBe('9');
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('a number that is being typed stays while steps come in, and counts once it is entered', async () => {
  const { page } = panel;
  const { header, tokenTexts, steps } = trace;
  await showState({ ...state, trace: null, phase: { kind: 'denoising' } });
  await panel.send({ kind: 'started', header, tokenTexts });
  const field = page.getByRole('spinbutton', { name: 'Temperature', exact: true });
  await field.selectText();
  await field.pressSequentially('0.75');
  await panel.send({ kind: 'steps', steps: steps.slice(0, 2), tokenTexts: {} });
  await expect.poll(position).toBe('2');
  expect(await field.inputValue()).toBe('0.75');
  expect((await panel.said()).filter(({ kind }) => kind === 'knobs')).toEqual([]);
  await field.press('Enter');
  expect((await panel.said()).at(-1)).toMatchObject({ knobs: { sampler: { temperature: 0.75 } } });
});

test('a slider that is being drawn shows where it is, and is told once it is let go', async () => {
  const { page } = panel;
  await showState();
  const slider = page.getByRole('slider', { name: 'Temperature', exact: true });
  await slider.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await slider.boundingBox())!;
  const to = (share: number) => page.mouse.move(x + share * width, y + height / 2);
  await to(0.2);
  await page.mouse.down();
  for (const share of [0.3, 0.4, 0.5]) await to(share);
  await expect.poll(() => slider.inputValue()).toBe('1');
  const told = async () => (await panel.said()).filter(({ kind }) => kind === 'knobs');
  expect(await told()).toEqual([]);
  await page.mouse.up();
  await expect.poll(told).toMatchObject([{ knobs: { sampler: { temperature: 1 } } }]);
});

test('a run that was stopped before it began leaves the way to start, and the runs before it', async () => {
  const { page } = panel;
  const { runs } = branchedState;
  await showState({
    ...state,
    trace: null,
    runs: { ...runs, shown: null },
    phase: { kind: 'stopped' },
  });
  await page.getByRole('button', { name: 'Run again' }).first().waitFor();
  await page.getByText('Infill at Cursor').waitFor();
  await page.getByRole('button', { name: /^Run 1/ }).waitFor();
});
