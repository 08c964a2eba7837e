import type { SiteStats } from '../collector/api.ts';
import { formatCount, formatDuration } from '../model/format.ts';

/** What several reported places say together when they lead to one line. */
export interface LineStats {
  count: number;
  errors: number;
  /** The median weighed by count: exact for one place, near enough for several spellings of one. */
  medianMs: number;
}

export function mergeSites(sites: readonly SiteStats[]): LineStats {
  const count = sites.reduce((sum, site) => sum + site.count, 0);
  const errors = sites.reduce((sum, site) => sum + site.errors, 0);
  const byMedian = [...sites].sort((a, b) => (a.medianNano < b.medianNano ? -1 : a.medianNano > b.medianNano ? 1 : 0));
  let seen = 0;
  for (const site of byMedian) {
    seen += site.count;
    if (seen * 2 >= count) return { count, errors, medianMs: Number(site.medianNano) / 1e6 };
  }
  return { count, errors, medianMs: 0 };
}

export const LENS_TOOLTIP =
  'Spans that name this line. The time is the median of the newest spans. A click lists them.';

/** `▸ 34 spans · 12 ms · 2 errors` */
export function lensText({ count, errors, medianMs }: LineStats): string {
  const parts = [`▸ ${formatCount(count)} span${count === 1 ? '' : 's'}`, formatDuration(medianMs)];
  if (errors > 0) parts.push(`${formatCount(errors)} error${errors === 1 ? '' : 's'}`);
  return parts.join(' · ');
}
