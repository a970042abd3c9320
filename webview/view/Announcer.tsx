import { usePanel } from './panelContext';

/** Tells a screen reader of milestones, when it has nothing more urgent to say. */
export function Announcer() {
  const { announcement } = usePanel();
  return (
    <p class="visually-hidden" role="status" aria-live="polite">
      {announcement.value}
    </p>
  );
}
