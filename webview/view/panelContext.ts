import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Panel } from '../state/panel';

export const PanelContext = createContext<Panel | null>(null);

/** The panel a view belongs to. */
export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (panel === null) throw new Error('A view was rendered outside of the panel.');
  return panel;
}
