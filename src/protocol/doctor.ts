/** How bad something is; `info` is worth knowing and no mistake. */
export type DoctorSeverity = 'ok' | 'info' | 'warning' | 'problem';

export type DoctorSectionId = 'listening' | 'requests' | 'environment' | 'languages';

/** A button. The editor knows what it does; the page only names it. */
export interface DoctorButton {
  id: string;
  label: string;
  /** A codicon. */
  icon: string;
}

/** Text to be copied, such as a command or lines of a file. */
export interface DoctorSnippet {
  /** What it is for, in a few words. */
  title: string;
  text: string;
}

/** One cause of missing spans, with its cure. */
export interface ViewFinding {
  /** Stays the same while the same thing is wrong. */
  key: string;
  severity: DoctorSeverity;
  /** Its place among the findings of all sections, the likeliest first. */
  rank: number;
  title: string;
  detail: string;
  cure: string;
  buttons: DoctorButton[];
  snippets: DoctorSnippet[];
}

export interface ViewRequest {
  key: string;
  severity: DoctorSeverity;
  /** Milliseconds since 1970. */
  at: number;
  /** In a few words: what became of it, or its status. */
  outcome: string;
  /** What came: signal, protocol, path. */
  what: string;
  /** Who sent it, how much. */
  from: string;
  /** One sentence with the cure, where it was turned away. */
  reason: string;
}

export interface ViewVariable {
  name: string;
  /** Never a secret: of headers only their names. */
  value: string;
}

/** Variables that one place sets. */
export interface ViewEnvironment {
  key: string;
  name: string;
  variables: ViewVariable[];
  button?: DoctorButton;
}

export interface ViewLanguage {
  name: string;
  /** Why it is thought to be used here, such as a manifest. */
  found: string;
  snippets: DoctorSnippet[];
  notes: string[];
}

export interface DoctorSection {
  id: DoctorSectionId;
  title: string;
  severity: DoctorSeverity;
  /** The verdict. */
  sentence: string;
  findings: ViewFinding[];
}

/** Everything the page shows. */
export interface DoctorView {
  severity: DoctorSeverity;
  sentence: string;
  sections: DoctorSection[];
  /** Addresses that are listened on. */
  endpoints: string[];
  requests: ViewRequest[];
  /** Counts by cause, in words. */
  causes: string[];
  environments: ViewEnvironment[];
  languages: ViewLanguage[];
  buttons: DoctorButton[];
}

/** Editor to page. */
export type ToDoctor = { type: 'view'; view: DoctorView };

/** Page to editor. */
export type FromDoctor = { type: 'ready' } | { type: 'press'; id: string } | { type: 'copy'; text: string };
