import type { DoctorView, FromDoctor, ToDoctor } from '../../src/protocol/doctor.ts';

declare const acquireVsCodeApi: () => { postMessage(message: unknown): void; setState(state: unknown): void };

/** The editor as this page sees it. */
export interface DoctorHost {
  post(message: FromDoctor): void;
  onView(listener: (view: DoctorView) => void): void;
}

export function connectDoctor(): DoctorHost {
  const api = acquireVsCodeApi();
  // A page without a state is not restored after a reload.
  api.setState({ version: 1 });
  return {
    post: message => api.postMessage(message),
    onView: listener => {
      window.addEventListener('message', event => {
        const message: unknown = event.data;
        // Other frames of the editor post to the page as well.
        if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'view') {
          listener((message as ToDoctor).view);
        }
      });
    },
  };
}
