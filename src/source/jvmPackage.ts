import type { WorkspaceFiles } from './workspaceFiles.ts';

const JVM_FILE = /\.(?:java|kt|kts|scala|groovy)$/;

/** Whether a relative path is a package and a file, as stack traces of Java, Kotlin and Scala give it. */
export function isPackagePath(segments: readonly string[]): boolean {
  return segments.length > 1 && JVM_FILE.test(segments[segments.length - 1]!);
}

/**
 * Whether a file says it is of the package of a reported path. Kotlin and Scala do not ask for folders named like the
 * package, so the folders cannot decide; and a framework's class must not lead to a namesake in the workspace.
 */
export async function isOfPackage(file: string, segments: readonly string[], files: WorkspaceFiles): Promise<boolean> {
  const text = (await files.text(file)) ?? '';
  const said = /^\s{0,200}package\s{1,20}([\w.]{1,500})/m.exec(text.slice(0, 20_000))?.[1];
  return said === segments.slice(0, -1).join('.');
}
