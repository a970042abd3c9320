import { describe, expect, test } from 'vitest';
import { presetNamed } from '../../src/diffusion/settings/presets';
import type { PanelState } from '../../src/panel/messages';
import { denoising } from '../panelState';
import { state, trace } from './recorded';
import { usePanel } from './usePanel';

const panel = usePanel();
const lastSaid = async () => (await panel.said()).at(-1);
const position = () => panel.scrubber().inputValue();

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
    await panel.show();
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
    await panel.show();
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
    await panel.show();
    await knob('Order').waitFor();
    expect(await knob('Syntax').count()).toBe(0);
  });

  test('say what is changed of the preset, folded away or not, and lead back', async () => {
    const { page } = panel;
    const { sampler } = presetNamed('Dream')!;
    const search = { ...state.knobs.search, candidates: 4 };
    const knobs = { ...state.knobs, preset: 'Dream', sampler };
    await panel.show({ ...state, knobs });
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
    await panel.show();
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
    await panel.show({
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
    await panel.show();
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

test.each([
  [{ rule: 'calibrated' }, 'Calibrated', 'was not calibrated'],
  [{ rule: 'quantile', quantile: 0.5 }, 'Quantile', 'no pad token'],
] as const)(
  'the length rule %j cannot be chosen where the model does not support it',
  async (length, name, why) => {
    const option = () => panel.page.getByRole('option', { name, includeHidden: true });
    const remarks = () => panel.page.locator('.knob-remark').allTextContents();
    await panel.show();
    expect(await option().getAttribute('aria-disabled')).not.toBe('true');
    const model: PanelState['model'] = { ...state.model!, lengthRules: ['grow'] };
    await panel.show({ ...state, model });
    await panel.send({ kind: 'knobs', knobs: { ...state.knobs, length } });
    await expect.poll(() => option().getAttribute('aria-disabled')).toBe('true');
    expect((await remarks()).join()).toContain(why);
  },
);

test('more slots than the model takes are remarked on', async () => {
  await panel.show({ ...state, knobs: { ...state.knobs, slots: 200 } });
  const remarks = panel.page.locator('.knob-remark');
  expect((await remarks.allTextContents()).join()).toContain('at most 64 slots');
});

test('the text fields are named after what is entered in them', async () => {
  const { page } = panel;
  await panel.show();
  await panel.slots().nth(4).click();
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  await field('Seed, empty for a new one in every run').waitFor();
  await field('Pin another text: one token, then Enter').waitFor();
  expect(await page.getByRole('textbox', { name: 'Text field' }).count()).toBe(0);
});

test('a seed that is being typed stays when a run ends', async () => {
  const { page } = panel;
  await panel.show({ ...state, phase: denoising });
  const seed = page.getByRole('textbox', { name: /^Seed/ });
  await seed.pressSequentially('12');
  await panel.show({ ...state, phase: { kind: 'finished' } });
  await page.getByRole('button', { name: 'Accept' }).waitFor();
  expect(await seed.inputValue()).toBe('12');
});

test('what is wrong with a seed is said until there is another seed, wherever it comes from', async () => {
  const { page } = panel;
  await panel.show();
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
  await panel.show({ ...state, trace: null, phase: denoising });
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
  await panel.show();
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

test('a knob without effect under the rule chosen says so', async () => {
  const { page } = panel;
  await panel.show();
  const remarks = () => page.locator('.knob-remark').allTextContents();
  await page.getByRole('combobox', { name: 'Preset' }).click();
  await page.getByRole('option', { name: 'Speculative' }).click();
  await expect.poll(async () => (await remarks()).join()).toContain('whatever the order');
  await page.getByRole('combobox', { name: 'Preset' }).click();
  await page.getByRole('option', { name: 'LLaDA', exact: true }).click();
  await expect.poll(async () => (await remarks()).join()).not.toContain('order');
});

test('only the knobs that the chosen rule has are there, with range and default', async () => {
  const { page } = panel;
  await panel.show();
  const notes = () => page.locator('.knobs .note').allTextContents();
  expect((await notes()).join()).not.toContain('Least probability');
  for (const group of await page.locator('.knob-group summary').all()) await group.click();
  await page.getByRole('combobox', { name: 'Parallel rule' }).click();
  await page.getByRole('option', { name: 'Threshold' }).click();
  await expect
    .poll(async () => (await notes()).join())
    .toMatch(/Least probability.*\(0–1, default 0\.9\)/);
  await page.getByRole('spinbutton', { name: 'Candidates' }).fill('4');
  await page.getByRole('spinbutton', { name: 'Candidates' }).press('Enter');
  expect(await lastSaid()).toMatchObject({ kind: 'knobs', knobs: { search: { candidates: 4 } } });
  expect(await page.getByRole('spinbutton', { name: 'Diversity' }).isVisible()).toBe(true);
  expect(await page.getByRole('spinbutton', { name: 'Particles' }).count()).toBe(0);
});
