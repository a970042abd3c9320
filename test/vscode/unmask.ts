import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import type { EngineStatus } from '../../src/engine/protocol/messages';
import type { UnmaskExports } from '../../src/extension';
import type { PanelState, RunPhase } from '../../src/panel/messages';
import { tinyModel } from '../tinyModels';
import { inExtensionHost } from './harness/bridge';
import { runCommand } from './harness/palette';
import { panelFrame } from './harness/panel';
import { useWorkbench } from './harness/useWorkbench';
import type { ExtensionUnderTest, Workbench } from './harness/workbench';
import { createWorkspace } from './workspace';

const repository = fileURLToPath(new URL('../../', import.meta.url));
/** VS Code with the extension, as the repository has it built if not said otherwise, and a workspace of a few small files. */
export function useUnmask(
  extension: () => ExtensionUnderTest = () => ({ kind: 'development', folder: repository }),
): Workbench {
  let folder: string | undefined;
  afterAll(async () => {
    if (folder) await rm(path.dirname(folder), { recursive: true });
  });
  return useWorkbench(async () => {
    folder = await createWorkspace();
    return { extension: extension(), workspace: folder };
  });
}

/** The tiny model on the CPU: its fills mean nothing, but they come in no time. */
const tiny = { modelFolder: tinyModel, executionProvider: 'cpu', threads: 1 };

/** Done at once, with the same fill every time, and one that is not empty. */
export const quickly = { ...tiny, preset: 'MDLM', steps: 8, slots: 12, seed: 3 };
/** Takes longest with the tiny model, half a second where a machine is fast: time to do something meanwhile. */
export const slowly = { ...tiny, preset: 'ReMDM', steps: 1000, slots: 32, seed: 3 };

/** Sets settings of ours as a user would in the settings editor. */
export function configure(
  workbench: Workbench,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  return inExtensionHost(
    workbench,
    async (vscode, entries) => {
      for (const [key, value] of entries) {
        const configuration = vscode.workspace.getConfiguration('unmask');
        if (configuration.get(key) === value) continue;
        await configuration.update(key, value, vscode.ConfigurationTarget.Global);
      }
    },
    Object.entries(settings),
  );
}

/** What the panel would be told if it asked now; null before the extension is activated. */
export function state(workbench: Workbench): Promise<PanelState | null> {
  return inExtensionHost(workbench, (vscode) => {
    const extension = vscode.extensions.getExtension<UnmaskExports>('unmask.unmask');
    return extension?.isActive ? extension.exports.state() : null;
  });
}

/** Where the run stands, as one word. Only that is sent: a long trace takes longer than a short run does. */
export function phase(workbench: Workbench): Promise<RunPhase['kind'] | undefined> {
  return inExtensionHost(workbench, (vscode) => {
    const extension = vscode.extensions.getExtension<UnmaskExports>('unmask.unmask');
    return extension?.isActive ? extension.exports.state().phase.kind : undefined;
  });
}

export async function phaseBecomes(workbench: Workbench, kind: RunPhase['kind']): Promise<void> {
  await expect.poll(() => phase(workbench), { timeout: 30_000, interval: 20 }).toBe(kind);
}

/** Waits until a run has finished, and the editor has been told so: commands and keys for its candidate work. */
export async function candidateWaits(workbench: Workbench): Promise<void> {
  await phaseBecomes(workbench, 'finished');
  await expect.poll(() => statusText(workbench.page)).toContain('accept?');
}

/** Starts a run by the title of its command; a candidate still waiting is rejected first. */
export async function startRun(workbench: Workbench, title: string): Promise<void> {
  if ((await phase(workbench)) === 'finished') {
    await runCommand(workbench.page, 'Unmask: Reject');
    await phaseBecomes(workbench, 'rejected');
  }
  await runCommand(workbench.page, title);
}

/** Starts a run on what is selected that goes on for long enough to do something meanwhile. */
export async function startLongRun(workbench: Workbench, steps = slowly.steps): Promise<void> {
  await configure(workbench, { ...slowly, steps });
  await startRun(workbench, 'Unmask: Infill Selection');
  // By then the editor knows of the run too, and with it what the keys are for.
  await haltedAfter(workbench, 1, () =>
    expect.poll(() => statusText(workbench.page)).toContain(' masked'),
  );
}

/** The texts of the candidate that waits, with `\n` line ends. */
export async function candidate(workbench: Workbench): Promise<readonly string[]> {
  const now = await state(workbench);
  const outcome = now?.trace?.outcome;
  if (now?.phase.kind !== 'finished' || outcome?.kind !== 'finished') {
    throw new Error(`No candidate waits; the run is ${JSON.stringify(now?.phase)}.`);
  }
  return outcome.texts;
}

/** Starts a run as `startRun` does; the texts of its candidate once that waits. */
export async function filled(workbench: Workbench, title: string): Promise<readonly string[]> {
  await startRun(workbench, title);
  await candidateWaits(workbench);
  return candidate(workbench);
}

/** Exports the trace of the run shown to a file. Resolves before it is written: a notification says so. */
export function exportTrace(workbench: Workbench, file: string): Promise<void> {
  return inExtensionHost(
    workbench,
    (vscode, target) => {
      void vscode.commands.executeCommand('unmask.exportTrace', vscode.Uri.file(target));
    },
    file,
  );
}

async function engineStatus(workbench: Workbench): Promise<EngineStatus> {
  const status = await inExtensionHost(workbench, async (vscode) => {
    const extension = vscode.extensions.getExtension<UnmaskExports>('unmask.unmask');
    return extension?.exports.engineStatus();
  });
  if (!status) throw new Error('The engine is not running.');
  return status;
}

/** The process that denoises. */
export const enginePid = async (workbench: Workbench) => (await engineStatus(workbench)).pid;

/** How many contexts the model has encoded. */
export const contextsEncoded = async (workbench: Workbench) =>
  (await engineStatus(workbench)).contextCache?.encodes;

/** Halts the engine while something is done, so that a run stands still in the middle of its steps. */
export async function whileHalted(workbench: Workbench, act: () => Promise<void>): Promise<void> {
  const pid = await enginePid(workbench);
  process.kill(pid, 'SIGSTOP');
  await actHalted(pid, act);
}

/**
 * The same as soon as the run that is begun has taken so many steps. The extension host halts it: a long run of the tiny model
 * takes half a second, and might be over before anyone else knows how far it is.
 */
export async function haltedAfter(
  workbench: Workbench,
  steps: number,
  act: () => Promise<void>,
): Promise<void> {
  const halted = await inExtensionHost(
    workbench,
    async (vscode, steps) => {
      const extension = vscode.extensions.getExtension<UnmaskExports>('unmask.unmask')!;
      const denoises = (from: number) => {
        const now = extension.isActive ? extension.exports.state() : null;
        return now?.phase.kind === 'denoising' && (now.trace?.steps.length ?? 0) >= from;
      };
      const aMoment = () => new Promise((resolve) => setTimeout(resolve, 1));
      for (const until = Date.now() + 30_000; !denoises(0) && Date.now() < until; ) await aMoment();
      const pid = denoises(0) ? (await extension.exports.engineStatus())?.pid : undefined;
      while (!denoises(steps) && denoises(0)) await aMoment();
      if (pid === undefined || !denoises(steps)) return null;
      process.kill(pid, 'SIGSTOP');
      return pid;
    },
    steps,
  );
  if (halted === null)
    throw new Error(`There was no run that had taken ${steps} steps and had more to take.`);
  await actHalted(halted, act);
}

async function actHalted(pid: number, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

/** The text of the status item. */
export function statusText(page: Page): Promise<string | null> {
  return page.locator('[id="unmask.unmask.unmask.status"]').textContent();
}

/** A notification that says so. */
export const notification = (page: Page, text: string | RegExp): Locator =>
  page.locator('.notification-toast').filter({ hasText: text });

/** The row of actions that the editor shows above a span. */
export const spanAction = (page: Page, title: string): Locator =>
  page.locator('.codelens-decoration a').filter({ hasText: title });

/** Closes the active editor without saving, and whatever was found out about its document. */
export async function closeEditor(workbench: Workbench): Promise<void> {
  await inExtensionHost(workbench, async (vscode) => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
}

/** Opens the side panel, waits until it is drawn, and goes back to the editor. */
export async function openPanel(workbench: Workbench): Promise<void> {
  const run = (command: string) =>
    inExtensionHost(
      workbench,
      async (vscode, id) => {
        await vscode.commands.executeCommand(id);
      },
      command,
    );
  await run('unmask.openPanel');
  // The panel takes the focus once it has loaded.
  await panelFrame(workbench.page).getByRole('heading', { level: 1 }).waitFor();
  await run('workbench.action.focusActiveEditorGroup');
}
