import { homedir } from 'node:os';
import path from 'node:path';

/** Where this platform keeps what programs of the user can make again. */
export function cacheFolder(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (process.platform === 'win32') return LOCALAPPDATA || path.join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Caches');
  // A relative path is to be ignored (XDG Base Directory Specification).
  const isValid = XDG_CACHE_HOME !== undefined && path.isAbsolute(XDG_CACHE_HOME);
  return isValid ? XDG_CACHE_HOME : path.join(homedir(), '.cache');
}
