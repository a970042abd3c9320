import { commands, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { RunOwner } from './run/runOwner';
import { nameOf, offersOf } from './status/offers';

interface Action extends QuickPickItem {
  readonly command?: string;
  readonly arguments?: readonly unknown[];
  /** In place of a command. */
  readonly act?: () => Promise<void>;
}

/** The status item's menu: what can be done now, most likely first. */
export async function showMenu(owner: RunOwner): Promise<void> {
  const picked = await window.showQuickPick(actions(owner), { title: 'Unmask' });
  await picked?.act?.();
  if (picked?.command) await commands.executeCommand(picked.command, ...(picked.arguments ?? []));
}

function actions(owner: RunOwner): Action[] {
  const separator: Action = { label: '', kind: QuickPickItemKind.Separator };
  const selected = window.activeTextEditor?.selections.some((selection) => !selection.isEmpty);
  const now: Action[] = [];
  if (owner.fills) now.push(...decisions(owner, owner.fills));
  else if (owner.waits)
    now.push({ label: '$(reply) Show Waiting Candidate', act: () => owner.showWaiting() });
  if (owner.running) now.push({ label: '$(debug-stop) Stop', command: 'unmask.stop' });
  else if (owner.place) now.push({ label: '$(refresh) Run Again', command: 'unmask.runAgain' });
  const start: Action[] = selected
    ? [
        { label: '$(sparkle) Infill Selection', command: 'unmask.infillSelection' },
        { label: '$(wand) Rewrite Selection…', command: 'unmask.rewriteSelection' },
      ]
    : [{ label: '$(sparkle) Infill at Cursor', command: 'unmask.infillAtCursor' }];
  start.push({ label: '$(symbol-array) Fill All Holes in File', command: 'unmask.fillHoles' });
  return [
    ...now,
    ...(now.length > 0 ? [separator] : []),
    ...start,
    separator,
    { label: '$(list-tree) Open Denoising Panel', command: 'unmask.openPanel' },
    { label: '$(package) Select Model', command: 'unmask.selectModel' },
    { label: '$(chip) Select Execution Provider', command: 'unmask.selectExecutionProvider' },
    { label: '$(folder-opened) Open Trace', command: 'unmask.openTrace' },
    ...(owner.trace ? [{ label: '$(save) Export Trace', command: 'unmask.exportTrace' }] : []),
    { label: '$(settings-gear) Open Settings', command: 'unmask.openSettings' },
    { label: '$(output) Show Log', command: 'unmask.showLog' },
  ];
}

/** What can be done with the candidate that waits. */
function decisions({ candidates, leftOut, place }: RunOwner, fills: readonly string[]): Action[] {
  const { accept, reject, leaveOut } = offersOf(fills, leftOut);
  const next: Action = {
    label: '$(chevron-right) Next Candidate',
    command: 'unmask.nextCandidate',
  };
  const exceptions = leaveOut.flatMap((offered, span): Action[] => {
    if (!offered) return [];
    const { title, arguments: given } = offered;
    const line = place?.ranges[span]?.start.line ?? 0;
    return [
      {
        label: `${title} “${nameOf(fills[span]!)}”`,
        description: `line ${line + 1}`,
        command: 'unmask.leaveOut',
        arguments: given,
      },
    ];
  });
  return [
    { label: accept, command: 'unmask.accept' },
    { label: reject, command: 'unmask.reject' },
    { label: '$(diff) Compare Candidate', command: 'unmask.compare' },
    ...(candidates.count > 1 ? [next] : []),
    ...exceptions,
  ];
}
