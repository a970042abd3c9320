import { describe, expect, test } from 'vitest';
import { at, edit, editorText, selectEach, shownLines } from './harness/editor';
import { runCommand } from './harness/palette';
import { expectUntouched, infilled, pop, popAt, usePop, withPop } from './pop';
import * as unmask from './unmask';

const workbench = unmask.useUnmask();
usePop(workbench);

describe('stopping', () => {
  test('Escape ends the run within a step and leaves the file alone', async () => {
    await unmask.startLongRun(workbench);
    await unmask.whileHalted(workbench, async () => {
      await expect.poll(() => unmask.statusText(workbench.page)).toMatch(/\d+\/1000 · \d+ masked/);
      await expect
        .poll(async () => (await shownLines(workbench.page)).join('\n'))
        .toMatch(/⋯ step \d+\/1000 · \d+ masked/);
      await workbench.page.keyboard.press('Escape');
    });
    await unmask.phaseBecomes(workbench, 'stopped');
    const steps = (await unmask.state(workbench))?.trace?.steps.length ?? 0;
    expect(steps).toBeGreaterThan(0);
    expect(steps).toBeLessThan(1_000);
    await expectUntouched(workbench);
    await expect
      .poll(() => shownLines(workbench.page))
      .toContain('    const item = this.items.pop();');
  });

  test('Tab, pressed before there is anything to accept, leaves what is being filled alone', async () => {
    await unmask.startLongRun(workbench);
    await unmask.whileHalted(workbench, async () => {
      await workbench.page.keyboard.press('Tab');
      await expectUntouched(workbench);
      await runCommand(workbench.page, 'Unmask: Stop');
    });
    await unmask.phaseBecomes(workbench, 'stopped');
    await expectUntouched(workbench);
  });

  test('the command does too, and the next run is a new one', async () => {
    await unmask.startLongRun(workbench);
    await unmask.whileHalted(workbench, () => runCommand(workbench.page, 'Unmask: Stop'));
    await unmask.phaseBecomes(workbench, 'stopped');
    await unmask.configure(workbench, unmask.quickly);
    await runCommand(workbench.page, 'Unmask: Run Again');
    await unmask.candidateWaits(workbench);
    await expectUntouched(workbench);
  });

  test('a run started while another is denoising takes its place', async () => {
    await unmask.startLongRun(workbench);
    await unmask.whileHalted(workbench, async () => {
      await unmask.configure(workbench, unmask.quickly);
      await runCommand(workbench.page, 'Unmask: Infill Selection');
    });
    await unmask.candidateWaits(workbench);
    const trace = (await unmask.state(workbench))?.trace;
    expect(trace?.header.sampler.steps).toBe(unmask.quickly.steps);
    expect(trace?.steps.length).toBeLessThanOrEqual(unmask.quickly.steps);
  });
});

test('an edit inside the span stops the run and says why', async () => {
  await unmask.startLongRun(workbench);
  await unmask.whileHalted(workbench, () =>
    edit(workbench, [{ at: popAt + 5, removed: 0, text: 'own.' }]),
  );
  await unmask.phaseBecomes(workbench, 'stopped');
  await unmask
    .notification(workbench.page, /text being filled was edited, so the run was stopped/)
    .waitFor();
  const edited = withPop('this.own.items.pop()');
  expect(await editorText(workbench)).toBe(edited);
});

test('an edit in one of several spans stops the run on all', async () => {
  await selectEach(workbench, [{ from: at(5, 5), to: at(5, 27) }, pop]);
  await unmask.startLongRun(workbench);
  await unmask.whileHalted(workbench, () =>
    edit(workbench, [{ at: popAt, removed: 4, text: 'that' }]),
  );
  await unmask.phaseBecomes(workbench, 'stopped');
});

test('closing the document stops the run', async () => {
  await unmask.startLongRun(workbench);
  await unmask.whileHalted(workbench, () => unmask.closeEditor(workbench));
  await unmask.phaseBecomes(workbench, 'stopped');
  await unmask.notification(workbench.page, /was closed, so the run was stopped/).waitFor();
  expect((await unmask.state(workbench))?.place).toBeNull();
});

test('a run that waits for one that hangs can be stopped at once, and the next is none the worse', async () => {
  await unmask.startLongRun(workbench);
  await unmask.whileHalted(workbench, async () => {
    await unmask.configure(workbench, unmask.quickly);
    await runCommand(workbench.page, 'Unmask: Infill Selection');
    await unmask.phaseBecomes(workbench, 'starting');
    await runCommand(workbench.page, 'Unmask: Stop');
    await expect.poll(() => unmask.phase(workbench), { timeout: 5_000 }).toBe('stopped');
    await runCommand(workbench.page, 'Unmask: Infill Selection');
    await unmask.phaseBecomes(workbench, 'starting');
  });
  await unmask.candidateWaits(workbench);
  await expectUntouched(workbench);
});

test('a run that waits for the engine says that it stops until the engine has heard it', async () => {
  await infilled(workbench);
  await unmask.whileHalted(workbench, async () => {
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.phaseBecomes(workbench, 'starting');
    await runCommand(workbench.page, 'Unmask: Stop');
    await expect.poll(() => unmask.statusText(workbench.page)).toContain('stopping');
  });
  await unmask.phaseBecomes(workbench, 'stopped');
  await expectUntouched(workbench);
});

test('a slow start of the model is shown, and can be called off', async () => {
  await infilled(workbench);
  await unmask.whileHalted(workbench, async () => {
    // Another number of threads takes another session.
    await unmask.configure(workbench, { threads: 2 });
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    const loading = unmask.notification(workbench.page, 'loading the model');
    await loading.getByRole('button', { name: 'Cancel' }).click();
    await unmask.phaseBecomes(workbench, 'stopped');
    await expect.poll(() => loading.count()).toBe(0);
  });
  await expectUntouched(workbench);
});

describe('a crash of the engine', () => {
  test('is reported, leaves the file alone, and Run Again starts another process', async () => {
    await unmask.startLongRun(workbench);
    const pid = await unmask.enginePid(workbench);
    process.kill(pid, 'SIGKILL');
    await unmask.phaseBecomes(workbench, 'failed');
    const message = unmask.notification(workbench.page, /ended unexpectedly \(signal SIGKILL\)/);
    await message.waitFor();
    await expectUntouched(workbench);

    await unmask.configure(workbench, unmask.quickly);
    await message.getByRole('button', { name: 'Run Again' }).click();
    await unmask.candidateWaits(workbench);
    expect(await unmask.enginePid(workbench)).not.toBe(pid);
    await runCommand(workbench.page, 'Unmask: Accept');
    await unmask.phaseBecomes(workbench, 'accepted');
  });

  test('while nothing runs is repaired by the next run', async () => {
    await infilled(workbench);
    process.kill(await unmask.enginePid(workbench), 'SIGKILL');
    await unmask.startRun(workbench, 'Unmask: Infill Selection');
    await unmask.candidateWaits(workbench);
  });
});
