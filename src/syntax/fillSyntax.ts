import type { Node, Parser, Tree } from '@vscode/tree-sitter-wasm';
import type { OpenBrackets } from './brackets';
import { bracketsAt, closersAfter } from './contextBrackets';
import { parserFor } from './grammars';
import { insertion, joined, lengthOf, spanPlaces } from './joinedText';
import {
  MOST_PARSED,
  type ParsedSurroundings,
  parsedSurroundings,
  type Surroundings,
} from './surroundings';

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
   * @returns undefined when there is no grammar for the language. Nothing is parsed before it is asked. Dispose of it in
   * the end.
   * @throws {Error} when the grammars are not where they should be.
   */
  static async open(
    language: string | null,
    surroundings: Surroundings,
    present: readonly string[],
  ): Promise<FillSyntax | undefined> {
    const parser = await parserFor(language);
    return parser && new FillSyntax(parser, parsedSurroundings(surroundings), present);
  }

  /** Errors in the document with these fills, one per span, in all. */
  errors(fills: readonly string[]): number {
    const key = JSON.stringify(fills);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const text = joined(this.around.texts, fills);
    this.#base ??= parse(this.#parser, joined(this.around.texts, []));
    const edited = this.#base.copy();
    // From the last to the first, so that the offsets of those before it still hold.
    for (const [span, place] of [...this.#places.entries()].reverse())
      edited.edit(insertion(place, fills[span] ?? ''));
    const tree = parse(this.#parser, text, edited);
    const errors = countErrors(tree.rootNode);
    edited.delete();
    tree.delete();
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
    const tree = parse(this.#parser, joined(this.around.texts, fills));
    const { rootNode } = tree;
    let filled = 0;
    const found = this.#places.map(({ offset }, span) => {
      const isClear = span < this.around.unbroken;
      const { startsDocument } = this.around;
      const open = isClear ? bracketsAt(rootNode, offset + filled, startsDocument) : undefined;
      filled += fills[span]!.length;
      const isLast = span === this.#places.length - 1;
      return { open, closed: isLast ? closersAfter(rootNode, offset + filled) : undefined };
    });
    tree.delete();
    return found;
  }

  /** Frees what lies outside of the garbage collector's reach. */
  dispose(): void {
    this.#base?.delete();
    this.#parser.delete();
  }
}

function parse(parser: Parser, text: string, old?: Tree): Tree {
  const tree = parser.parse(text, old);
  if (tree === null) throw new Error('The parser gave up on the text around the spans.');
  return tree;
}

function countErrors(node: Node): number {
  if (!node.hasError) return 0;
  const own = node.isError || node.isMissing ? 1 : 0;
  return node.children.reduce((sum, child) => sum + (child ? countErrors(child) : 0), own);
}
