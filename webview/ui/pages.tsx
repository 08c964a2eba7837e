import { useState } from 'preact/hooks';
import { formatCount } from '../../src/model/format.ts';

/** Programs may send any number of anything; so many are drawn without being asked. */
const PAGE = 200;

/** How much of a long list is drawn, and the way to more. */
export function usePages(): { shown: number; more(): void } {
  const [shown, setShown] = useState(PAGE);
  return { shown, more: () => setShown(shown + 5 * PAGE) };
}

interface MoreButtonProps {
  /** How many are not drawn. */
  left: number;
  what: string;
  onClick(): void;
}

export function MoreButton({ left, what, onClick }: MoreButtonProps) {
  if (left <= 0) return null;
  return (
    <button type="button" class="link" onClick={onClick}>
      {formatCount(left)} more {what}
    </button>
  );
}
