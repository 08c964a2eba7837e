import { StoreView } from '../../src/collector/storeView.ts';
import type { TraceId } from '../../src/model/ids.ts';
import type { DecodedTrace } from './naiveSearch.ts';

/** Each trace of these that is stored, with all of its spans and logs. */
export function decodedTraces(folder: string, ids: readonly TraceId[]): DecodedTrace[] {
  const view = new StoreView([folder]);
  try {
    return ids.flatMap(id => {
      const content = view.trace(id);
      return content ? [{ summary: view.summary(id)!, spans: content.spans(), logs: content.logs() }] : [];
    });
  } finally {
    view.close();
  }
}
