import type { SlotView } from '../../state/slotViews';
import { SlotText, slotLook } from './Slot';

const sample = (view: Partial<SlotView>): SlotView => ({
  id: 0,
  span: 0,
  state: 'revealed',
  token: 0,
  text: 'token',
  pad: false,
  change: null,
  confidence: 0.97,
  ...view,
});

const samples: readonly [view: SlotView, meaning: string][] = [
  [sample({ state: 'masked', confidence: 0.55 }), 'Mask; it fills up as its best guess grows sure'],
  [sample({}), 'Revealed, 90 % and more sure'],
  [sample({ confidence: 0.8 }), '70 % and more'],
  [sample({ confidence: 0.55 }), '40 % and more'],
  [sample({ confidence: 0.2 }), 'Less than 40 %'],
  [sample({ change: 'reveal' }), 'Revealed in this step'],
  [sample({ state: 'masked', change: 'remask', confidence: 0.3 }), 'Remasked in this step'],
  [sample({ state: 'pinned', confidence: null }), 'Pinned: never changes'],
  [sample({ pad: true }), 'Pad: a surplus slot, deleted from the fill'],
];

/** Marks that a slot gets from elsewhere than its own view. */
const marked = [
  {
    mark: { 'data-left-out': 'true' },
    view: sample({}),
    meaning: 'Left out: accepting leaves the code there as it is',
  },
  {
    mark: { 'data-differs': 'true' },
    view: sample({ confidence: 0.2 }),
    meaning: 'Not the same in the run compared with',
  },
];

const keys: readonly [keys: readonly string[], meaning: string][] = [
  [['←', '→', '↑', '↓'], 'Inspect another slot'],
  [['p', 'Delete', 'Esc'], 'Pin the slot in the next branch, remask it, leave it as it is'],
  [[',', '.'], 'Step back, step forward'],
  [['Space'], 'Play and pause'],
];

/** What the marks on the canvas mean. */
export function Legend() {
  return (
    <div class="legend">
      <ul>
        {samples.map(([view, meaning]) => (
          <li key={meaning}>
            <code aria-hidden="true">
              <span class="slot" {...slotLook(view)}>
                <SlotText view={view} />
              </span>
            </code>
            <span>{meaning}</span>
          </li>
        ))}
        {marked.map(({ mark, view, meaning }) => (
          <li key={meaning}>
            <code aria-hidden="true">
              <span class="slot" {...mark} {...slotLook(view)}>
                <SlotText view={view} />
              </span>
            </code>
            <span>{meaning}</span>
          </li>
        ))}
      </ul>
      <ul>
        {keys.map(([names, meaning]) => (
          <li key={meaning}>
            <span>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </span>
            <span>{meaning}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
