import { samplerSettings, searchSettings } from './knobSettings';
import { contextSettings, engineSettings, runSettings } from './otherSettings';
import type { Properties } from './properties';

/** A group of settings, as the settings editor shows them. */
interface SettingsGroup {
  readonly title: string;
  readonly order: number;
  readonly properties: Properties;
}

/**
 * `contributes.configuration` of package.json, made from the schemas that check the settings.
 *
 * @param written what is there: settings that no schema knows of are kept, before those of the engine
 */
export function settingsContributions(written: readonly SettingsGroup[]): SettingsGroup[] {
  const groups: Record<string, Properties> = {
    Run: runSettings(),
    Sampler: samplerSettings(),
    Search: searchSettings(),
    Context: contextSettings(),
    Engine: engineSettings(),
  };
  const made = new Set(Object.values(groups).flatMap((properties) => Object.keys(properties)));
  const kept = written
    .flatMap(({ properties }) => Object.entries(properties))
    .filter(([name]) => !made.has(name));
  groups.Engine = { ...Object.fromEntries(kept), ...groups.Engine };
  return Object.entries(groups).map(([title, properties], group) => ({
    title,
    order: group + 1,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property], index) => [
        name,
        { ...property, order: index + 1 },
      ]),
    ),
  }));
}
