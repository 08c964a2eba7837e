import { Command } from '../../contributions.ts';
import { ENDPOINT_VARIABLE } from '../../environment/endpointVariable.ts';
import type { PortHolder } from '../../receiver/portHolder.ts';
import type { DoctorFacts } from './facts.ts';
import { commandAction, type Finding, settingAction } from './finding.ts';

const PORT_SETTING = 'spanside.receiver.port';
const section = 'listening' as const;
/** Closes the ports and opens them again; no command of the editor. */
export const RETRY_PORT = 'retryPort';

/** Whether there is a port to send to, and who has the one that was wanted. */
export function checkListening({ receiver }: DoctorFacts): Finding[] {
  const { state, wanted, holders } = receiver;
  const holderOf = (port: number) => holders.find(holder => holder.port === port);
  switch (state.phase) {
    case 'off':
      return [
        {
          id: 'listening.off',
          section,
          severity: 'problem',
          likelihood: 100,
          title: 'The receiver is off',
          detail: receiver.enabled
            ? 'It was stopped in this window: no program can send here.'
            : 'The setting spanside.receiver.enabled turns it off: no program can send here.',
          cure: 'Start the receiver.',
          actions: receiver.enabled
            ? [commandAction('Start Receiver', Command.startReceiver, 'play-circle')]
            : [
                commandAction('Start Receiver', Command.startReceiver, 'play-circle'),
                settingAction('spanside.receiver.enabled'),
              ],
        },
      ];
    case 'failed':
      return [
        {
          id: 'listening.failed',
          section,
          severity: 'problem',
          likelihood: 100,
          title: 'The receiver could not be started',
          detail: state.message,
          cure: 'Cure what the sentence says, then start the receiver.',
          actions: [
            commandAction('Start Receiver', Command.startReceiver, 'play-circle'),
            settingAction(PORT_SETTING),
            commandAction('Show Log', Command.showLog, 'output'),
          ],
        },
      ];
    case 'waiting':
      return [takenFinding(state.port, holderOf(state.port), 'problem', undefined)];
    case 'listening':
      return state.taken.map(port =>
        // Of a window's two ports the second may be another program's.
        state.byWindow && (port === wanted || holderOf(port)?.isSpanside !== false)
          ? otherWindow(port, state.main.url)
          : takenFinding(port, holderOf(port), port === wanted ? 'problem' : 'info', state.main.url),
      );
  }
}

/** A window that hands over what belongs to this one. */
function otherWindow(port: number, url: string): Finding {
  return {
    id: 'listening.otherWindow',
    section,
    severity: 'info',
    likelihood: 35,
    subject: String(port),
    title: `Port ${port} is served by another window`,
    detail: `It hands over what programs in the folders of this window send there. This window listens on ${url} as well.`,
    cure: `A program elsewhere, whose spans do not come, wants ${ENDPOINT_VARIABLE} or a new terminal of this window.`,
    actions: [commandAction('Copy Endpoint', Command.copyEndpoint, 'copy')],
    snippets: [{ title: 'Send to this window', text: `${ENDPOINT_VARIABLE}=${url}` }],
  };
}

/** A port that somebody else has; `url` is where this window listens instead. */
function takenFinding(
  port: number,
  holder: PortHolder | undefined,
  severity: Finding['severity'],
  url: string | undefined,
): Finding {
  const ours = holder?.isSpanside === true;
  const who = holderName(holder);
  const instead =
    url === undefined ? 'Spanside tries again, then takes a free port.' : `This window listens on ${url}.`;
  return {
    id: 'listening.taken',
    section,
    severity,
    likelihood: 90,
    subject: String(port),
    title: `Port ${port} is held by ${who}`,
    detail: `What programs send to port ${port} goes there, not here. ${instead}`,
    cure: ours
      ? `Use that window, or close it: this one takes the port then. Or start the program from a new terminal of this window, which is told where to send, or set ${ENDPOINT_VARIABLE}.`
      : `Stop that program, then try the port again; or choose another port; or set ${ENDPOINT_VARIABLE} for your program.`,
    actions: [
      ...(url === undefined
        ? []
        : [
            commandAction('Try the Port Again', RETRY_PORT, 'refresh'),
            commandAction('Copy Endpoint', Command.copyEndpoint, 'copy'),
          ]),
      settingAction(PORT_SETTING),
    ],
    snippets: url === undefined ? [] : [{ title: 'Send to this window', text: `${ENDPOINT_VARIABLE}=${url}` }],
  };
}

function holderName(holder: PortHolder | undefined): string {
  const { pid, program } = holder ?? {};
  const number = pid === undefined ? '' : ` (process ${pid})`;
  if (holder?.isSpanside) return `another Spanside${program === undefined ? '' : `, in ${program}`}${number}`;
  return program === undefined ? `another program${number}` : `${program}${number}`;
}
