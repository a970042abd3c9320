import { Disposable, type TextDocument, type TextDocumentChangeEvent, workspace } from 'vscode';
import { touches } from '../place/leftPlace';
import { Place } from '../place/place';
import type { Span } from '../span/spans';
import type { RunOwner } from './runOwner';

/**
 * The spans that were left out of what was accepted, as long as they are what they were then: filling the holes of their file
 * leaves them for last. One that is being filled again is none of them any more.
 */
export class HeldBackHoles implements Disposable {
  readonly #disposable: Disposable;
  /** Of one span each. */
  #places: readonly Place[] = [];

  constructor(private readonly owner: RunOwner) {
    this.#disposable = Disposable.from(
      owner.onDidChange((change) => {
        // An acceptance is told of while the edit that has brought it is not heard of everywhere.
        if (change.kind === 'phase') queueMicrotask(() => this.#heed());
      }),
      workspace.onDidChangeTextDocument((event) => this.#follow(event)),
      workspace.onDidCloseTextDocument((document) => {
        this.#places = this.#places.filter((place) => place.document !== document);
      }),
    );
  }

  dispose(): void {
    this.#disposable.dispose();
  }

  /** Where they are in a document's present text. */
  in(document: TextDocument): readonly Span[] {
    const places = this.#places.filter((place) => place.document === document);
    return places.flatMap(({ spans }) => spans);
  }

  #heed(): void {
    const { place, leftOut, phase } = this.owner;
    const { kind } = phase;
    if (!place || (kind !== 'starting' && kind !== 'accepted')) return;
    const { document, spans } = place;
    const others = this.#places.filter((each) => !touches(each, document, spans));
    const left = kind === 'accepted' ? spans.filter((_, span) => leftOut.has(span)) : [];
    this.#places = [...others, ...left.map((span) => new Place(document, [span]))];
  }

  #follow({ document, contentChanges }: TextDocumentChangeEvent): void {
    this.#places = this.#places.filter(
      (place) => place.document !== document || place.follow(contentChanges, 'untyped') === 'moved',
    );
  }
}
