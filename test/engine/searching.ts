import { defaultSearch, type SearchSettings } from '../../src/diffusion/search/settings';
import type { FillRequest, FillResult } from '../../src/engine/protocol/messages';
import { fillRequest } from './engineUnderTest';

/** A request for a search, of which what is not told is as usual. */
export const searching = (search: Partial<SearchSettings>, change: Partial<FillRequest> = {}) =>
  fillRequest({ ...change, search: { ...defaultSearch, ...search } });

/** The fill of every span, or how else the run ended. */
export const textsOf = ({ outcome }: FillResult) =>
  outcome.kind === 'finished' ? outcome.texts : outcome.kind;
