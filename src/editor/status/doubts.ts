import { counted } from '../../diffusion/counted';
import type { Doubt } from '../../engine/client';

/** What the user is told of doubts about a fill that is asked for, in sentences; null where there are none. */
export function warningOf([doubt]: readonly Doubt[]): string | null {
  switch (doubt?.kind) {
    case undefined:
      return null;
    case 'tooLarge': {
      const tokens = counted(doubt.slots, 'token');
      return `${doubt.text.length} characters are selected, and the fill that is to replace all of them has at most ${tokens}. Look before you accept it; select less for a fill that fits.`;
    }
    case 'nothingAround':
      return 'There is nothing but white space around what is being filled, so the model can only guess: it goes by the code before and after. Leave some there, or write a comment above that says what is wanted.';
  }
}
