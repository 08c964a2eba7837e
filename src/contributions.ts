/**
 * Every id that package.json contributes, once. A test holds the two files to each other in both directions.
 * Nothing here imports the editor, so that plain Node can read it; the typed wrappers are in views/contributed.ts.
 */
import type { SpanId, TraceId } from './model/ids.ts';

export const ViewId = {
  container: 'spanside',
  traces: 'spanside.traces',
  inspector: 'spanside.inspector',
  doctor: 'spanside.doctor',
} as const;

export const WALKTHROUGH = 'spanside.start';
/** Scheme of the read-only documents that show a span as OTLP JSON. */
export const SPAN_SCHEME = 'spanside-span';

export const Command = {
  openTrace: 'spanside.trace.open',
  openTraceInNewPanel: 'spanside.trace.openInNewPanel',
  goToSource: 'spanside.span.goToSource',
  copyTraceId: 'spanside.trace.copyId',
  pinTraces: 'spanside.trace.pin',
  unpinTraces: 'spanside.trace.unpin',
  deleteTraces: 'spanside.trace.delete',
  clearTraces: 'spanside.traces.clear',
  filterTraces: 'spanside.traces.filter',
  clearFilter: 'spanside.traces.clearFilter',
  errorsOnly: 'spanside.traces.errorsOnly',
  anyStatus: 'spanside.traces.anyStatus',
  setTimeRange: 'spanside.traces.timeRange',
  searchAllTime: 'spanside.traces.allTime',
  saveSearch: 'spanside.traces.saveSearch',
  filterByService: 'spanside.traces.filterByService',
  filterByName: 'spanside.traces.filterByName',
  pauseTraces: 'spanside.traces.pause',
  resumeTraces: 'spanside.traces.resume',
  groupByService: 'spanside.traces.groupByService',
  showFlat: 'spanside.traces.showFlat',
  refreshTraces: 'spanside.traces.refresh',
  muteService: 'spanside.service.mute',
  unmuteServices: 'spanside.services.unmute',
  copyEndpoint: 'spanside.receiver.copyEndpoint',
  renewToken: 'spanside.receiver.renewToken',
  startReceiver: 'spanside.receiver.start',
  stopReceiver: 'spanside.receiver.stop',
  sendSampleTrace: 'spanside.sendSampleTrace',
  doctor: 'spanside.doctor',
  openTerminal: 'spanside.openTerminal',
  openWalkthrough: 'spanside.openWalkthrough',
  openSettings: 'spanside.openSettings',
  showLog: 'spanside.showLog',
  showActions: 'spanside.showActions',
  inspectorGoToSource: 'spanside.inspector.goToSource',
  inspectorCollapseAll: 'spanside.inspector.collapseAll',
  inspectorExpandAll: 'spanside.inspector.expandAll',
  inspectorFind: 'spanside.inspector.find',
} as const;
export type Command = (typeof Command)[keyof typeof Command];

/** Commands that only other parts of the extension run, with arguments; package.json does not name them. */
export const InternalCommand = {
  loadMore: 'spanside.internal.loadMore',
  listSite: 'spanside.internal.listSite',
} as const;
export type InternalCommand = (typeof InternalCommand)[keyof typeof InternalCommand];

/** A trace, and perhaps a span of it, as commands take it. */
export interface SpanRef {
  traceId: TraceId;
  spanId?: SpanId;
}

export interface SettingTypes {
  'spanside.receiver.enabled': boolean;
  'spanside.receiver.port': number;
  'spanside.receiver.bindAddress': string;
  'spanside.receiver.allowedHosts': string[];
  'spanside.receiver.mutedServices': string[];
  'spanside.redaction.enabled': boolean;
  'spanside.redaction.keys': string[];
  'spanside.redaction.patterns': string[];
  'spanside.retention.days': number;
  'spanside.retention.spans': number;
  'spanside.retention.sizeMb': number;
  'spanside.environment.terminals': boolean;
  'spanside.environment.debugSessions': boolean;
  'spanside.codeLens.enabled': boolean;
  'spanside.inspector.adjustClockSkew': boolean;
}

export const settingDefaults: { readonly [K in keyof SettingTypes]: SettingTypes[K] } = {
  'spanside.receiver.enabled': true,
  'spanside.receiver.port': 4318,
  'spanside.receiver.bindAddress': 'localhost',
  'spanside.receiver.allowedHosts': [],
  'spanside.receiver.mutedServices': [],
  'spanside.redaction.enabled': true,
  'spanside.redaction.keys': [],
  'spanside.redaction.patterns': [],
  'spanside.retention.days': 30,
  'spanside.retention.spans': 10_000_000,
  'spanside.retention.sizeMb': 4096,
  'spanside.environment.terminals': true,
  'spanside.environment.debugSessions': true,
  'spanside.codeLens.enabled': true,
  'spanside.inspector.adjustClockSkew': false,
};

export interface ContextKeyTypes {
  /** Unset until the receiver has said how it stands. */
  'spanside.receiver': 'off' | 'waiting' | 'listening' | 'failed';
  /** Whether other machines can reach it, so that senders need its token. */
  'spanside.receiver.open': boolean;
  'spanside.traces.paused': boolean;
  'spanside.traces.grouped': boolean;
  'spanside.traces.filtered': boolean;
  /** Whether the filter lets only errors through. */
  'spanside.traces.errorsOnly': boolean;
  /** Whether the filter has times. */
  'spanside.traces.timed': boolean;
  /** Whether a request was refused since the receiver started. */
  'spanside.refused': boolean;
  /** Set where another program holds the wanted port: whether new terminals are told of the one that is used. */
  'spanside.elsewhere': false | 'told' | 'untold';
  /** A trace that is not the sample has arrived. */
  'spanside.trace.arrived': true;
  'spanside.trace.opened': true;
  'spanside.source.opened': true;
}

const contextKeyNames: { readonly [K in keyof ContextKeyTypes]: true } = {
  'spanside.receiver': true,
  'spanside.receiver.open': true,
  'spanside.traces.paused': true,
  'spanside.traces.grouped': true,
  'spanside.traces.filtered': true,
  'spanside.traces.errorsOnly': true,
  'spanside.traces.timed': true,
  'spanside.refused': true,
  'spanside.elsewhere': true,
  'spanside.trace.arrived': true,
  'spanside.trace.opened': true,
  'spanside.source.opened': true,
};
export const contextKeys = Object.keys(contextKeyNames) as (keyof ContextKeyTypes)[];

/** Tokens of a tree row's `contextValue`, joined by dots in this order. */
export const RowToken = {
  trace: 'trace',
  span: 'span',
  service: 'service',
  error: 'error',
  pinned: 'pinned',
  source: 'hasSource',
} as const;

/** Colours of services; a trace with more services begins again with the first. */
export const SERVICE_COLORS = 20;
export const colorIds: readonly string[] = [
  ...Array.from({ length: SERVICE_COLORS }, (_, i) => `spanside.service${i + 1}`),
  'spanside.error',
  'spanside.criticalPath',
];
