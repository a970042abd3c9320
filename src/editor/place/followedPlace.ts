import {
  Disposable,
  type TextDocument,
  type TextDocumentChangeEvent,
  type TextDocumentContentChangeEvent,
  workspace,
} from 'vscode';
import { type Span, textsOf } from '../span/spans';
import { DocumentLife } from './documentLife';
import { Editions } from './editions';
import { Place } from './place';
import type { EditKind } from './rebase';
import { recognised } from './recognition';

export interface FollowedPlaceHooks {
  /** Whether an edit that the document of the place has just seen is the candidate; then the place is where the fills are. */
  readonly isCandidate: (
    place: Place,
    changes: readonly TextDocumentContentChangeEvent[],
  ) => boolean;
  readonly accepted: (place: Place) => void;
  /** Whether the candidate is on its way there, so that what is typed at its end is meant to stand behind it. */
  readonly isAccepting: (place: Place) => boolean;
  /** Whether a span (index) takes no fill, so that its text is the user's own business. */
  readonly isLeftOut: (span: number) => boolean;
  /** The spans hold another text, which may be one that was there before, and not by our doing. */
  readonly edited: (place: Place) => void;
  /** What runs and candidates of the place were made for is gone. */
  readonly lost: (place: Place, why: 'edited' | 'closed') => void;
  /** The place has changed in whatever way. */
  readonly moved: () => void;
}

/** A place that is not followed any more, as it was then, with what was known of its text. */
export interface LeftPlace {
  readonly place: Place;
  readonly editions: Editions;
}

/** Where the present runs work. It follows all that happens to the document there, and knows which runs still fit. */
export class FollowedPlace implements Disposable {
  #present: Place | null = null;
  #editions = new Editions();
  readonly #documentLife = new DocumentLife(() => this.#present, {
    goesOnAs: (place) => this.#goOnAs(place),
    gone: () => this.#closed(),
  });
  readonly #disposable = Disposable.from(
    workspace.onDidChangeTextDocument((event) => this.#follow(event)),
    this.#documentLife,
  );

  constructor(private readonly hooks: FollowedPlaceHooks) {}

  /** null where there is none yet, or none any more. */
  get present(): Place | null {
    return this.#present;
  }

  /** File name and line of the first span; null where there is no place. */
  get label(): string | null {
    return this.#present?.label ?? null;
  }

  /** Of the text in the spans; see `Editions`. */
  get edition(): number {
    return this.#editions.present;
  }

  /** Begins on other spans. */
  begin(document: TextDocument, spans: readonly Span[]): Place {
    const place = new Place(document, spans);
    this.#editions = new Editions();
    this.#editions.begin(place.texts);
    this.#present = place;
    return place;
  }

  /** The present place, to come back to when others have been begun at; null where there is none. */
  get toLeave(): LeftPlace | null {
    return this.#present && { place: this.#present, editions: this.#editions };
  }

  /** Whether a place that was left is still there to come back to; see `comeBack`. */
  finds({ place }: LeftPlace, document: TextDocument): boolean {
    return recognised(place.text, place.spans, document.getText()) !== null;
  }

  /**
   * Goes on at a place that was left, whatever has become of its document since.
   *
   * @param document its own, or that of the same file where it was closed meanwhile
   * @returns null where it is not found there any more; then the present place stays.
   */
  comeBack({ place, editions }: LeftPlace, document: TextDocument): Place | null {
    const spans = recognised(place.text, place.spans, document.getText());
    if (!spans) return null;
    this.#editions = editions;
    this.#present = new Place(document, spans);
    return this.#present;
  }

  /** The spans of a place hold a fill of the present edition. */
  filled(place: Place): void {
    if (this.#present === place) this.#editions.filled(place.texts);
  }

  dispose(): void {
    this.#disposable.dispose();
  }

  #follow(event: TextDocumentChangeEvent): void {
    const place = this.#present;
    if (event.document !== place?.document || event.contentChanges.length === 0) return;
    const saved = this.#documentLife.savedAs(place);
    if (saved) {
      this.#goOnAs(saved);
      return;
    }
    if (this.hooks.isCandidate(place, event.contentChanges)) {
      this.hooks.accepted(place);
      return;
    }
    const typed = this.hooks.isAccepting(place) ? 'typedBehind' : 'typed';
    const edit = event.reason === undefined ? typed : 'untyped';
    const before = textsOf(place.text, place.spans);
    const followed = place.follow(event.contentChanges, edit);
    if (followed === 'inside') this.#editedInside(place, edit, before);
    if (followed === 'broken') {
      this.hooks.lost(place, 'edited');
      this.#present = null;
    }
    this.hooks.moved();
  }

  #editedInside(place: Place, edit: EditKind, before: readonly string[]): void {
    const { texts } = place;
    const changed = texts.flatMap((text, span) => (text === before[span] ? [] : span));
    if (changed.length > 0 && changed.every((span) => this.hooks.isLeftOut(span))) {
      this.#editions.filled(texts);
      return;
    }
    const exchanged = this.#editions.edited(texts);
    // Undoing an acceptance, or doing it again, leaves what the runs were made for.
    if (!exchanged || edit !== 'untyped') this.hooks.lost(place, 'edited');
    this.hooks.edited(place);
  }

  /** In another document, whose spans hold the same text. */
  #goOnAs(place: Place): void {
    this.#present = place;
    this.hooks.moved();
  }

  #closed(): void {
    if (this.#present) this.hooks.lost(this.#present, 'closed');
    this.#present = null;
    this.hooks.moved();
  }
}
