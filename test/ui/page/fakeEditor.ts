/**
 * Stands where the editor stands, in the browser: answers the page's messages from one of the test traces, records them,
 * and keeps the page's state as `setState` does. Bundled and served by pageServer.ts.
 */
import type { TraceColumns } from '../../../src/model/columns.ts';
import type { FromInspector, ToInspector } from '../../../src/protocol/inspector.ts';
import { readGiven } from './given.ts';
import { detailsOf, locationOf } from './spanDetails.ts';
import { THEME, type ThemeName } from './themes.ts';
import { columnsOf, type TraceName, titleOf } from './traces.ts';

/** What tests reach as `window.editor`. */
export interface FakeEditor {
  posted: FromInspector[];
  /** How the next requests for details are answered. */
  mode: 'answer' | 'fail' | 'silent' | 'absent';
  send(message: ToInspector): void;
  sendTrace(spans?: number, select?: string, adjustClocks?: boolean): void;
  setTheme(theme: ThemeName): void;
  /** Milliseconds from the trace being sent to the next two frames. */
  firstPaintMs: Promise<number>;
}

declare const window: EventTarget & { editor: FakeEditor; acquireVsCodeApi: () => unknown };
declare const document: {
  documentElement: { style: { setProperty(name: string, value: string): void }; removeAttribute(name: string): void };
  body: { className: string };
};
declare const location: { search: string };
declare const sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void };
declare function requestAnimationFrame(callback: () => void): void;

const asked = new URLSearchParams(location.search);
const name = (asked.get('trace') ?? 'shop') as TraceName;
const spans = asked.has('spans') ? Number(asked.get('spans')) : undefined;
const given = readGiven();
let columns: TraceColumns = given?.columns ?? columnsOf(name, spans);
let painted: (ms: number) => void = () => {};

const editor: FakeEditor = {
  posted: [],
  mode: asked.has('silent') ? 'silent' : 'answer',
  send: message => {
    // As a message of another frame: a copy, and later.
    setTimeout(() => window.dispatchEvent(new MessageEvent('message', { data: structuredClone(message) })), 2);
  },
  sendTrace: (spans, select, adjustClocks = false) => {
    columns = columnsOf(name, spans);
    editor.send({
      type: 'trace',
      columns,
      name: titleOf(name),
      receivedAt: 0,
      adjustClocks,
      ...(select && { select }),
    });
  },
  setTheme: theme => {
    document.documentElement.removeAttribute('style');
    for (const [key, value] of Object.entries(THEME[theme].variables)) {
      document.documentElement.style.setProperty(`--vscode-${key}`, value);
    }
    document.body.className = THEME[theme].bodyClass;
  },
  firstPaintMs: new Promise(resolve => {
    painted = resolve;
  }),
};

function receive(message: FromInspector): void {
  editor.posted.push(message);
  if (message.type === 'ready' && !asked.has('loading')) {
    const data = structuredClone({ type: 'trace', columns, name: given ? 'given' : titleOf(name), receivedAt: 0 });
    const start = performance.now();
    window.dispatchEvent(new MessageEvent('message', { data }));
    requestAnimationFrame(() => requestAnimationFrame(() => painted(performance.now() - start)));
  }
  if (message.type !== 'details' || editor.mode === 'silent') return;
  const { request, spanId } = message;
  const details = given ? given.details.find(each => each.spanId === spanId) : detailsOf(columns, spanId);
  if (editor.mode === 'fail') {
    editor.send({ type: 'failed', request, message: 'The store is busy with another window. Try again in a moment.' });
  } else if (editor.mode === 'absent' || !details) editor.send({ type: 'details', request });
  else editor.send({ type: 'details', request, details, ...(!given && { location: locationOf(columns, spanId) }) });
}

window.editor = editor;
let acquired = false;
window.acquireVsCodeApi = () => {
  if (acquired) throw new Error('acquireVsCodeApi may be called once only.');
  acquired = true;
  return {
    postMessage: (message: FromInspector) => receive(structuredClone(message)),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
  };
};
editor.setTheme((asked.get('theme') ?? 'dark') as ThemeName);
