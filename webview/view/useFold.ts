import type { JSX } from 'preact';
import { usePanel } from './panelContext';

/** Whether a part of the panel is open, as it was left; `name` is what that is remembered under. */
export function useFold(name: string, initiallyOpen: boolean) {
  const { sections } = usePanel();
  const open = sections.value[name] ?? initiallyOpen;
  return {
    open,
    onToggle: (event: JSX.TargetedEvent<HTMLDetailsElement>) => {
      const now = event.currentTarget.open;
      if (now !== open) sections.value = { ...sections.value, [name]: now };
    },
  };
}
