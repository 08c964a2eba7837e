/** A port that listens, or that should. */
export interface Endpoint {
  /** For example `http://127.0.0.1:4318`. */
  url: string;
  port: number;
  host: string;
}

export type ReceiverState =
  | { phase: 'off' }
  /** The wanted port is taken; tried again until it is free or 10 s are over. */
  | { phase: 'waiting'; port: number }
  | {
      phase: 'listening';
      endpoints: Endpoint[];
      /** The one to tell users and programs. */
      main: Endpoint;
      /** The free port it had before it took the wanted one over from another window; programs were told of that. */
      kept?: Endpoint;
      /** Wanted ports that another program holds. */
      taken: number[];
      /** Whether the main one of those is another window's, which hands over what belongs to this one. */
      byWindow?: boolean;
      /** Wanted addresses that this machine does not have now, besides loopback ones. */
      missing?: string[];
    }
  | { phase: 'failed'; message: string };
