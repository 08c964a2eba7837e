/** Calls back when the editor's theme changes: it rewrites the classes of the body and the variables of the page. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return () => observer.disconnect();
}

/** Sizes that follow the editor's font, in pixels. */
export interface Sizes {
  rowHeight: number;
  /** Of the labels on the time axis. */
  labelSize: number;
  indent: number;
}

/** 24 pixels a row at the editor's default font size of 14; never so low that icons of 16 pixels touch. */
export function readSizes(): Sizes {
  const style = getComputedStyle(document.documentElement);
  const editor = Number.parseFloat(style.getPropertyValue('--vscode-editor-font-size')) || 14;
  const rowHeight = Math.max(20, Math.round((editor * 12) / 7));
  return { rowHeight, labelSize: Math.max(10, editor * 0.82), indent: Math.round(rowHeight * 0.58) };
}
