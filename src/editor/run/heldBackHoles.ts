import { Disposable, type TextDocument, type TextDocumentChangeEvent, workspace } from 'vscode';
import { DocumentLife } from '../place/documentLife';
import { Place } from '../place/place';
import { touches } from '../place/touches';
import type { Span } from '../span/spans';
import type { RunOwner } from './runOwner';

/**
 * The spans that were left out of what was accepted, as long as they are what they were then: filling the holes of their file
 * leaves them for last. One that is being filled again is none of them any more.
 */
export class HeldBackHoles implements Disposable {
  readonly #subscription: Disposable;
  #holes: readonly HeldBackHole[] = [];

  constructor(private readonly owner: RunOwner) {
    this.#subscription = owner.onDidChange((change) => {
      // An acceptance is told of while the edit that has brought it is not heard of everywhere.
      if (change.kind === 'phase') queueMicrotask(() => this.#heed());
    });
  }

  dispose(): void {
    Disposable.from(this.#subscription, ...this.#holes).dispose();
  }

  /** Where they are in a document's present text. */
  in(document: TextDocument): readonly Span[] {
    const places = this.#holes.flatMap(({ place }) => place ?? []);
    return places.flatMap((place) => (place.document === document ? place.spans : []));
  }

  #heed(): void {
    const { place, leftOut, phase } = this.owner;
    const { kind } = phase;
    if (!place || (kind !== 'starting' && kind !== 'accepted')) return;
    const { document, spans } = place;
    const isPast = ({ place: each }: HeldBackHole) => !each || touches(each, document, spans);
    Disposable.from(...this.#holes.filter(isPast)).dispose();
    const others = this.#holes.filter((hole) => !isPast(hole));
    const left = kind === 'accepted' ? spans.filter((_, span) => leftOut.has(span)) : [];
    this.#holes = [...others, ...left.map((span) => new HeldBackHole(document, span))];
  }
}

/** One of them, followed through edits of its document, and into what that is renamed or saved as. */
class HeldBackHole implements Disposable {
  #place: Place | null;
  readonly #life = new DocumentLife(() => this.#place, {
    goesOnAs: (place) => {
      this.#place = place;
    },
    gone: () => {
      this.#place = null;
    },
  });
  readonly #disposable = Disposable.from(
    workspace.onDidChangeTextDocument((event) => this.#follow(event)),
    this.#life,
  );

  constructor(document: TextDocument, span: Span) {
    this.#place = new Place(document, [span]);
  }

  dispose(): void {
    this.#disposable.dispose();
  }

  /** Of this span alone; null where that is not what it was any more, or gone. */
  get place(): Place | null {
    return this.#place;
  }

  #follow({ document, contentChanges }: TextDocumentChangeEvent): void {
    const place = this.#place;
    if (place?.document !== document || contentChanges.length === 0) return;
    const saved = this.#life.savedAs(place);
    if (saved) this.#place = saved;
    else if (place.follow(contentChanges, 'untyped') !== 'moved') this.#place = null;
  }
}
