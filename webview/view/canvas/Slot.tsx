import { useComputed } from '@preact/signals';
import type { PlannedChange } from '../../state/branchPlan';
import type { SlotView } from '../../state/slotViews';
import { spokenToken } from '../../state/tokenPieces';
import { percent } from '../format';
import { usePanel } from '../panelContext';
import { TokenText } from './TokenText';

/** One slot of the canvas; drawn again only when its own view changes. */
export function Slot({ id }: { readonly id: number }) {
  const panel = usePanel();
  const viewed = useComputed(() => panel.views.value.get(id));
  const view = viewed.value;
  const selected = useComputed(() => panel.selected.value === id).value;
  const planned = useComputed(() => panel.plan.changes.value.get(id)).value;
  const leftOut = useComputed(() => panel.leftOut.value.has(viewed.value?.span ?? -1)).value;
  const tabStop = useComputed(() => panel.tabStop.value === id);
  if (view === undefined) return null;
  return (
    <span
      class="slot"
      role="option"
      aria-selected={selected}
      aria-label={describe(view, planned, leftOut)}
      tabIndex={tabStop.value ? 0 : -1}
      data-slot={id}
      data-planned={planned?.change.kind}
      data-left-out={leftOut ? 'true' : undefined}
      {...slotLook(view)}
    >
      {planned?.change.kind === 'pin' ? (
        !planned.pad && <TokenText text={planned.text ?? ''} />
      ) : (
        <SlotText view={view} />
      )}
    </span>
  );
}

/** The attributes the style sheet draws a slot from. */
export function slotLook(view: SlotView) {
  const { state, pad, change, confidence } = view;
  return {
    'data-state': pad ? 'pad' : state,
    'data-change': change ?? undefined,
    'data-confidence': confidence === null ? undefined : confidenceLevel(confidence),
    style: { '--confidence': confidence ?? 0 },
  };
}

export function SlotText({ view }: { readonly view: SlotView }) {
  if (view.state === 'masked' || view.pad) return null;
  return <TokenText text={view.text} />;
}

/** Four levels, each with its own underline. */
function confidenceLevel(confidence: number): 'sure' | 'likely' | 'unsure' | 'doubtful' {
  if (confidence >= 0.9) return 'sure';
  if (confidence >= 0.7) return 'likely';
  return confidence >= 0.4 ? 'unsure' : 'doubtful';
}

const changes = {
  reveal: 'just revealed',
  remask: 'just remasked',
  edit: 'just replaced',
  insert: 'just inserted',
  delete: 'just deleted',
  pin: 'just pinned',
  unpin: 'just released',
};

const plans = {
  pin: 'in the branch pinned to',
  remask: 'in the branch remasked',
  unpin: 'in the branch released',
};

const spokenPlan = ({ text, pad }: PlannedChange) => (pad ? 'the pad' : spokenToken(text ?? ''));

function describe(view: SlotView, planned: PlannedChange | undefined, leftOut: boolean): string {
  const { state, pad, text, change, confidence } = view;
  const what = state === 'masked' ? 'mask' : pad ? 'pad, deleted' : spokenToken(text);
  const parts = [what];
  if (leftOut) parts.push('left out');
  if (state === 'pinned') parts.push('pinned');
  if (change !== null) parts.push(changes[change]);
  if (confidence !== null) {
    parts.push(`${state === 'masked' ? 'best guess ' : ''}${percent(confidence)}`);
  }
  if (planned !== undefined)
    parts.push(`${plans[planned.change.kind]} ${spokenPlan(planned)}`.trim());
  return parts.join(', ');
}
