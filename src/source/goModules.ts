import { dirname, join } from 'node:path';
import type { WorkspaceFiles } from './workspaceFiles.ts';

/**
 * The file of a path that begins with the name of a Go module of the workspace, as builds with -trimpath report it:
 * `example.com/shop/cart/cart.go` is `cart/cart.go` beside the `go.mod` that says `module example.com/shop`.
 * `foreign` where the path names a module and it is none of the workspace's.
 */
export async function findInGoModule(
  segments: readonly string[],
  files: WorkspaceFiles,
): Promise<{ file?: string; foreign: boolean }> {
  if (!segments[segments.length - 1]?.endsWith('.go')) return { foreign: false };
  const path = segments.join('/');
  const manifests = await files.named('go.mod');
  let best: { module: string; folder: string } | undefined;
  for (const manifest of manifests) {
    const module = /^module\s+"?([^\s"]{1,300})/m.exec((await files.text(manifest)) ?? '')?.[1];
    if (!module || !path.startsWith(`${module}/`)) continue;
    // Of nested modules the longest name owns the file.
    if (!best || module.length > best.module.length) best = { module, folder: dirname(manifest) };
  }
  // A first segment with a dot is a host: the path is a module's, not one relative to a working directory.
  if (!best) return { foreign: manifests.length > 0 && segments.length > 1 && segments[0]!.includes('.') };
  const file = await files.find(join(best.folder, path.slice(best.module.length + 1)));
  return file === undefined ? { foreign: true } : { file, foreign: false };
}
