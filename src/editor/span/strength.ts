import { type QuickPickItem, window } from 'vscode';

/** About how much of the selection a rewrite masks before it denoises; with the linear schedule, just so much. */
const choices = [
  { percent: 20, label: 'Touch up', detail: 'Most of the code stays; a few tokens change.' },
  {
    percent: 40,
    label: 'Revise',
    detail: 'The shape stays; names, arguments and details may change.',
  },
  { percent: 60, label: 'Rework', detail: 'About half is written anew around what is kept.' },
  { percent: 80, label: 'Rewrite', detail: 'Only a few tokens are left as hints.' },
];

interface StrengthItem extends QuickPickItem {
  /** Absent where the user is asked for it. */
  readonly percent?: number;
}

/** Asks how strongly to rewrite; resolves to a diffusion time in (0, 1], or undefined when called off. */
export async function askStrength(): Promise<number | undefined> {
  const items: StrengthItem[] = [
    ...choices.map((choice) => ({ ...choice, description: `${choice.percent} %` })),
    { label: 'Other…', description: 'Give a percentage' },
  ];
  const picked = await window.showQuickPick(items, {
    title: 'Rewrite Selection: how much of it may change?',
    placeHolder: 'About this much of the selection is masked and denoised anew',
    matchOnDescription: true,
  });
  if (!picked) return undefined;
  const percent = picked.percent ?? (await askPercent());
  return percent === undefined ? undefined : percent / 100;
}

async function askPercent(): Promise<number | undefined> {
  const typed = await window.showInputBox({
    title: 'Rewrite Selection: strength in percent',
    prompt: 'Low keeps most of the code as it is; 100 writes all of it anew.',
    value: '50',
    validateInput: (text) =>
      readPercent(text) === undefined ? 'Give a number from 1 to 100.' : null,
  });
  return typed === undefined ? undefined : readPercent(typed);
}

function readPercent(text: string): number | undefined {
  const percent = Number(text.replace('%', '').trim());
  return percent >= 1 && percent <= 100 ? percent : undefined;
}
