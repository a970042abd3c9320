import { describe, expect, test } from 'vitest';
import type { PanelState } from '../../src/panel/messages';
import { state, trace } from './recorded';
import { usePanel } from './usePanel';

const panel = usePanel();
const position = () => panel.scrubber().inputValue();

describe('a slot', () => {
  test('is inspected: its best tokens at this step and what happened to it', async () => {
    const { page } = panel;
    await panel.show();
    const id = trace.header.slots[4]!.id;
    await panel.slots().nth(4).click();
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
    expect(await panel.slots().nth(4).getAttribute('data-change')).toBe(events[0]!.kind);
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
    await panel.show({ ...state, trace: { ...trace, steps } });
    await panel.slots().first().click();
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
    await panel.show();
    expect(await page.locator('[data-slot][tabindex="0"]').count()).toBe(1);
    await panel.slots().first().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    const count = trace.header.slots.length;
    expect(
      await panel
        .slots()
        .nth(count - 2)
        .getAttribute('aria-selected'),
    ).toBe('true');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    const chosen = await panel
      .slots()
      .evaluateAll((elements) =>
        elements.findIndex((element) => element.getAttribute('aria-selected') === 'true'),
      );
    expect(chosen).toBeGreaterThan(0);
    expect(await page.locator('[data-slot][tabindex="0"]').count()).toBe(1);
  });
});

test('a fill that is left out is marked as such, to the eye and to the ear', async () => {
  const { page } = panel;
  const ofSpan = (span: number) => page.locator('.span').nth(span).locator('[data-slot]');
  const labels = async (span: number) =>
    ofSpan(span).evaluateAll((all) => all.map((slot) => slot.getAttribute('aria-label')!));
  const spans = () =>
    page.locator('.span').evaluateAll((all) => all.map((span) => span.getAttribute('aria-label')));
  await panel.show({ ...state, phase: { kind: 'finished', leftOut: [1] } });
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
  await panel.show({ ...state, phase: { kind: 'accepted', leftOut: [0] } });
  await expect.poll(spans).toEqual(['Slots of span 1, left out', 'Slots of span 2']);
  await panel.show({ ...state, phase: { kind: 'rejected' } });
  await expect.poll(() => tag.count()).toBe(0);
  expect(await page.locator('.canvas [data-left-out]').count()).toBe(0);
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
  await panel.show({
    ...state,
    trace: { ...trace, header: { ...header, excerpt }, steps: [...trace.steps.slice(0, -1), last] },
  });
  const tops = () =>
    panel.slots().evaluateAll((all) => all.map((slot) => slot.getBoundingClientRect().bottom));
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
  await panel.show({ ...state, trace: { ...trace, header } });
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
    await panel.show({ ...state, trace: { ...trace, steps } });
    await panel.slots().nth(4).click();
    return {
      history: await page.locator('.event').last().textContent(),
      note: await page.locator('.inspector > .note').textContent(),
      label: await panel.slots().nth(4).getAttribute('aria-label'),
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
  await panel.show(put(word[0]));
  await expect.poll(canvas).toContain(`const item = ${word[1]}`);
  // As in the editor, where the masks of the other span stand behind the space.
  expect(await canvas()).toContain('const other = ');
  await panel.show(put(spaced[0]));
  await expect.poll(canvas).toContain(`const item =${spaced[1]}`);
  // What a branch would pin counts already.
  await panel.slots().first().click();
  await page.locator('.slot-buttons input').fill(word[1]);
  await page.locator('.slot-buttons input').press('Enter');
  const tokens = [{ token: Number(word[0]), text: word[1] }];
  await panel.send({ kind: 'tokenised', text: word[1], tokens, problem: null });
  await expect.poll(canvas).toContain(`const item = ${word[1]}`);
});
