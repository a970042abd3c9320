import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Names those processes whose numbers can be told apart by this one: of this machine since it was started and, on Linux, of
 * this container. Others that share a folder have another name, also where their host name is the same.
 */
export const processSpace = onLinux() ?? hostname();

function onLinux(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}-${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`;
  } catch {
    return undefined;
  }
}
