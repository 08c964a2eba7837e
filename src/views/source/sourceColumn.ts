/**
 * The editor column to show source in, beside a panel in `panel` (columns count from 1). The last text editor's column
 * where that is another one; else the column left of the panel, or right of it where there is none.
 */
export function sourceColumn(panel: number | undefined, editor: number | undefined): number | undefined {
  if (panel === undefined || panel < 1) return editor;
  if (editor !== undefined && editor >= 1 && editor !== panel) return editor;
  return panel > 1 ? panel - 1 : panel + 1;
}
