import type { FromInspector, InspectorState, ToInspector } from '../src/protocol/inspector.ts';
import { readState } from './state/savedState.ts';

/** What the editor gives a page; `acquireVsCodeApi` may be called once only. */
interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare const acquireVsCodeApi: () => EditorApi;

/** The editor as the page sees it. */
export interface Host {
  post(message: FromInspector): void;
  onMessage(listener: (message: ToInspector) => void): void;
  /** The state of an earlier life of this page, where it is readable. */
  savedState(): InspectorState | undefined;
  /** Kept by the editor even when the panel is hidden, and posted so that a restored panel finds it. */
  saveState(state: InspectorState): void;
}

export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    post: message => api.postMessage(message),
    onMessage: listener => {
      window.addEventListener('message', event => {
        const message: unknown = event.data;
        // Other frames of the editor post to the page as well; ours always carry a type.
        if (typeof message === 'object' && message !== null && 'type' in message) listener(message as ToInspector);
      });
    },
    savedState: () => readState(api.getState()),
    saveState: state => {
      api.setState(state);
      api.postMessage({ type: 'state', state } satisfies FromInspector);
    },
  };
}
