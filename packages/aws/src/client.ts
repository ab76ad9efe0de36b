/** The part of an AWS client that an adapter needs: it sends commands. Tests pass their own client. */
export interface Client {
  send(command: object): Promise<unknown>;
}

/** Returns the name of an error, independent of the client library that threw it. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : "");
