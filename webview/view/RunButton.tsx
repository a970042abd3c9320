import { Button } from '../toolkit';
import { usePanel } from './panelContext';

interface RunButtonProps {
  readonly appearance?: 'primary' | 'secondary';
}

/**
 * Starts a run with the present knobs: on the same spans, or where they are gone, on the editor's selection. Stops it while
 * it runs, so that the keyboard's focus stays where it was.
 */
export function RunButton({ appearance = 'primary' }: RunButtonProps) {
  const panel = usePanel();
  if (panel.running.value)
    return (
      <Button appearance="secondary" icon="debug-stop" onPress={() => panel.post({ kind: 'stop' })}>
        Stop
      </Button>
    );
  const again = panel.place.value !== null;
  return (
    <Button
      appearance={appearance}
      icon={again ? 'refresh' : 'sparkle'}
      disabled={panel.knobs.error.value !== null}
      title={
        again
          ? 'Run again on the same spans with these knobs'
          : 'The spans are gone: infill what is selected in the editor, with these knobs'
      }
      onPress={() => panel.post({ kind: 'run' })}
    >
      {again ? 'Run again' : 'Infill selection'}
    </Button>
  );
}
