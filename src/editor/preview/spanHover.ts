import { MarkdownString } from 'vscode';
import { unseen } from '../status/phaseText';

/** What the mouse finds on a span: what would stand there, and what can be done. */
export function spanHover(
  candidate: readonly string[],
  span: number,
  language: string,
): MarkdownString {
  const all = candidate.length > 1 ? ` All ${candidate.length}` : '';
  const actions = [
    `[$(check) Accept${all}](command:unmask.accept)`,
    `[$(close) Reject${all}](command:unmask.reject)`,
    '[$(diff) Compare](command:unmask.compare)',
  ];
  const hover = new MarkdownString(undefined, true);
  hover.isTrusted = { enabledCommands: ['unmask.accept', 'unmask.reject', 'unmask.compare'] };
  const fill = candidate[span] ?? '';
  const remark = unseen(fill);
  if (remark === '') hover.appendCodeblock(fill, language);
  else hover.appendMarkdown(`${remark}\n\n`);
  hover.appendMarkdown(actions.join(' · '));
  return hover;
}
