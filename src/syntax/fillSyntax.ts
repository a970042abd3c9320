import type { Node, Parser, Tree } from '@vscode/tree-sitter-wasm';
import type { OpenBrackets } from './brackets';
import { bracketsAt, closersAfter } from './contextBrackets';
import { parserFor } from './grammars';
import { insertion, joined, lengthOf, spanPlaces } from './joinedText';
import { Patience } from './patience';
import {
  MOST_PARSED,
  type ParsedSurroundings,
  parsedSurroundings,
  type Surroundings,
} from './surroundings';
import { visited } from './visited';

/** See `FillSyntax.brackets`. */
export interface SpanBrackets {
  readonly open: OpenBrackets | undefined;
  readonly closed: readonly string[] | undefined;
}

/** What fits wherever an expression, a name or a statement fits. */
const PLACEHOLDER = 'x';

/**
 * Counts the parse errors that fills leave in a document. The surroundings are parsed once; each fill is then an edit
 * of that tree, of which tree-sitter parses only what changes.
 *
 * Errors are tree-sitter's ERROR and MISSING nodes. Some of them are nobody's fault: the document may be broken
 * elsewhere, or the request may carry a part of it only. The fewest that a trivial fill of the spans leaves (nothing, a
 * name, or the text that stood there) count as *unavoidable*.
 */
export class FillSyntax {
  readonly #parser: Parser;
  readonly #places: ReturnType<typeof spanPlaces>;
  /** What the spans hold where nothing is asked of them: what stood there, nothing, or a name. */
  readonly #trivial: readonly (readonly string[])[];
  readonly #known = new Map<string, number>();
  #base: Tree | undefined;
  #unavoidable: number | undefined;

  private constructor(
    parser: Parser,
    private readonly around: ParsedSurroundings,
    present: readonly string[],
    private readonly patience: Pick<Patience, 'during'>,
  ) {
    this.#parser = parser;
    this.#places = spanPlaces(around.texts);
    const nothing = present.map(() => '');
    const stood = lengthOf(present) > MOST_PARSED ? nothing : present;
    this.#trivial = [stood, nothing, present.map(() => PLACEHOLDER)];
  }

  get unavoidable(): number {
    this.#unavoidable ??= this.#fewest(this.#trivial, 0);
    return this.#unavoidable;
  }

  /**
   * @param present the text now in each of the spans.
   * @param patience how long the parser may take for all that it is asked about.
   * @returns undefined when there is no grammar for the language. Nothing is parsed before it is asked. Dispose of it in
   * the end.
   * @throws {Error} when the grammars are not where they should be.
   */
  static async open(
    language: string | null,
    surroundings: Surroundings,
    present: readonly string[],
    patience: Pick<Patience, 'during'> = new Patience(),
  ): Promise<FillSyntax | undefined> {
    const parser = await parserFor(language);
    return parser && new FillSyntax(parser, parsedSurroundings(surroundings), present, patience);
  }

  /**
   * Errors in the document with these fills, one per span, in all.
   *
   * @throws {Error} when the parser takes too long; so do all that ask it.
   */
  errors(fills: readonly string[]): number {
    const key = JSON.stringify(fills);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const errors = this.patience.during((isOver) => {
      this.#base ??= this.#parse([], isOver);
      const edited = this.#base.copy();
      try {
        // From the last to the first, so that the offsets of those before it still hold.
        for (const [span, place] of [...this.#places.entries()].reverse())
          edited.edit(insertion(place, fills[span] ?? ''));
        return this.#read(fills, isOver, countErrors, edited);
      } finally {
        edited.delete();
      }
    });
    this.#known.set(key, errors);
    return errors;
  }

  /**
   * Errors that are due to the fills; never below 0.
   *
   * @param fills one per span; null where it is not known yet, which counts as the trivial fill that does least harm.
   */
  newErrors(fills: readonly (string | null)[]): number {
    const { unavoidable } = this;
    const trivial = fills.includes(null) ? this.#trivial : this.#trivial.slice(0, 1);
    const whole = trivial.map((texts) => fills.map((fill, span) => fill ?? texts[span]!));
    return Math.max(0, this.#fewest(whole, unavoidable) - unavoidable);
  }

  /** The fewest errors that any of some fills leaves. Those after one with no more than `enough` are not parsed. */
  #fewest(all: readonly (readonly string[])[], enough: number): number {
    let fewest = Number.POSITIVE_INFINITY;
    for (const fills of all) {
      if (fewest <= enough) break;
      fewest = Math.min(fewest, this.errors(fills));
    }
    return fewest;
  }

  /**
   * The brackets around every span: those open where it begins, and, for the last one, those that the text after it
   * closes. Undefined where that is not certain.
   */
  brackets(): SpanBrackets[] {
    const nothing = this.#places.map(() => '');
    const named = this.#places.map(() => PLACEHOLDER);
    const fills = this.errors(nothing) <= this.errors(named) ? nothing : named;
    return this.patience.during((isOver) =>
      this.#read(fills, isOver, (root, goOn) => {
        const { startsDocument, unbroken } = this.around;
        let filled = 0;
        const begins = this.#places.map(({ offset }, span) => {
          const begin = offset + filled;
          filled += fills[span]!.length;
          return begin;
        });
        const end = begins.at(-1)! + fills.at(-1)!.length;
        const open = bracketsAt(root, begins.slice(0, unbroken), startsDocument, goOn);
        const closed = closersAfter(root, end, goOn);
        return begins.map((_, span) => ({
          open: open[span],
          closed: span === begins.length - 1 ? closed : undefined,
        }));
      }),
    );
  }

  /** What is read off the tree of the document with these fills, of which `old` is an earlier state. */
  #read<T>(
    fills: readonly string[],
    isOver: () => boolean,
    read: (root: Node, goOn: () => void) => T,
    old?: Tree,
  ): T {
    const tree = this.#parse(fills, isOver, old);
    try {
      return read(tree.rootNode, () => {
        if (isOver()) throw tookTooLong();
      });
    } finally {
      tree.delete();
    }
  }

  #parse(fills: readonly string[], isOver: () => boolean, old?: Tree): Tree {
    const text = joined(this.around.texts, fills);
    const tree = this.#parser.parse(text, old, { progressCallback: isOver });
    if (tree !== null) return tree;
    // Or it would go on with this text when it is given another.
    this.#parser.reset();
    throw tookTooLong();
  }

  /** Frees what lies outside of the garbage collector's reach. */
  dispose(): void {
    this.#base?.delete();
    this.#parser.delete();
  }
}

const tookTooLong = (): Error =>
  new Error('The parser took too long over the text around the spans.');

function countErrors(root: Node, goOn: () => void): number {
  let errors = 0;
  for (const { node } of visited(root, ({ hasError }) => hasError)) {
    goOn();
    if (node.isError || node.isMissing) errors++;
  }
  return errors;
}
