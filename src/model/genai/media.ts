import type { PlainValue } from '../plainValue.ts';
import type { Part } from './genai.ts';
import { isObject, member, present, textMember } from './plain.ts';

type Media = Extract<Part, { type: 'media' }>;

/** Types of parts that are media, and the modality they mean; '' where the MIME type or another field says it. */
export const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['image', 'image'],
  ['image_url', 'image'],
  ['input_image', 'image'],
  ['input_audio', 'audio'],
  ['audio', 'audio'],
  ['audio_url', 'audio'],
  ['video', 'video'],
  ['video_url', 'video'],
  ['document', 'document'],
  ['document_url', 'document'],
  ['input_file', 'document'],
  ['file', ''],
  ['blob', ''],
  ['uri', ''],
  ['binary', ''],
  ['media', ''],
]);

/** Fields that hold the content one level down, each as some sender nests it. */
const NESTED = [
  'image_url',
  'input_audio',
  'source',
  'inline_data',
  'inlineData',
  'file_data',
  'fileData',
  'image',
  'media',
  'file',
  'audio',
  'video',
  'document',
];

/** The media that a part holds, in any of the shapes that are sent. `modality` is what the part's type says. */
export function readMedia(part: PlainValue, modality: string): Media {
  let data: string | undefined;
  let url: string | undefined;
  let mimeType: string | undefined;
  let format: string | undefined;
  let named: string | undefined;
  let level: PlainValue | undefined = part;
  // Image of image of url, as OpenInference has it, is the deepest there is.
  for (let depth = 0; depth < 4 && level !== undefined; depth++) {
    if (typeof level === 'string') {
      if (/^(?:data:|https?:|gs:|s3:|file:)/.test(level.slice(0, 8))) url ??= level;
      else data ??= level;
      break;
    }
    const found: PlainValue = level;
    mimeType ??= textMember(found, 'mime_type', 'mimeType', 'media_type', 'mediaType', 'contentType');
    format ??= textMember(found, 'format');
    named ??= textMember(found, 'modality');
    url ??= textMember(found, 'url', 'uri', 'fileUri', 'file_uri', 'file_url');
    data ??= textMember(found, 'data', 'content', 'bytes', 'base64', 'file_data');
    level = NESTED.map(key => member(found, key)).find(inner => isObject(inner) || typeof inner === 'string');
  }
  // A place that only the sender's backend knows.
  const token = /^@@@langfuseMedia:type=([\w/+.-]{3,60})\|/.exec(url ?? data ?? '')?.[1];
  if (token !== undefined) [url, data, mimeType] = [undefined, undefined, token];
  const inline = url === undefined ? data : url;
  const ofUrl = /^data:([^;,]*)[^,]{0,100};base64,/.exec(inline?.slice(0, 300) ?? '')?.[1];
  if (inline !== undefined && ofUrl !== undefined) {
    mimeType ??= ofUrl || undefined;
    data = inline.slice(inline.indexOf(',') + 1);
    url = undefined;
  }
  const what = modality || mimeType?.split('/')[0] || named || 'file';
  if (mimeType === undefined && format !== undefined && /^\w{2,5}$/.test(format)) mimeType = `${what}/${format}`;
  return present<Media>({ type: 'media', modality: modalityOf(what), mimeType, data: data || undefined, url });
}

function modalityOf(what: string): string {
  return what === 'application' || what === 'text' ? 'document' : what;
}
