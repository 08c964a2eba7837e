import type { ReceiverCounts, ReceiverState, RecentRequests } from '../../collector/api.ts';
import type { PortHolder } from '../../receiver/portHolder.ts';

/** Everything that is looked at; made by `gatherFacts`. Values of variables are as they are: nothing here is shown unmasked. */
export interface DoctorFacts {
  /** Of Spanside, of the editor, and the system, for a report. */
  versions: string;
  receiver: ReceiverFacts;
  /** Absent while the ports are closed. */
  requests?: RecentRequests;
  environments: Environment[];
  workspace: WorkspaceFacts;
}

export interface ReceiverFacts {
  state: ReceiverState;
  counts: ReceiverCounts;
  /** The port of the settings. */
  wanted: number;
  enabled: boolean;
  isTrusted: boolean;
  /** Who has the wanted ports that could not be had. */
  holders: PortHolder[];
  /** Whether programs need a token. */
  wantsToken: boolean;
  /** What new terminals and tasks are given. */
  injected: ReadonlyMap<string, string>;
}

export type EnvironmentKind = 'editor' | 'terminals' | 'profile' | 'terminal' | 'task' | 'launch' | 'file';

/** A place that sets variables for programs. */
export interface Environment {
  id: string;
  kind: EnvironmentKind;
  /** As a sentence names it: `the launch configuration "Shop"`. */
  name: string;
  /** What it sets itself. */
  own: ReadonlyMap<string, string>;
  /** Ids of the places whose variables its programs have too; later ones win, and `own` over all. */
  inherits: string[];
  /** A file to open. */
  file?: string;
  /** A setting to open. */
  setting?: string;
  /** What it starts, where it starts something. */
  start?: StartCommand;
}

/** What a launch configuration or a task starts. */
export interface StartCommand {
  /** Of a launch configuration: its debugger. */
  type: string;
  program: string;
  /** Everything else on the command line, and a module that is run. */
  words: string[];
}

export type LanguageId = 'node' | 'python' | 'java' | 'go' | 'dotnet' | 'rust' | 'ruby' | 'php';

export interface WorkspaceFacts {
  manifests: Manifest[];
  /** Sources that speak of OpenTelemetry or of a tracing library. */
  sources: SourceFacts[];
  virtualEnvironments: VirtualEnvironment[];
  /** Whether there was more than is looked at. */
  isPartial: boolean;
}

/** A file that says which packages a program has. */
export interface Manifest {
  language: LanguageId;
  file: string;
  /** Relative to its workspace folder. */
  name: string;
  text: string;
}

export interface SourceFacts {
  language: LanguageId;
  file: string;
  name: string;
  /** It makes a tracer provider, or starts a library that does. */
  setsUp: boolean;
  /** It flushes or shuts one down. */
  flushes: boolean;
}

/** A Python environment with what is installed in it. */
export interface VirtualEnvironment {
  folder: string;
  name: string;
  sitePackages: string;
  /** Version by normalised name. */
  packages: ReadonlyMap<string, string>;
}
