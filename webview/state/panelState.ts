import { appendSteps, beginTrace, endTrace } from '../../src/diffusion/trace/replay';
import type { HostToPanel, PanelState } from '../../src/panel/messages';

/** The state after a message of the extension. Pure; parts that did not change keep their identity. */
export function receive(state: PanelState | null, message: HostToPanel): PanelState | null {
  // What was turned here may not have been heard when a state was made: only the first has news of the knobs.
  if (message.kind === 'state')
    return state === null ? message.state : { ...message.state, knobs: state.knobs };
  // Everything else is news about a state that `ready` has asked for and that is on its way.
  if (state === null) return null;
  switch (message.kind) {
    case 'started':
      return { ...state, trace: beginTrace(message.header, message.tokenTexts) };
    case 'steps':
      if (state.trace === null) return state;
      return { ...state, trace: appendSteps(state.trace, message.steps, message.tokenTexts) };
    case 'ended':
      if (state.trace === null) return state;
      return { ...state, trace: endTrace(state.trace, message.outcome, message.timings) };
    case 'phase':
      return { ...state, phase: message.phase };
    case 'place':
      return { ...state, place: message.place };
    case 'knobs':
      return { ...state, knobs: message.knobs };
    case 'model':
      return { ...state, model: message.model };
    case 'runs':
      return { ...state, runs: message.runs };
    case 'compared':
      return { ...state, compared: message.compared };
    case 'tokenised':
      // An answer to the panel itself, see `Panel.receive`.
      return state;
  }
}
