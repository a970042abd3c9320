import { beforeEach, describe, expect, test } from 'vitest';
import { tinyAdaptedModel } from '../tinyModels';
import { editorText, openFile, select } from './harness/editor';
import { panelFrame, reloadWebviews } from './harness/panel';
import * as unmask from './unmask';
import { files } from './workspace';

const workbench = unmask.useUnmask();
const panel = () => panelFrame(workbench.page);
const slots = () => panel().locator('[data-slot]');
const steps = () => panel().getByRole('slider', { name: 'Step', exact: true });

beforeEach(async () => {
  await unmask.closeEditor(workbench);
  await openFile(workbench, 'stack.ts');
  await unmask.openPanel(workbench);
  await select(workbench, { line: 9, column: 18 }, { line: 9, column: 34 });
});

/** Runs an infill of `this.items.pop()` in line 9 and gives its trace. */
async function infill() {
  await unmask.configure(workbench, unmask.quickly);
  await unmask.startRun(workbench, 'Unmask: Infill Selection');
  await unmask.candidateWaits(workbench);
  const trace = (await unmask.state(workbench))?.trace;
  if (!trace) throw new Error('The run left no trace.');
  return trace;
}

describe('the denoising panel', () => {
  test('shows the slots while they unmask', async () => {
    await unmask.configure(workbench, unmask.slowly);
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.haltedAfter(workbench, 20, async () => {
      await expect.poll(() => slots().count()).toBe(unmask.slowly.slots);
      const masked = panel().locator('[data-slot][data-state=masked]');
      await expect.poll(() => masked.count()).toBeGreaterThan(0);
      await expect.poll(async () => Number(await steps().inputValue())).toBeGreaterThan(0);
      await panel().getByRole('button', { name: 'Stop' }).first().click();
    });
    await unmask.phaseBecomes(workbench, 'stopped');
  });

  test('shows every step of a run, also after it was reloaded', async () => {
    const trace = await infill();
    const shows = async () => {
      await expect
        .poll(() => panel().getByRole('heading', { level: 1 }).textContent())
        .toBe('stack.ts:9');
      await expect.poll(() => slots().count()).toBe(trace.header.slots.length);
      await expect.poll(() => steps().getAttribute('max')).toBe(String(trace.steps.length));
    };
    await shows();
    await steps().fill('0');
    const masked = panel().locator('[data-slot][data-state=masked]');
    await expect.poll(() => masked.count()).toBe(trace.header.slots.length);
    await steps().fill('1');
    await expect.poll(() => masked.count()).toBe(trace.steps[0]?.masked);
    await steps().fill(String(trace.steps.length));
    await expect.poll(() => masked.count()).toBe(0);

    await reloadWebviews(workbench.page);
    await shows();
  });

  test('accepts the candidate', async () => {
    await infill();
    const [fill = ''] = await unmask.candidate(workbench);
    const accept = panel().getByRole('button', { name: 'Accept' });
    // Until it has stood there for a moment, a press may be meant for what stood there before.
    const press = () => accept.click({ timeout: 1000 }).catch(() => {});
    await expect.poll(() => press().then(() => unmask.phase(workbench))).toBe('accepted');
    const accepted = files['stack.ts'].replace('this.items.pop()', () => fill);
    expect(await editorText(workbench)).toBe(accepted);
  });

  test('runs again on the same span, with knobs turned in the panel', async () => {
    await infill();
    const before = await unmask.state(workbench);
    await panel().getByRole('spinbutton', { name: /T/ }).first().fill('3');
    await panel().getByRole('spinbutton', { name: /T/ }).first().press('Enter');
    await expect.poll(async () => (await unmask.state(workbench))?.knobs.sampler.steps).toBe(3);
    await panel().getByRole('button', { name: 'Run again' }).first().click();
    await expect
      .poll(async () => (await unmask.state(workbench))?.trace?.header.sampler.steps)
      .toBe(3);
    await unmask.candidateWaits(workbench);
    expect((await unmask.state(workbench))?.place).toBe(before?.place);
    expect(await editorText(workbench)).toBe(files['stack.ts']);
  });
});

describe('pins and branches', () => {
  const runs = () => panel().locator('.run-row');
  const stateOf = async () => (await unmask.state(workbench))!;
  const branchEnded = async (number: number) => {
    await expect.poll(async () => (await stateOf()).runs.list.length).toBe(number);
    await unmask.candidateWaits(workbench);
    return (await stateOf()).trace!;
  };

  test('a branch keeps what was pinned, repeats the run where nothing was, and is compared with it', async () => {
    const whole = await infill();
    const [fill] = await unmask.candidate(workbench);
    await steps().fill('3');
    await panel().getByRole('button', { name: 'Branch from step 3' }).click();
    const same = await branchEnded(2);
    expect(same.header).toMatchObject({ branchedAt: 3, seed: whole.header.seed });
    expect(same.steps.map((step) => step.transitions)).toEqual(
      whole.steps.map((step) => step.transitions),
    );
    expect(await unmask.candidate(workbench)).toEqual([fill]);

    await steps().fill('2');
    await slots().nth(4).click();
    const text = panel().locator('.slot-buttons input');
    await text.fill('x');
    await text.press('Enter');
    await expect.poll(() => slots().nth(4).getAttribute('data-planned')).toBe('pin');
    await panel().getByRole('button', { name: 'Branch from step 2' }).click();
    const pinned = await branchEnded(3);
    const token = Number(Object.entries(pinned.tokenTexts).find(([, own]) => own === 'x')?.[0]);
    expect(pinned.steps[1]?.transitions.at(-1)).toMatchObject({ kind: 'pin', slot: 4, token });
    await expect.poll(() => slots().nth(4).getAttribute('data-state')).toBe('pinned');
    expect(await unmask.candidate(workbench)).not.toEqual([fill]);

    await runs().nth(2).getByRole('button', { name: 'Compare with run 1' }).click();
    await expect.poll(() => panel().locator('.mini').count()).toBe(2);
    await expect.poll(() => panel().locator('.mini [data-differs]').count()).toBeGreaterThan(0);

    await runs().nth(2).getByRole('button', { name: /Run 1/ }).first().click();
    await expect.poll(async () => (await stateOf()).trace?.header.branchedAt).toBeUndefined();
    expect(await unmask.candidate(workbench)).toEqual([fill]);
    expect(await editorText(workbench)).toBe(files['stack.ts']);
  });

  test('a branch that another model would have to go on with is not begun, and its run stays as it was', async () => {
    await infill();
    const fill = await unmask.candidate(workbench);
    await steps().fill('3');
    await unmask.configure(workbench, { modelFolder: tinyAdaptedModel });
    await panel().getByRole('button', { name: 'Branch from step 3' }).click();
    await unmask.notification(workbench.page, /No branch was started: That run was made/).waitFor();
    await unmask.candidateWaits(workbench);
    expect(await unmask.candidate(workbench)).toEqual(fill);
    expect((await stateOf()).runs.list).toHaveLength(1);
    await unmask.configure(workbench, unmask.quickly);
  });

  test('choosing the run that is shown already offers its fill again, and keeps what is planned', async () => {
    await infill();
    await panel().getByRole('button', { name: 'Reject' }).click();
    await unmask.phaseBecomes(workbench, 'rejected');
    await steps().fill('8');
    await slots().nth(4).focus();
    await slots().nth(4).press('Delete');
    const planned = () => slots().nth(4).getAttribute('data-planned');
    await expect.poll(planned).toBe('remask');
    await runs().getByRole('button', { name: /Run 1/ }).first().click();
    await unmask.candidateWaits(workbench);
    await panel().getByRole('button', { name: 'Accept' }).waitFor();
    expect(await planned()).toBe('remask');
  });
});
