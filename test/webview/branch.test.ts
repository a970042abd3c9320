import type { Locator } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { presetNamed } from '../../src/diffusion/settings/presets';
import type { PanelState } from '../../src/panel/messages';
import { branch, branchedState, pinned, trace } from './recorded';
import { usePanel } from './usePanel';

const panel = usePanel();
beforeEach(() => panel.show(branchedState));

const slot = (id: number) => panel.page.locator(`.canvas [data-slot="${id}"]`);
const button = (name: string | RegExp) => panel.page.getByRole('button', { name });
const lastSaid = async () => (await panel.said()).at(-1);

test('slots are pinned to an alternative or to a typed token, masked and released, then branched', async () => {
  const { page } = panel;
  await slot(6).click();
  await page.locator('.considered').getByRole('button', { name: /^Pin/ }).nth(1).click();
  await expect.poll(() => slot(6).getAttribute('data-planned')).toBe('pin');
  await slot(7).click();
  await page.locator('.slot-buttons input').fill('foo');
  await page.locator('.slot-buttons input').press('Enter');
  expect(await lastSaid()).toEqual({ kind: 'tokenise', text: 'foo' });
  await panel.send({
    kind: 'tokenised',
    text: 'foo',
    tokens: [{ token: 77, text: 'foo' }],
    problem: null,
  });
  await expect.poll(() => slot(7).textContent()).toBe('foo');
  await slot(pinned.slot).click();
  await button('Release').click();
  await expect.poll(() => slot(pinned.slot).getAttribute('data-planned')).toBe('unpin');
  await slot(8).focus();
  await page.keyboard.press('Delete');
  await button('Branch from step').click();
  expect(await lastSaid()).toMatchObject({
    kind: 'branch',
    step: trace.steps.length,
    changes: [
      { kind: 'pin', slot: 6 },
      { kind: 'pin', slot: 7, token: 77 },
      { kind: 'unpin', slot: pinned.slot },
      { kind: 'remask', slot: 8 },
    ],
  });
  await button('Discard the changes').click();
  expect(await page.locator('[data-planned]').count()).toBe(0);
});

test('the run whose candidate waits while another is looked at is listed as such', async () => {
  const { runs } = branchedState;
  const list = runs.list.map((run) =>
    run.id === runs.shown ? run : { ...run, waits: true as const },
  );
  await panel.send({ kind: 'runs', runs: { ...runs, list } });
  const details = panel.page.locator('.section-runs .run-details');
  await expect
    .poll(() => details.allTextContents())
    .toEqual([
      expect.not.stringContaining('waits'),
      expect.stringMatching(/^candidate waits · .* steps/),
    ]);
});

test('one that is on its way is listed as running, however many steps are known of it', async () => {
  const { runs } = branchedState;
  const list = runs.list.map((run) =>
    run.id === runs.shown ? { ...run, steps: 0, outcome: null, meanLogProb: null } : run,
  );
  await panel.send({ kind: 'runs', runs: { ...runs, list } });
  const details = panel.page.locator('.section-runs .run-details').first();
  await expect.poll(() => details.textContent()).toMatch(/1 slot changed · running · seed \d+$/);
});

test('one whose sampler is of no preset says which it is the nearest to, and what is otherwise', async () => {
  const { runs } = branchedState;
  const list = runs.list.map((run) => ({
    ...run,
    preset: 'Custom',
    sampler: { ...presetNamed('LLaDA')!.sampler, steps: 5, temperature: 0.7 },
  }));
  await panel.send({ kind: 'runs', runs: { ...runs, list } });
  const name = panel.page.locator('.section-runs .run-name').first();
  await expect
    .poll(() => name.textContent())
    .toContain('Run 2 LLaDA, but for Temperaturebranch of');
});

test('the heading leads back to the candidate that waits while an opened run is looked at', async () => {
  const { runs } = branchedState;
  const back = button('Back to the candidate');
  expect(await back.count()).toBe(0);
  const list = [
    { ...runs.list[0]!, waits: true as const },
    { ...runs.list[1]!, branch: null, file: 'run.json' },
  ];
  const phase = { kind: 'opened', file: 'run.json' } as const;
  await panel.show({ ...branchedState, phase, runs: { ...runs, list } });
  await back.click();
  expect(await lastSaid()).toEqual({ kind: 'showRun', id: 'a' });
});

test('runs are listed, shown and compared, candidates taken', async () => {
  const { page } = panel;
  expect(await page.locator('.section-runs .run-details').allTextContents()).toEqual([
    expect.stringMatching(/^branch of run 1, candidate 2, at step 10, 1 slot changed/),
    expect.stringContaining('log p −0.42'),
  ]);
  const marked = page.locator('.mini').first().locator('[data-differs]');
  expect(await marked.count()).toBeGreaterThan(0);
  expect(await page.locator('.mini').count()).toBe(2);
  expect(await marked.first().textContent()).toMatch(/^differs: /);
  await button(/Run 1/).first().click();
  expect(await lastSaid()).toEqual({ kind: 'showRun', id: 'a' });
  await button('End the comparison').click();
  expect(await lastSaid()).toEqual({ kind: 'compareRun', id: null });
  expect(await page.locator('.candidates .run-details').allTextContents()).toEqual([
    'log p −0.61 in all · parses',
    'log p −0.74 in all · 1 new parse error',
  ]);
  await page.locator('.candidates button').nth(1).click();
  expect(await lastSaid()).toEqual({ kind: 'chooseCandidate', index: 1 });
  const runs = { ...branchedState.runs, chosen: 1 };
  await panel.send({ kind: 'state', state: { ...branchedState, runs } });
  await expect
    .poll(() => page.locator('.mini figcaption').first().textContent())
    .toContain('Run 2, candidate 2');
  expect(await page.locator('.candidates .own-part').allTextContents()).toEqual(['.price']);
});

test('choosing a candidate or a run is said to offer it only as far as that is known', async () => {
  const { page } = panel;
  const titles = async (phase: PanelState['phase'], place = branchedState.place) => {
    await panel.send({ kind: 'state', state: { ...branchedState, phase, place } });
    await expect
      .poll(() => page.locator('.phase').textContent())
      .toBe(phase.kind.replace(/^./, (first) => first.toUpperCase()));
    const title = (rows: string) => page.locator(`${rows} .run-name`).last().getAttribute('title');
    return [await title('.candidates'), await title('.runs')];
  };
  expect(await titles({ kind: 'finished' })).toEqual([
    'Take this candidate, and show its steps',
    'Show this run, and offer its fill unless the text was edited since',
  ]);
  expect(await titles({ kind: 'accepted' })).toEqual([
    'Show the steps of this candidate, and offer it in place of the accepted fill unless that was edited since',
    'Show this run, and offer its fill unless the text was edited since',
  ]);
  for (const kind of ['undone', 'rejected', 'outdated'] as const)
    expect((await titles({ kind }))[0]).toBe(
      'Show the steps of this candidate, and offer it again unless the text was edited since',
    );
  expect(await titles({ kind: 'accepted' }, null)).toEqual([
    'Show the steps of this candidate',
    'Show this run',
  ]);
});

test.each([300, 330, 380])('pinning and branching have room in %d pixels', async (width) => {
  const { page } = panel;
  await page.setViewportSize({ width, height: 900 });
  const steps = Array.from({ length: 150 }, (_, index) => ({
    ...branch.steps[index % branch.steps.length]!,
    index,
    transitions: branch.steps[index]?.transitions ?? [],
  }));
  await panel.send({ kind: 'state', state: { ...branchedState, trace: { ...branch, steps } } });
  await button('Branch from step 150').waitFor();
  for (let id = 4; id < 14; id++) {
    await slot(id).focus();
    await page.keyboard.press('p');
    await page.keyboard.press('Delete');
  }
  const room = await page.evaluate<number>(`{
    const input = document.querySelector('.slot-buttons vscode-text-field').shadowRoot.querySelector('input');
    const { font, paddingLeft, paddingRight } = getComputedStyle(input);
    const pen = document.createElement('canvas').getContext('2d');
    pen.font = font;
    const { width } = pen.measureText(input.placeholder);
    input.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight) - width;
  }`);
  expect(room).toBeGreaterThanOrEqual(0);
  const middle = async (part: Locator) => {
    const { y, height } = (await part.boundingBox())!;
    return y + height / 2;
  };
  const note = await middle(page.getByText('10 slots changed'));
  expect(await middle(button('Discard the changes'))).toBeCloseTo(note, 0);
  // In a font as wide as this one there is room for all only here.
  const first = await middle(button('Branch from step 150'));
  if (width === 380) expect(first).toBeCloseTo(note, 0);
});

test('what is pressed to change a slot stays where it is, also in a side bar', async () => {
  const { page } = panel;
  await page.setViewportSize({ width: 300, height: 900 });
  await slot(8).click();
  const pin = page.locator('.considered').getByRole('button', { name: /^Pin/ }).nth(1);
  const remask = page.locator('.slot-buttons vscode-button').first();
  const top = async (part: Locator) => (await part.boundingBox())!.y;
  const before = [await top(pin), await top(remask)];
  await pin.click();
  await button('Discard the changes').waitFor();
  await expect.poll(() => slot(8).getAttribute('data-planned')).toBe('pin');
  expect([await top(pin), await top(remask)]).toEqual(before);
});
