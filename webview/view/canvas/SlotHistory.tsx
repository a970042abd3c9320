import type { SlotEvent } from '../../state/inspection';
import { explained } from '../../state/reasons';
import { percent } from '../format';
import { usePanel } from '../panelContext';
import { InlineToken } from './InlineToken';

const words: Readonly<Record<SlotEvent['kind'], { verb: string; icon: string }>> = {
  reveal: { verb: 'revealed', icon: 'eye' },
  remask: { verb: 'remasked', icon: 'discard' },
  edit: { verb: 'replaced by', icon: 'edit' },
  insert: { verb: 'inserted', icon: 'add' },
  delete: { verb: 'deleted', icon: 'trash' },
  pin: { verb: 'pinned', icon: 'pin' },
  unpin: { verb: 'released', icon: 'pinned' },
};

/** What happened to a slot, when and why; a press shows that step. */
export function SlotHistory({ history }: { readonly history: readonly SlotEvent[] }) {
  const panel = usePanel();
  const position = panel.position.value;
  if (history.length === 0) return <p class="note">Nothing has happened to this slot yet.</p>;
  return (
    <ol class="history" aria-label="What happened to this slot">
      {history.map((event) => {
        const { verb, icon } = words[event.kind];
        return (
          <li
            key={`${event.position}-${event.kind}`}
            class={`event event-${event.kind} ${event.position > position ? 'event-later' : ''}`}
          >
            <button
              type="button"
              aria-current={event.position === position ? 'step' : undefined}
              onClick={() => {
                panel.playback.pause();
                panel.seek(event.position);
              }}
            >
              <span class={`codicon codicon-${icon}`} aria-hidden="true" />
              <span class="event-step">Step {event.position}</span>
              <span class="event-what">
                {verb}
                {event.text !== null && (
                  <>
                    {' '}
                    <InlineToken text={event.text} pad={event.pad} />
                  </>
                )}
                {event.probability !== null && `, ${percent(event.probability)} probable`}
                <span class="event-reason">{explained(event.reason)}</span>
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
