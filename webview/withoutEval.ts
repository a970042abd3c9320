import { config } from 'zod';

// The page's policy forbids code made from strings, which is how zod would otherwise compile schemas. This must be
// imported before any file that declares one.
config({ jitless: true });
