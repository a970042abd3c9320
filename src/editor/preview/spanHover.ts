import { MarkdownString } from 'vscode';
import type { RunOwner } from '../run/runOwner';
import { offersOf } from '../status/offers';
import { unseen } from '../status/remarks';
import { codeBlock } from './codeBlock';

/** What the mouse finds on a span: what would stand there, and what can be done. */
export function spanHover(
  fills: readonly string[],
  span: number,
  { leftOut, language }: { readonly language: string } & Pick<RunOwner, 'leftOut'>,
): MarkdownString {
  const { accept, reject, leaveOut } = offersOf(fills, leftOut);
  const exception = leaveOut[span];
  const actions = [
    `[${accept}](command:unmask.accept)`,
    `[${reject}](command:unmask.reject)`,
    ...(exception
      ? [
          `[${exception.title}](command:unmask.leaveOut?${encodeURIComponent(JSON.stringify(exception.arguments))})`,
        ]
      : []),
    '[$(diff) Compare](command:unmask.compare)',
  ];
  const hover = new MarkdownString(undefined, true);
  hover.isTrusted = {
    enabledCommands: ['unmask.accept', 'unmask.reject', 'unmask.leaveOut', 'unmask.compare'],
  };
  const fill = fills[span] ?? '';
  const remark = unseen(fill);
  hover.appendMarkdown(remark === '' ? codeBlock(fill, language) : `${remark}\n\n`);
  hover.appendMarkdown(actions.join(' · '));
  return hover;
}
