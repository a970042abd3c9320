import { Fragment } from 'preact';
import { useRef } from 'preact/hooks';
import { firstLines, lastLines } from '../../../src/diffusion/trace/excerpt';
import { foldBetween } from '../../state/foldBetween';
import { verticalNeighbour } from '../../state/neighbours';
import type { Panel } from '../../state/panel';
import { usePanel } from '../panelContext';
import { CodeLines } from './CodeLines';
import { useHeldSlot } from './heldSlot';
import { LeftOutTag } from './LeftOutTag';
import { Slot } from './Slot';

/** The text around the spans and the slots in them, laid out as the code they are. */
export function Canvas() {
  const panel = usePanel();
  const root = useRef<HTMLDivElement>(null);
  const header = panel.header.value;
  useHeldSlot(root, panel);
  if (header === null) return null;
  const { before, between, after } = header.excerpt;
  const spans = panel.spans.value;
  const left = panel.leftBefore.value;
  const leftOut = panel.leftOut.value;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the options in it take the focus, this only listens for all.
    <div
      ref={root}
      class="canvas"
      onFocusIn={(event) => {
        const id = slotOf(event.target);
        if (id !== null) panel.selected.value = id;
      }}
      onKeyDown={(event) => onKey(event, panel, root.current)}
    >
      <code>
        <span class="context">
          <CodeLines text={lastLines(before) + (left[0] ?? '')} />
        </span>
        {spans.map((ids, index) => (
          <Fragment key={index}>
            {index > 0 && <Between text={between[index - 1] ?? ''} left={left[index] ?? ''} />}
            {leftOut.has(index) && <LeftOutTag />}
            <span
              class="span"
              role="listbox"
              aria-orientation="horizontal"
              aria-label={nameOfSpan(index, spans.length, leftOut.has(index))}
            >
              {ids.map((id) => (
                <Slot key={id} id={id} />
              ))}
            </span>
          </Fragment>
        ))}
        <span class="context">
          <CodeLines text={firstLines(after)} continues />
        </span>
      </code>
    </div>
  );
}

function nameOfSpan(index: number, of: number, isLeftOut: boolean): string {
  const name = of > 1 ? `Slots of span ${index + 1}` : 'Slots';
  return isLeftOut ? `${name}, left out` : name;
}

/** @param left see `Panel.leftBefore`, of the span behind */
function Between({ text, left }: { readonly text: string; readonly left: string }) {
  const between = foldBetween(text);
  if (between.kind === 'whole')
    return (
      <span class="context">
        <CodeLines text={between.text + left} continues />
      </span>
    );
  return (
    <span class="context">
      <CodeLines text={between.start} continues />
      <span class="fold">{between.lines === null ? '⋯' : `⋯ ${between.lines} lines ⋯`}</span>
      <CodeLines text={between.end + left} />
    </span>
  );
}

function slotOf(target: EventTarget | null): number | null {
  const slot = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-slot]') : null;
  return slot === null ? null : Number(slot.dataset.slot);
}

function onKey(event: KeyboardEvent, panel: Panel, root: HTMLElement | null): void {
  if (root === null || event.ctrlKey || event.metaKey || event.altKey) return;
  const slots = [...root.querySelectorAll<HTMLElement>('[data-slot]')];
  const from = slots.indexOf(event.target as HTMLElement);
  const to = destination(event.key, slots, from);
  if (to !== null) {
    slots[to]?.focus();
    event.preventDefault();
  } else if (from >= 0 && changeSlot(event.key, panel, slotOf(event.target))) {
    event.preventDefault();
  } else if (event.key === ' ') {
    panel.playback.toggle();
    event.preventDefault();
  }
}

/** `p` pins a slot to what it holds, `Delete` or `Backspace` remasks it; Escape leaves it as it is. */
function changeSlot(key: string, { plan, views }: Panel, id: number | null): boolean {
  const view = id === null ? undefined : views.peek().get(id);
  if (view === undefined) return false;
  if (key === 'p' && view.state !== 'masked') plan.pin(view.id, view);
  else if ((key === 'Delete' || key === 'Backspace') && view.state !== 'masked')
    plan.remask(view.id);
  else if (key === 'Escape' && plan.changes.peek().has(view.id)) plan.drop(view.id);
  else return false;
  return true;
}

function destination(key: string, slots: readonly HTMLElement[], from: number): number | null {
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'ArrowRight':
      return Math.min(slots.length - 1, from + 1);
    case 'Home':
      return 0;
    case 'End':
      return slots.length - 1;
    case 'ArrowUp':
    case 'ArrowDown': {
      const boxes = slots.map((slot) => slot.getClientRects()[0] ?? slot.getBoundingClientRect());
      return verticalNeighbour(boxes, from, key === 'ArrowUp' ? -1 : 1) ?? from;
    }
    default:
      return null;
  }
}
