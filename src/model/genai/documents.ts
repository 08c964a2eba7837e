import type { PlainValue } from '../plainValue.ts';
import type { RetrievedDocument } from './genai.ts';
import { decoded, isObject, listOf, member, nameOf, numberOf, present, structured, textMember } from './plain.ts';

const LISTS = ['documents', 'docs', 'results', 'matches', 'source_nodes', 'nodes', 'chunks', 'passages'];
const TEXTS = ['content', 'page_content', 'pageContent', 'text', 'document', 'long_text', 'body'];
/** What only a document has, so that a list of messages or of rows is not taken for documents. */
const TELLING = ['page_content', 'pageContent', 'score', 'similarity', 'distance', 'node', 'long_text'];

/** Documents of a list in the shapes that are sent; `undefined` where it is none. */
export function readDocuments(sent: PlainValue | undefined, isKnown = true): RetrievedDocument[] | undefined {
  const value = decoded(sent);
  const inner = LISTS.map(key => decoded(member(value, key))).find(Array.isArray);
  const list = Array.isArray(value) ? value : listOf(inner);
  // A batch of queries has one list each.
  const items = list.length === 1 && Array.isArray(list[0]) ? list[0] : list;
  const documents: RetrievedDocument[] = [];
  for (const item of items) {
    const document = readDocument(item, isKnown);
    if (document === undefined) return undefined;
    documents.push(document);
  }
  return documents.length > 0 ? documents : undefined;
}

function readDocument(sent: PlainValue, isKnown: boolean): RetrievedDocument | undefined {
  if (typeof sent === 'string') return isKnown && sent !== '' ? { text: sent } : undefined;
  // OpenInference's and LangChain's wrapping; LlamaIndex's node with its score beside it.
  const outer = member(sent, 'document') ?? member(sent, 'kwargs') ?? sent;
  const body = isObject(outer) ? outer : sent;
  const node = member(body, 'node');
  const document = isObject(node) ? node : body;
  if (!isObject(document)) return undefined;
  if (!isKnown && !TELLING.some(key => Object.hasOwn(body as object, key))) return undefined;
  const score = ['score', 'similarity', 'relevance_score', 'relevanceScore']
    .map(key => numberOf(member(body, key)) ?? numberOf(member(sent, key)))
    .find(found => found !== undefined);
  const metadata = structured(member(document, 'metadata', 'meta'));
  const found = present<RetrievedDocument>({
    id:
      nameOf(member(document, 'id', 'id_', 'doc_id', 'document_id')) ??
      textMember(metadata, 'chunk_id', 'doc_id', 'id'),
    score: score ?? numberOf(member(metadata, 'score')),
    text: textMember(document, ...TEXTS) ?? textMember(listOf(member(document, 'content'))[0], 'text'),
    metadata: isObject(metadata) && Object.keys(metadata).length > 0 ? metadata : undefined,
  });
  return Object.keys(found).length > 0 ? found : undefined;
}
