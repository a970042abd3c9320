import type { Acceptance } from '../place/acceptance';
import type { FollowedPlace, LeftPlace } from '../place/followedPlace';
import { openAgain, showPlace } from '../place/openPlace';
import type { Notices } from '../status/notices';
import type { Flights } from './flights';
import type { RunMode } from './request';
import type { LeftRuns, ShownRun } from './shownRun';

/** A candidate that waited when a run was started elsewhere, or its file was closed. */
export interface LeftCandidate {
  readonly at: LeftPlace;
  readonly runs: LeftRuns;
  readonly mode: RunMode;
}

export interface LeavingParts {
  readonly notices: Notices;
  readonly acceptance: Acceptance;
  readonly followed: FollowedPlace;
  readonly shown: ShownRun;
  readonly flights: Flights;
}

export interface LeavingHooks {
  /** That of the present runs. */
  readonly mode: () => RunMode;
  /** Place and runs are those that were left, of this mode. */
  readonly cameBack: (mode: RunMode) => void;
}

/** Takes leave of candidates that nobody has decided on yet, and comes back to them. */
export class LeftCandidates {
  constructor(
    private readonly parts: LeavingParts,
    private readonly hooks: LeavingHooks,
  ) {}

  /** The candidate that waits, to come back to; null where none does. */
  leave(): LeftCandidate | null {
    const { acceptance, followed, shown } = this.parts;
    const { toLeave: at } = followed;
    const { toLeave: runs } = shown;
    if (!at || !runs || acceptance.isOnItsWayTo(at.place)) return null;
    return { at, runs, mode: this.hooks.mode() };
  }

  /** Says that another takes a candidate's place, and offers to come back to it. */
  giveWay(left: LeftCandidate): void {
    this.parts.notices.gaveWay(left.at.place.label, () => this.comeBack(left));
  }

  /** Shows a candidate again, in place of the present runs; tells where it cannot. */
  async comeBack(left: LeftCandidate): Promise<void> {
    const { notices, followed, shown } = this.parts;
    const { at, runs, mode } = left;
    const document = await openAgain(at.place);
    // A run is not stopped for nothing.
    if (document && shown.running && followed.finds(at, document)) await this.#stopRuns();
    const other = this.leave();
    const place = document && followed.comeBack(at, document);
    if (!place) return notices.notShownAgain(at.place.label, () => this.comeBack(left));
    shown.comeBack(runs);
    this.hooks.cameBack(mode);
    if (other) this.giveWay(other);
    await showPlace(place);
  }

  async #stopRuns(): Promise<void> {
    const { shown, flights } = this.parts;
    while (shown.running) {
      flights.stop();
      await flights.settled;
    }
  }
}
