import { isDeepStrictEqual } from 'node:util';
import { lossCause } from '../place/lossCause';
import { isFile } from '../place/openPlace';
import type { Place } from '../place/place';
import type { LeavingParts, LeftCandidates } from './leftCandidates';
import type { AskedRun } from './runHistory';

export interface CandidateParts extends LeavingParts {
  readonly left: LeftCandidates;
}

/** The candidate of the run shown, and what becomes of it: by the user's decision, and by edits of its document. */
export class Candidate {
  constructor(
    private readonly parts: CandidateParts,
    /** The spans hold other texts, or none are followed any more. */
    private readonly moved: () => void,
  ) {}

  /** The texts that accepting would put into the spans, with `\n` line ends; null while there is no candidate. */
  get texts(): readonly string[] | null {
    return this.#keeping(this.#fills);
  }

  /** Puts it into the document: one edit, one undo step. */
  async accept(): Promise<void> {
    const { acceptance, notices, shown } = this.parts;
    const place = this.#place;
    const fills = this.#fills;
    if (!fills || !place) return;
    const taken = fills.map((fill, span) => (shown.leftOut.has(span) ? null : fill));
    const waits = () => this.#fills === fills;
    const outcome = await acceptance.carryOut(place, taken, waits);
    // Others were begun on meanwhile, whose runs are shown.
    if (this.#place && this.#place !== place) return;
    if (outcome === 'taken') this.accepted(place);
    else if (outcome === 'outdated') this.abandon('edited', place);
    else if (outcome && waits()) notices.notApplied(place.label, outcome);
  }

  reject(): void {
    if (this.texts) this.parts.shown.enter({ kind: 'rejected' });
  }

  /** Leaves a span of it as it is, or takes its fill in again. The last one left is rejected. */
  leaveOut(span: number, out?: boolean): void {
    if (this.#fills?.[span] !== undefined && !this.parts.shown.leaveOut(span, out)) this.reject();
  }

  /** Whether a run was made for the text that is in the spans now. */
  readonly fits = ({ edition }: AskedRun): boolean =>
    this.#place !== null && edition === this.parts.followed.edition;

  /** The document holds it. A run that was started meanwhile goes on: its fill would take that one's place. */
  accepted(place: Place): void {
    const { followed, shown } = this.parts;
    followed.filled(place);
    const showsAnother = shown.running || shown.phase.kind === 'opened';
    if (showsAnother) shown.withdraw();
    else shown.accept();
    this.moved();
  }

  /** Whether the document holds the fill that is shown, such as since its acceptance was undone, or done again. */
  edited(place: Place): void {
    const { acceptance, shown } = this.parts;
    const { phase, record } = shown;
    const fits = record?.kind === 'asked' && this.fits(record);
    const holds = isDeepStrictEqual(place.texts, this.#keeping(shown.fill));
    if (phase.kind === 'accepted' && fits && !holds) shown.enter({ kind: 'undone' });
    if (phase.kind === 'undone' && !fits) shown.enter({ kind: 'outdated' });
    const isUnsettled = phase.kind === 'undone' || phase.kind === 'finished';
    if (isUnsettled && fits && holds && !acceptance.isOnItsWayTo(place)) this.accepted(place);
  }

  /** What it, or the run that is to find one, was made for is gone. */
  abandon(why: 'edited' | 'closed', { document }: Place): void {
    const { notices, shown, flights, left } = this.parts;
    const { waits } = shown;
    if (why === 'closed' && shown.phase.kind === 'undone') shown.enter({ kind: 'outdated' });
    if ((!waits && !shown.running) || flights.abandoned) return;
    const leaves = why === 'closed' && isFile(document) ? left.leave() : null;
    const showAgain = leaves ? () => left.comeBack(leaves) : undefined;
    void lossCause(document).then((cause) => notices.abandoned(cause, waits, showAgain));
    flights.abandon();
    if (this.texts) shown.enter({ kind: 'outdated' });
    else shown.withdraw();
  }

  get #place(): Place | null {
    return this.parts.followed.present;
  }

  get #fills(): readonly string[] | null {
    return this.parts.shown.candidate;
  }

  /** A fill with the text that stands in the spans left out of it. */
  #keeping(fill: readonly string[] | null): readonly string[] | null {
    const { leftOut } = this.parts.shown;
    if (!fill || !this.#place || leftOut.size === 0) return fill;
    const { texts: present } = this.#place;
    return fill.map((text, span) => (leftOut.has(span) ? present[span]! : text));
  }
}
