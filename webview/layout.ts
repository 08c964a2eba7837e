/** Where the details stand: below or beside the waterfall, or in its place. */
export interface Layout {
  mode: 'below' | 'beside' | 'page';
  /** Pixels of the panel along which waterfall and details share it, and of them those of the details. */
  whole: number;
  details: number;
  least: number;
  most: number;
}

const WIDE = 1100;
const TALL = 600;
const NARROW = 520;

/** @param share of the details in the panel as the reader set it */
export function layoutOf(panel: { width: number; height: number }, share: number | undefined): Layout {
  const { width, height } = panel;
  const part = (whole: number, usual: number, least: number, rest: number) => {
    const most = Math.max(least, whole - rest);
    return { whole, least, most, details: Math.round(Math.max(least, Math.min(most, whole * (share ?? usual)))) };
  };
  if (width > WIDE) return { mode: 'beside', ...part(width, 0.4, 320, 480) };
  if (width > NARROW && height > TALL) return { mode: 'below', ...part(height, 0.38, 160, 240) };
  return { mode: 'page', whole: height, details: height, least: height, most: height };
}
