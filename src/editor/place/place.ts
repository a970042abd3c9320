import { EndOfLine, Range, type TextDocument, type TextDocumentContentChangeEvent } from 'vscode';
import { type Span, textsOf, toLineEnds } from '../span/spans';
import { type EditKind, type FollowedSpan, type Rebased, rebase } from './rebase';
import { recognised } from './recognition';

/** Where a run works: spans of one document, kept in place while the text around them changes. */
export class Place {
  #spans: readonly FollowedSpan[];
  #lineEnds: EndOfLine;
  #text: string;

  constructor(
    readonly document: TextDocument,
    spans: readonly Span[],
  ) {
    this.#spans = spans;
    this.#lineEnds = document.eol;
    this.#text = document.getText();
  }

  /** What the document held when the spans last followed an edit of it. */
  get text(): string {
    return this.#text;
  }

  /** In document order, disjoint, in UTF-16 offsets of the document's present text. */
  get spans(): readonly Span[] {
    return this.#spans;
  }

  /** What stands in the spans, with `\n` line ends. */
  get texts(): string[] {
    return textsOf(this.document.getText(), this.#spans);
  }

  get ranges(): Range[] {
    return this.#spans.map((_, index) => this.rangeOf(index)!);
  }

  /** @param index of a span; undefined where there is none */
  rangeOf(index: number): Range | undefined {
    const span = this.#spans[index];
    if (!span) return undefined;
    return new Range(this.document.positionAt(span.start), this.document.positionAt(span.end));
  }

  /** The document's line end. */
  get lineEnd(): '\n' | '\r\n' {
    return lineEnds(this.document.eol);
  }

  /** File name and 1-based line of the first span. */
  get label(): string {
    const name = this.document.uri.path.split('/').pop() || this.document.uri.path;
    const line = this.rangeOf(0)?.start.line ?? 0;
    return `${name}:${line + 1}`;
  }

  /** For an edit of our own, whose outcome is known better than its changes tell. */
  moveTo(spans: readonly Span[]): void {
    this.#spans = spans;
    this.#text = this.document.getText();
  }

  /** Moves the spans along with an edit that the document has just seen; `moved` also where they were found again after it. */
  follow(changes: readonly TextDocumentContentChangeEvent[], edit: EditKind): Rebased['kind'] {
    const turned = this.#withOtherLineEnds(changes);
    this.#lineEnds = this.document.eol;
    const before = this.#text;
    this.#text = this.document.getText();
    if (turned) {
      this.#spans = turned;
      return 'moved';
    }
    const rebased = rebase(
      this.#spans,
      changes.map((change) => ({
        start: change.rangeOffset,
        removed: change.rangeLength,
        inserted: change.text.length,
      })),
      edit,
    );
    if (rebased.kind !== 'broken') {
      this.#spans = rebased.spans;
      return rebased.kind;
    }
    // A change may go from above a span to below it and leave it alone, such as that of a file that was reloaded.
    const again = recognised(before, this.#spans, this.#text);
    if (again) this.#spans = again;
    return again ? 'moved' : 'broken';
  }

  /**
   * The spans after the document was given other line ends, which VS Code tells of as one change of the whole text;
   * null where that is not what has happened.
   */
  #withOtherLineEnds(
    changes: readonly TextDocumentContentChangeEvent[],
  ): readonly FollowedSpan[] | null {
    const [change] = changes;
    if (this.document.eol === this.#lineEnds || changes.length !== 1 || change?.rangeOffset !== 0)
      return null;
    const text = toLineEnds(this.document.getText(), lineEnds(this.#lineEnds));
    if (text.length !== change.rangeLength) return null;
    const moved = (offset: number) => toLineEnds(text.slice(0, offset), this.lineEnd).length;
    return this.#spans.map((span) => ({
      ...span,
      start: moved(span.start),
      end: moved(span.end),
    }));
  }
}

const lineEnds = (eol: EndOfLine) => (eol === EndOfLine.CRLF ? '\r\n' : '\n');
