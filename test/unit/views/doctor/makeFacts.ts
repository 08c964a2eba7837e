import type { ReceiverState } from '../../../../src/collector/api.ts';
import { diagnose } from '../../../../src/views/doctor/diagnose.ts';
import { assembleEnvironments, type EnvironmentSources } from '../../../../src/views/doctor/environments.ts';
import type { DoctorFacts, ReceiverFacts, WorkspaceFacts } from '../../../../src/views/doctor/facts.ts';
import type { Finding } from '../../../../src/views/doctor/finding.ts';

const endpoint = (port: number) => ({ url: `http://127.0.0.1:${port}`, host: '127.0.0.1', port });

/** A receiver that listens where programs send by themselves, or on the ports given. */
export function listeningOn(ports: number[] = [4318, 4317], taken: number[] = []): ReceiverState {
  const endpoints = ports.map(endpoint);
  return { phase: 'listening', endpoints, main: endpoints[0]!, taken };
}

export type Sources = Partial<EnvironmentSources>;

/** What `makeFacts` is told; all else is as it should be. */
export interface Given {
  receiver?: Partial<ReceiverFacts>;
  requests?: Partial<NonNullable<DoctorFacts['requests']>>;
  sources?: Sources;
  workspace?: Partial<WorkspaceFacts>;
}

/** Facts in which nothing is wrong, apart from what is given. */
export function makeFacts({ receiver, requests, sources, workspace }: Given = {}): DoctorFacts {
  return {
    versions: 'Spanside 1.0.0',
    receiver: {
      state: listeningOn(),
      counts: { requests: 3, spans: 12, logs: 0, metricPoints: 0, refused: 0, muted: 0 },
      wanted: 4318,
      enabled: true,
      isTrusted: true,
      holders: [],
      wantsToken: false,
      injected: new Map(),
      ...receiver,
    },
    requests: { since: 0, accepted: 3, refused: 0, requests: [], causes: [], ...requests },
    environments: assembleEnvironments({
      platform: 'linux',
      editor: {},
      terminals: undefined,
      profiles: undefined,
      folders: [],
      files: [],
      open: [],
      ...sources,
    }),
    workspace: { manifests: [], sources: [], virtualEnvironments: [], isPartial: false, ...workspace },
  };
}

/** Ids of what is found, the likeliest first. */
export function found(given: Given): string[] {
  return diagnose(makeFacts(given)).map(({ id }) => id);
}

/** The finding of an id; fails where it is not found once. */
export function findingOf(given: Given, id: string): Finding {
  const all = diagnose(makeFacts(given)).filter(each => each.id === id);
  if (all.length !== 1) throw new Error(`${all.length} findings of ${id}: ${found(given).join(', ')}`);
  return all[0]!;
}
