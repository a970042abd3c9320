import { whole } from '../../diffusion/settings/knob';

/** How many characters of the document around the spans the model may read. It takes what fits, nearest first. */
export const contextCharacters = {
  before: whole(0, 200_000, {
    label: 'Context before',
    help: 'How many characters before the first span the model may read. It takes what fits, nearest first.',
  }),
  after: whole(0, 200_000, {
    label: 'Context after',
    help: 'How many characters after the last span the model may read. It takes what fits, nearest first.',
  }),
  /** Where the settings say nothing. */
  usual: { before: 12_000, after: 6_000 },
};
