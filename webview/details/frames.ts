import type { ViewFrame } from '../../src/protocol/details.ts';

/** Frames that follow each other and are all of one's own code, or all not. */
export interface FrameRun {
  own: boolean;
  frames: ViewFrame[];
}

export function foldFrames(frames: readonly ViewFrame[]): FrameRun[] {
  const runs: FrameRun[] = [];
  for (const frame of frames) {
    const run = runs.at(-1);
    if (run?.own === frame.own) run.frames.push(frame);
    else runs.push({ own: frame.own, frames: [frame] });
  }
  return runs;
}

/** What a run of other people's frames is: `6 frames of fastify`, or of where such code lives when it is of several. */
export function foreignLabel(frames: readonly ViewFrame[]): string {
  const count = frames.length === 1 ? '1 frame' : `${frames.length} frames`;
  const packages = new Set(frames.map(packageOf));
  const homes = new Set(frames.map(homeOf));
  const names = packages.size === 1 ? packages : homes;
  const [name] = names;
  return names.size === 1 && name !== undefined && name !== '' ? `${count} of ${name}` : `${count} of other code`;
}

const HOMES = ['node_modules', 'site-packages', 'dist-packages', 'vendor', 'pkg/mod'];

/** The folder of installed packages a path is in, `node` for the runtime's own modules, else ''. */
function homeOf({ path }: ViewFrame): string {
  if (path.startsWith('node:')) return 'node';
  const parts = `/${path.replaceAll('\\', '/')}`;
  return HOMES.find(home => parts.includes(`/${home}/`)) ?? '';
}

function packageOf(frame: ViewFrame): string {
  const home = homeOf(frame);
  if (home === '' || home === 'node') return home;
  const path = `/${frame.path.replaceAll('\\', '/')}`;
  const parts = path.slice(path.lastIndexOf(`/${home}/`) + home.length + 2).split('/');
  // The folder of a Go module carries its version; other names are of one part, or of two with a scope or a host.
  const version = parts.findIndex(part => /@v\d/.test(part));
  if (version >= 0)
    return parts
      .slice(0, version + 1)
      .join('/')
      .replace(/@v\d.*$/, '');
  return parts.slice(0, parts[0]?.startsWith('@') || home === 'vendor' ? 2 : 1).join('/');
}
