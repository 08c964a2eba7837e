import { createHash } from 'node:crypto';
import type { Signal } from '../../otlp/schema.ts';
import type { Stretch } from '../../otlp/splice.ts';
import { codeEvidence, type ResourceEvidence, resourceEvidence } from './evidence.ts';
import { type FolderMatch, longer, WorkspaceFolders } from './folders.ts';
import { joined, type Piece, piecesOf } from './pieces.ts';

/** The part of a request that belongs to one window; `undefined` is this one. */
export interface RoutedPart {
  window: string | undefined;
  body: Uint8Array;
}

/** Which window's store alone knows a service; `undefined` where none, or several, or this one does. */
export type ServiceOwner = (service: string) => string | undefined | Promise<string | undefined>;

/** Decisions that are remembered; beyond that the oldest is forgotten. */
const MOST_DECISIONS = 1_000;
/** A request of more resources stays here as a whole: to look at each would keep the others waiting. */
const MOST_RESOURCES = 10_000;
/** What SDKs call a program that has no name: of these there is one in every window. */
const NAMELESS = /^(?:unknown_service.*)?$/;

type Decision = { window: string | undefined };

/**
 * Decides which window each resource of a request belongs to: by where its program runs, by the code its first spans name,
 * by a service name that only one window knows; else it stays here.
 */
export class Router {
  readonly #owner: ServiceOwner;
  #folders = new WorkspaceFolders([]);
  /** By the bytes of a resource: what these alone tell. */
  readonly #byResource = new Map<string, { decision: Decision | undefined; service: string }>();
  /** By the bytes of a resource: what its spans told last. */
  readonly #byCode = new Map<string, Decision>();

  constructor(owner: ServiceOwner) {
    this.#owner = owner;
  }

  /** From here on these are the folders of all windows; what was decided is decided anew. */
  use(folders: WorkspaceFolders): void {
    this.#folders = folders;
    this.#byResource.clear();
    this.#byCode.clear();
  }

  /**
   * Splits a request; the parts hold its resources byte by byte and in their order. A request without a resource of
   * another window is one part, which is the request itself.
   * @throws {MalformedError} it is no such message
   */
  async split(signal: Signal, body: Uint8Array): Promise<RoutedPart[]> {
    const { resources, others } = piecesOf(body);
    if (resources.length > MOST_RESOURCES) return [{ window: undefined, body }];
    const byWindow = new Map<string | undefined, Stretch[]>();
    for (const piece of resources) {
      const decided = this.#decide(signal, body, piece);
      const window = decided instanceof Promise ? await decided : decided;
      const own = byWindow.get(window);
      if (own) own.push(piece.whole);
      else byWindow.set(window, [piece.whole]);
    }
    const [first] = byWindow.keys();
    if (byWindow.size <= 1) return [{ window: first, body }];
    const rest = byWindow.has(undefined) ? undefined : first;
    return [...byWindow].map(([window, stretches]) => ({
      window,
      body: joined(body, window === rest ? [...stretches, ...others] : stretches),
    }));
  }

  #decide(signal: Signal, body: Uint8Array, piece: Piece): string | undefined | Promise<string | undefined> {
    const key = keyOf(body, piece.resource);
    const told = this.#toldByResource(key, body, piece.resource);
    if (told.decision) return told.decision.window;
    const { paths, texts } = codeEvidence(signal, body, piece.message);
    let match: FolderMatch | undefined = this.#folders.ofPaths(paths);
    if (!match) for (const text of texts) match = longer(match, this.#folders.ofText(text));
    if (match) {
      remember(this.#byCode, key, { window: match.window });
      return match.window;
    }
    const before = this.#byCode.get(key);
    if (before) return before.window;
    return NAMELESS.test(told.service) ? undefined : this.#owner(told.service);
  }

  #toldByResource(key: string, body: Uint8Array, resource: Stretch | undefined) {
    const known = this.#byResource.get(key);
    if (known) return known;
    const evidence: ResourceEvidence = resource
      ? resourceEvidence(body, resource)
      : { directories: [], programs: [], service: '' };
    const match = this.#folders.ofPaths(evidence.directories) ?? this.#folders.ofPaths(evidence.programs);
    const told = { decision: match && { window: match.window }, service: evidence.service };
    remember(this.#byResource, key, told);
    return told;
  }
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MOST_DECISIONS) map.delete(map.keys().next().value ?? '');
}

function keyOf(body: Uint8Array, resource: Stretch | undefined): string {
  if (!resource) return '';
  const bytes = body.subarray(resource.offset, resource.offset + resource.length);
  return createHash('sha256').update(bytes).digest('base64');
}
