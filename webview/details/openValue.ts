import type { ViewAttribute, ViewValue } from '../../src/model/viewValue.ts';
import type { SpanDetails } from '../../src/protocol/details.ts';
import type { Inspector } from '../state/inspector.ts';

/**
 * What opens a value of one of the span's lists as a document. A value is found by what it is, not by where it is drawn:
 * lists are searched, sorted and shown in part.
 *
 * @param list as a place of a value names it, for example `attributes` or `events/3`
 */
export function valueOpener(
  page: Inspector,
  details: SpanDetails,
  list: string,
  attributes: readonly ViewAttribute[],
): (value: ViewValue) => void {
  return value => {
    const at = attributes.findIndex(attribute => attribute.value === value);
    const { spanId } = details;
    page.post(at < 0 ? { type: 'openRaw', spanId } : { type: 'openValue', spanId, place: `${list}/${at}` });
  };
}
