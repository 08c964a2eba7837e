import type { ReceiverCounts, ReceiverState } from '../collector/api.ts';
import { formatCount } from '../model/format.ts';
import { oneLine } from '../model/text.ts';
import { isLoopbackHost } from '../receiver/addresses.ts';
import { plural } from './traces/labels.ts';

export interface StatusText {
  text: string;
  /** Lines of plain text. */
  tooltip: string[];
  level: 'normal' | 'warning' | 'error';
  /** For screen readers. */
  spoken: string;
}

/** Which programs are told where to send as they start. */
export interface Told {
  terminals: boolean;
  debugSessions: boolean;
}

const WANTED_BY_DEFAULT = [4318, 4317];

/** What the status item says of. */
export interface StatusView {
  /** False until the receiver has answered. */
  started: boolean;
  traces: number;
  counts: ReceiverCounts;
  /** Whether requests were refused that nobody has looked at. */
  unseen: boolean;
  /** The port of the settings. */
  wanted: number;
  told: Told;
}

/** Whether a window listens on another port than the settings want; 0 wants any. */
export function isElsewhere(state: ReceiverState, wanted: number): boolean {
  return state.phase === 'listening' && wanted !== 0 && state.main.port !== wanted;
}

/** Whether other machines can reach it. */
export function isOpen(state: ReceiverState): boolean {
  return state.phase === 'listening' && state.endpoints.some(({ host }) => !isLoopbackHost(host));
}

export function statusText(state: ReceiverState, view: StatusView): StatusText {
  if (!view.started) return status('…', ['Starting.'], 'normal', 'Spanside is starting');
  switch (state.phase) {
    case 'off':
      return status('off', ['The receiver is off. Kept traces can still be read.'], 'normal', 'Spanside, receiver off');
    case 'waiting':
      return status(
        `$(loading~spin) :${state.port}`,
        [`Another program holds port ${state.port}. Trying again for 10 seconds, then a free port is taken.`],
        'normal',
        `Spanside is waiting for port ${state.port}`,
      );
    case 'failed':
      return status(
        '$(error) failed',
        ['The receiver could not be started.', oneLine(state.message, 500)],
        'error',
        'Spanside, receiver failed',
      );
    case 'listening':
      return listening(state, view);
  }
}

function listening(
  state: Extract<ReceiverState, { phase: 'listening' }>,
  { traces, counts, unseen, wanted, told }: StatusView,
): StatusText {
  const { port } = state.main;
  const elsewhere = isElsewhere(state, wanted);
  const refused = unseen ? ` · ${formatCount(counts.refused)} refused` : '';
  const tooltip = [`Receiving OpenTelemetry traces on ${state.main.url} (HTTP and gRPC).`];
  const others = [...new Set(state.endpoints.map(endpoint => endpoint.port))].filter(other => other !== port);
  if (others.length > 0) tooltip.push(`Also on port ${others.join(', ')}.`);
  if (isOpen(state)) {
    tooltip.push('Open to other machines: every program needs the token, which Copy Endpoint copies.');
  }
  if (state.missing) tooltip.push(`Not on ${state.missing.join(', ')}: no address of this machine now.`);
  if (elsewhere) {
    const holder = state.byWindow
      ? `Port ${wanted} is served by another window, which hands over what programs in the folders of this one send there.`
      : `Port ${wanted} is held by another program, perhaps another window.`;
    tooltip.push(`${holder} ${whoIsTold(port, told)} OTEL_EXPORTER_OTLP_ENDPOINT=${state.main.url}.`);
  }
  const taken = (state.byWindow ? [] : state.taken).filter(port => port !== wanted && WANTED_BY_DEFAULT.includes(port));
  if (taken.length > 0) tooltip.push(`Port ${taken.join(', ')} is held by another program.`);
  tooltip.push(`${plural(counts.requests, 'request')} and ${plural(counts.spans, 'span')} since the start.`);
  if (counts.handedOver)
    tooltip.push(`${plural(counts.handedOver, 'item')} handed over to the windows they belong to.`);
  if (counts.refused > 0) tooltip.push(`${plural(counts.refused, 'request')} refused.`);
  if (counts.lastRefusal) tooltip.push(`Last: ${oneLine(counts.lastRefusal.reason, 300)}`);
  if (counts.spans === 0 || counts.refused > 0) tooltip.push('Why do I see no spans? A click leads to the answer.');
  return status(
    `:${port}${traces > 0 ? ` · ${plural(traces, 'trace')}` : ''}${refused}`,
    tooltip,
    (elsewhere && !state.byWindow) || unseen ? 'warning' : 'normal',
    `Spanside listens on port ${port}${elsewhere ? ` because port ${wanted} is ${state.byWindow ? "another window's" : 'taken'}` : ''}, ${formatCount(traces)} traces` +
      (unseen ? `, ${plural(counts.refused, 'request')} refused` : ''),
  );
}

/** The beginning of a sentence that ends with the variable. */
function whoIsTold(port: number, { terminals, debugSessions }: Told): string {
  if (!terminals && !debugSessions) return 'Programs that you start are not told; give them';
  const who = terminals
    ? `New terminals${debugSessions ? ', tasks and debug sessions' : ' and tasks'}`
    : 'Debug sessions';
  return `${who} are told to send to ${port}; other programs want`;
}

function status(text: string, tooltip: string[], level: StatusText['level'], spoken: string): StatusText {
  return { text: `$(list-tree) Spanside ${text}`, tooltip, level, spoken };
}
