import { FailureError } from '../errors';

/**
 * For a file that cannot be read or written: `readFile(path).catch(cannot('read', path))`.
 *
 * @throws {FailureError} naming the file, with the file system's reason in words.
 */
export function cannot(
  verb: 'read' | 'write',
  path: string,
): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw new FailureError(`Cannot ${verb} ${path}: ${reason(verb, error)}.`);
  };
}

function reason(verb: 'read' | 'write', error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return verb === 'read' ? 'there is no such file or folder' : 'its folder does not exist';
    case 'EEXIST':
      return 'a file has that name';
    case 'EISDIR':
      return 'it is a folder';
    case 'ENOTDIR':
      return 'a part of its path is a file';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'its file system is read-only';
    case 'ENOSPC':
      return 'no space is left there';
    default:
      return error.message;
  }
}
