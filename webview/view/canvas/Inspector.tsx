import { useComputed } from '@preact/signals';
import { isRuled } from '../../../src/diffusion/trace/ruled';
import { type ConsideredToken, inspectSlot, type SlotEvent } from '../../state/inspection';
import { explained } from '../../state/reasons';
import type { SlotView } from '../../state/slotViews';
import { spokenToken } from '../../state/tokenPieces';
import { IconButton } from '../../toolkit';
import { percent } from '../format';
import { usePanel } from '../panelContext';
import { Development } from './Development';
import { InlineToken } from './InlineToken';
import { SlotActions } from './SlotActions';
import { SlotHistory } from './SlotHistory';

/** What the denoiser thought of one slot: at the step shown, and over the whole run. */
export function Inspector() {
  const panel = usePanel();
  const inspection = useComputed(() => {
    const trace = panel.trace.value;
    const id = panel.selected.value;
    if (trace === null || id === null) return null;
    return inspectSlot(trace, panel.canvases.value, panel.position.value, id);
  }).value;
  const position = panel.position.value;
  const view = panel.views.value.get(panel.selected.value ?? -1);
  if (inspection === null || view === undefined) {
    return <p class="note">Choose a slot above to see what else it could have been, and why.</p>;
  }
  const { id } = view;
  const { predictedAt, considered, entropy, history } = inspection;
  return (
    <div class="inspector">
      {considered.length === 0 || predictedAt === null ? (
        <p class="note">{whyNone(view, position, history)}</p>
      ) : (
        <table class="considered">
          <caption>
            {predictedAt === position
              ? `Best tokens at step ${position}`
              : `Best tokens at step ${predictedAt}, when it got its token`}
            {entropy !== null && (
              <span title="Uncertainty of the prediction; 0 is certain">
                entropy {entropy.toFixed(2)} nats
              </span>
            )}
          </caption>
          <colgroup>
            <col />
            <col class="probability-column" />
            <col class="development-column" />
            <col class="pin-column" />
          </colgroup>
          <thead class="visually-hidden">
            <tr>
              <th scope="col">Token</th>
              <th scope="col">Probability</th>
              <th scope="col">Over the steps</th>
              <th scope="col">Pin</th>
            </tr>
          </thead>
          <tbody>
            {considered.map((each) => (
              <Considered key={each.token} {...each} slot={id} position={predictedAt} />
            ))}
          </tbody>
        </table>
      )}
      {panel.branches.value && <SlotActions key={id} view={view} />}
      <SlotHistory history={history} />
    </div>
  );
}

/** Why nothing is known of what else a slot could have been. */
function whyNone({ state }: SlotView, position: number, history: readonly SlotEvent[]): string {
  if (state === 'pinned') return 'It is pinned: the model was not asked.';
  if (state === 'revealed') {
    const put = history.findLast((event) => event.position <= position && event.text !== null);
    if (put === undefined) return 'It held its token before the first step.';
    if (put.kind === 'pin') return 'It was pinned by hand: the model was not asked.';
    if (put.kind === 'edit' && put.probability !== null && !isRuled(put))
      return 'The model was asked about it once more, as about a mask; of what it said only this token is kept.';
    const why = explained(put.reason);
    // Reasons of samplers are notes, those of rules are clauses.
    return `The model was not asked what else could be here${isRuled(put) ? `: ${why}` : ` (${why})`}.`;
  }
  return position === 0
    ? 'No prediction yet: this is the canvas before the first step.'
    : 'The model was not asked about this slot in this step.';
}

interface ConsideredProps extends ConsideredToken {
  readonly slot: number;
  readonly position: number;
}

function Considered(props: ConsideredProps) {
  const { branches, plan } = usePanel();
  const { slot, token, text, pad, probability, chosen, development, position } = props;
  return (
    <tr class={chosen ? 'chosen' : undefined}>
      <th scope="row" title={pad ? undefined : text}>
        {chosen && <span class="codicon codicon-check" role="img" aria-label="in the slot" />}
        <InlineToken text={text} pad={pad} />
      </th>
      <td class="probability">
        {percent(probability)}
        <span class="bar" style={{ '--probability': probability }} aria-hidden="true" />
      </td>
      <td>
        <Development values={development} position={position} />
      </td>
      <td>
        {branches.value && (
          <IconButton
            icon="pin"
            label={`Pin ${pad ? 'the pad' : spokenToken(text)} in this slot`}
            onPress={() => plan.pin(slot, { token, text, pad })}
          />
        )}
      </td>
    </tr>
  );
}
