import { whole } from '../../diffusion/settings/knob';

/** When an engine that nobody uses is ended. */
export const engineIdle = {
  minutes: whole(0, 1_440, {
    label: 'Engine idle',
    help: 'Minutes without a fill after which the process that runs the model ends and gives its memory back, some 300 MB; the next fill starts it again, within about a second. 0 keeps it',
  }),
  /** Where the settings say nothing. */
  usual: 30,
};
