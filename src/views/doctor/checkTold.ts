import { Command } from '../../contributions.ts';
import { decides, ENDPOINT_VARIABLE } from '../../environment/endpointVariable.ts';
import type { DoctorFacts } from './facts.ts';
import { commandAction, type Finding, settingAction } from './finding.ts';

const DEFAULT_PORT = 4318;

/** Whether programs that are started here know where to send, where that is not where they send by themselves. */
export function checkTold({ receiver, environments }: DoctorFacts): Finding[] {
  const { state, injected, isTrusted } = receiver;
  // A window that hands over gets what programs send by themselves to the right place.
  if (state.phase !== 'listening' || state.byWindow || state.main.port === DEFAULT_PORT) return [];
  const { url } = state.main;
  const found: Finding[] = [];
  const base = {
    section: 'environment',
    actions: [commandAction('Copy Endpoint', Command.copyEndpoint, 'copy')],
  } as const;
  const set = { title: 'Set', text: `${ENDPOINT_VARIABLE}=${url}` };
  const deciding = environments.find(({ kind, own }) => kind !== 'terminal' && decides(Object.fromEntries(own)));
  if (!injected.has(ENDPOINT_VARIABLE) && !deciding) {
    found.push({
      ...base,
      id: 'environment.untold',
      severity: 'warning',
      likelihood: 85,
      title: 'New terminals are not told where to send',
      detail: isTrusted
        ? `This window listens on ${url}, not on ${DEFAULT_PORT}, and the setting spanside.environment.terminals is off.`
        : `This window listens on ${url}, not on ${DEFAULT_PORT}; in Restricted Mode no environment is changed.`,
      cure: `Set ${ENDPOINT_VARIABLE} for your program${isTrusted ? ', or turn the setting on' : ', or trust the workspace'}.`,
      actions: isTrusted ? [settingAction('spanside.environment.terminals'), ...base.actions] : base.actions,
      snippets: [set],
    });
  }
  const old = environments.filter(({ kind, own }) => kind === 'terminal' && !own.has(ENDPOINT_VARIABLE));
  if (injected.has(ENDPOINT_VARIABLE) && old.length > 0) {
    found.push({
      ...base,
      id: 'environment.oldTerminal',
      severity: 'warning',
      likelihood: 82,
      title: `${old.map(({ name }) => name).join(', ')} ${old.length === 1 ? 'was' : 'were'} opened before this window took its port`,
      detail: `Programs started there send to ${DEFAULT_PORT}, and this window listens on ${url}.`,
      cure: 'Open a new terminal, or relaunch an old one (the sign beside its name).',
      snippets: [{ title: 'Or run there', text: `export ${ENDPOINT_VARIABLE}=${url}` }],
    });
  }
  return found;
}
