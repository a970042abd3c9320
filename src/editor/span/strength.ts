import { type QuickPickItem, window } from 'vscode';

interface StrengthItem extends QuickPickItem {
  readonly percent: number;
}

/** About how much of the selection a rewrite masks before it denoises; with the linear schedule, just so much. */
const choices: readonly StrengthItem[] = [
  { percent: 20, label: 'Touch up', detail: 'Most of the code stays; a few tokens change.' },
  {
    percent: 40,
    label: 'Revise',
    detail: 'The shape stays; names, arguments and details may change.',
  },
  { percent: 60, label: 'Rework', detail: 'About half is written anew around what is kept.' },
  { percent: 80, label: 'Rewrite', detail: 'Only a few tokens are left as hints.' },
].map((choice) => ({ ...choice, description: `${choice.percent} %` }));

/** Asks how strongly to rewrite; resolves to a diffusion time in (0, 1], or undefined when called off. */
export async function askStrength(): Promise<number | undefined> {
  const pick = window.createQuickPick<StrengthItem>();
  pick.title = 'Rewrite Selection: how much of it may change?';
  pick.placeholder = 'Choose, or type a percentage: about so much is masked and denoised anew';
  pick.items = choices;
  pick.onDidChangeValue((text) => {
    const percent = readPercent(text);
    pick.items = percent === undefined ? choices : [typed(percent)];
  });
  const picked = new Promise<StrengthItem | undefined>((resolve) => {
    pick.onDidAccept(() => {
      // Far from where the extension runs, the list may still be about fewer digits.
      const percent = readPercent(pick.value);
      const item = percent === undefined ? pick.activeItems[0] : typed(percent);
      if (item) resolve(item);
    });
    pick.onDidHide(() => resolve(undefined));
  });
  pick.show();
  const item = await picked;
  pick.dispose();
  return item && item.percent / 100;
}

const typed = (percent: number): StrengthItem => ({
  percent,
  label: `${percent} %`,
  detail: 'Low keeps most of the code as it is; 100 % writes all of it anew.',
  alwaysShow: true,
});

/** Of 1 to 100; what is below is taken for a share, unless it says that it is none. */
function readPercent(text: string): number | undefined {
  const number = text.trim() === '' ? Number.NaN : Number(text.replace('%', ''));
  const percent = number < 1 && !text.includes('%') ? Math.round(100 * number) : number;
  return percent >= 1 && percent <= 100 ? percent : undefined;
}
