import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { Panel } from '../../state/panel';

/**
 * Keeps the keyboard on the slot inspected or, where the step shown lacks it, on the last of its span, or else of all, until
 * another step has it again.
 */
export function useHeldSlot(canvas: RefObject<HTMLElement>, { selected }: Panel): void {
  const focused = document.activeElement;
  const span = canvas.current?.contains(focused) ? focused?.closest('.span') : undefined;
  useLayoutEffect(() => {
    if (!span || !canvas.current) return;
    const slots = [...canvas.current.querySelectorAll<HTMLElement>('[data-slot]')];
    const inspected = selected.peek();
    const slot =
      slots.find(({ dataset }) => dataset.slot === String(inspected)) ??
      slots.findLast((each) => span.contains(each)) ??
      slots.at(-1);
    if (slot === document.activeElement) return;
    slot?.focus({ preventScroll: true });
    // The slot that lends its place is not inspected for that.
    selected.value = inspected;
  });
}
