import type { ViewRequest } from '../../src/protocol/doctor.ts';
import { SeverityIcon } from './parts.tsx';

/** The newest requests, and how many there were. */
export function Requests({ requests, causes }: { requests: ViewRequest[]; causes: string[] }) {
  return (
    <>
      {causes.length > 0 && <p class="quiet counts">{causes.join(' · ')}</p>}
      {requests.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
        <ol class="requests" aria-label="Last requests, newest first" tabIndex={0}>
          {requests.map(request => (
            <Request key={request.key} request={request} />
          ))}
        </ol>
      )}
    </>
  );
}

function Request({ request }: { request: ViewRequest }) {
  const { severity, at, outcome, what, from, reason } = request;
  return (
    <li class={severity}>
      <SeverityIcon severity={severity} />
      <time dateTime={new Date(at).toISOString()}>{new Date(at).toLocaleTimeString()}</time>
      <span class="outcome">{outcome}</span>
      <span class="what">{what}</span>
      <span class="from">{from}</span>
      {reason !== '' && <span class="reason">{reason}</span>}
    </li>
  );
}
