/**
 * Browsers stop making elements taller somewhere between 17 and 33 million pixels. Above this height the scroll
 * position stands for a place in the rows instead of being it.
 */
const TALLEST = 8_000_000;

/** Between the scroll position of the element and the place in the rows, both in pixels from the top. */
export interface ScrollMap {
  /** Height of the element that is scrolled. */
  height: number;
  /** Pixels of rows for one pixel of scrolling; 1 unless the rows are too tall. */
  ratio: number;
  toPlace(scrollTop: number): number;
  toScrollTop(place: number): number;
}

/** @param content height of all rows, @param viewport height of the part that is seen */
export function createScrollMap(content: number, viewport: number): ScrollMap {
  const height = Math.min(content, TALLEST);
  const ratio = height < content ? (content - viewport) / (height - viewport) : 1;
  return {
    height,
    ratio,
    toPlace: scrollTop => scrollTop * ratio,
    toScrollTop: place => Math.max(0, Math.min(place, content - viewport)) / ratio,
  };
}
