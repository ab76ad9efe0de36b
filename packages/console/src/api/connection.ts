import { noteAnswer } from "./request-wait.ts";

/** Whether the API answers. `lost`: the browser is online, but the last requests got no answer, or one that says that the server is down. */
type ConnectionState = "connected" | "offline" | "lost";

interface Connection {
  readonly state: ConnectionState;
  /** Requests without an answer since the last answer. */
  readonly failures: number;
}

export type ConnectionEvent = "online" | "offline" | "answered" | "unanswered";

/** One failure may be chance, and the client repeats the request. */
const MIN_FAILURES = 2;

export const initialConnection: Connection = { state: "connected", failures: 0 };

export function applyConnectionEvent({ state, failures }: Connection, event: ConnectionEvent): Connection {
  if (event === "answered") return initialConnection;
  if (event === "offline") return { state: "offline", failures };
  // Only an answer proves that the server is there.
  if (event === "online") return { state: failures >= MIN_FAILURES ? "lost" : "connected", failures };
  const count = failures + 1;
  return { state: state === "offline" || count < MIN_FAILURES ? state : "lost", failures: count };
}

/** Whether an answer comes from a proxy in front of an API that does not answer. A 500 is a fault of one operation. */
export const isServerDown = (status: number): boolean => status === 502 || status === 503 || status === 504;

let connection = initialConnection;
const listeners = new Set<() => void>();

export function reportConnection(event: ConnectionEvent): void {
  const before = connection.state;
  connection = applyConnectionEvent(connection, event);
  if (connection.state !== before) for (const listener of listeners) listener();
}

export const readConnection = (): ConnectionState => connection.state;

export function subscribeToConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Like `fetch`, and reports whether the server answers. */
export const watchedFetch: typeof fetch = async (input, init) => {
  try {
    const response = await fetch(input, init);
    reportConnection(isServerDown(response.status) ? "unanswered" : "answered");
    noteAnswer(response);
    return response;
  } catch (error) {
    // The page has left, or the user has changed their mind.
    if (!init?.signal?.aborted) reportConnection("unanswered");
    throw error;
  }
};
