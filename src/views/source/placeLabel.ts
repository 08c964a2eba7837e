import type { Candidate, Location } from '../../model/location.ts';
import type { ViewLocation } from '../../protocol/details.ts';
import type { WorkspaceFiles } from '../../source/workspaceFiles.ts';

/** Says a file as people do: relative to its folder, for example `src/agent.ts`. */
export type FileLabels = Pick<WorkspaceFiles, 'label'>;

/** `src/agent.ts:45` */
export function placeLabel(place: Pick<Candidate, 'file' | 'line'>, files: FileLabels): string {
  return `${files.label(place.file)}:${place.line}`;
}

/** A location as the page shows it, without paths of this machine. */
export function viewLocation(location: Location, files: FileLabels): ViewLocation {
  return {
    tier: location.tier,
    how: location.how,
    ...(location.best ? { label: placeLabel(location.best, files) } : {}),
    candidates: location.candidates.map(candidate => ({ label: placeLabel(candidate, files), why: candidate.why })),
  };
}
