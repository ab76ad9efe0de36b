/** What an adapter needs of an AWS client: commands as values. A test passes its own. */
export interface Client {
  send(command: object): Promise<unknown>;
}

/** Whichever client threw it. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : "");
