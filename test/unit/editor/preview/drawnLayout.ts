import type { DrawnDocument, SpanPreview } from '../../../../src/editor/preview/drawnDocument';
import { layOut, type PreviewLayout } from '../../../../src/editor/preview/previewLayout';

export interface Laid {
  readonly document: DrawnDocument;
  readonly layouts: readonly PreviewLayout[];
}

/** Lays out fills for a document in which the spans are marked with « and ». */
export function lay(
  marked: string,
  fills: readonly (string | null)[],
  remark = '',
  editor: Partial<DrawnDocument & SpanPreview> = {},
): Laid {
  const { whole = '', columns = Number.POSITIVE_INFINITY, isHidden = () => false } = editor;
  const place = (text: string) => {
    const before = text.replace(/[«»]/g, '').split('\n');
    return { line: before.length - 1, character: before.at(-1)!.length };
  };
  const offsets = (mark: string) => [...marked.matchAll(new RegExp(mark, 'g'))].map((m) => m.index);
  const ends = offsets('»').map((offset) => place(marked.slice(0, offset)));
  const previews = offsets('«').map((offset, index): SpanPreview => {
    const start = place(marked.slice(0, offset));
    return {
      startLine: start.line,
      startCharacter: start.character,
      endLine: ends[index]!.line,
      endCharacter: ends[index]!.character,
      fill: fills[index] ?? null,
      remark: index === 0 ? remark : '',
      whole,
    };
  });
  const lines = marked.replace(/[«»]/g, '').split('\n');
  const document = {
    lines: (line: number) => lines[line]!,
    lineCount: lines.length,
    tabSize: 4,
    columns,
    isHidden,
  };
  return { document, layouts: layOut(document, previews) };
}

/** The document with its boxes, as the editor would show them. */
export function draw(
  marked: string,
  fills: string | readonly string[],
  remark = '',
  editor: Partial<DrawnDocument & SpanPreview> = {},
): string {
  const texts = typeof fills === 'string' ? [fills] : fills;
  const { document, layouts } = lay(marked, texts, remark, editor);
  const shown = Array.from({ length: document.lineCount }, (_, line) =>
    document.lines(line).replaceAll('\t', '    '),
  );
  for (const layout of layouts) {
    if (layout.kind === 'inline') continue;
    for (const row of layout.rows) shown[row.line] += `${' '.repeat(row.gap)}|${row.text}|`;
  }
  return shown.join('\n');
}

/** Columns left free before each row of a box. */
export function gaps(layout: PreviewLayout | undefined): number[] {
  return layout?.kind === 'box' ? layout.rows.map((row) => row.gap) : [];
}
