import type { DoctorSectionId, DoctorSeverity, DoctorSnippet } from '../../protocol/doctor.ts';

/** What a button of a finding does. */
export type DoctorAction =
  | { type: 'command'; label: string; icon: string; command: string }
  /** Opens the settings at one of them. */
  | { type: 'setting'; label: string; icon: string; setting: string }
  | { type: 'file'; label: string; icon: string; file: string };

/** One cause of missing spans. */
export interface Finding {
  /** Which cause, such as `environment.sdkDisabled`. */
  id: string;
  section: DoctorSectionId;
  severity: Exclude<DoctorSeverity, 'ok'>;
  /** How likely it is that this keeps spans away, from 0 to 100. */
  likelihood: number;
  /** Where, where the same cause may be there several times. */
  subject?: string;
  /** What is wrong, in one sentence without a full stop. */
  title: string;
  /** What follows from it. */
  detail: string;
  /** What to do. */
  cure: string;
  actions?: readonly DoctorAction[];
  snippets?: readonly DoctorSnippet[];
}

export function commandAction(label: string, command: string, icon: string): DoctorAction {
  return { type: 'command', label, icon, command };
}

export function settingAction(setting: string): DoctorAction {
  return { type: 'setting', label: 'Open Setting', icon: 'gear', setting };
}

/** @param name as the button calls it */
export function fileAction(name: string, file: string): DoctorAction {
  return { type: 'file', label: `Open ${name}`, icon: 'go-to-file', file };
}
