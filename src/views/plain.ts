import { oneLine } from '../model/text.ts';

/** Reported text in a place that draws `$(icon)` as an icon. */
export function plain(text: string, max = 120): string {
  return oneLine(text, max).replaceAll('$(', '$\u200B(');
}
