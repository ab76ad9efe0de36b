import type { Ports } from "@crm/core/kernel/ports.ts";
import type { MiddlewareObj, Request } from "@middy/core";
import { buildPorts, type PortFactories } from "./ports.ts";

/** Middleware around every handler. middy runs it in the order in which it is added. */

/** The state that middleware keeps for one invocation. */
interface InvocationState {
  ports: Ports;
  startedAt: number;
}

type Middleware = MiddlewareObj<unknown, unknown, Error>;

const invocations = new WeakMap<object, InvocationState>();

/** Returns the state that the middleware made for this invocation. Throws without `withPorts`. */
export function requireInvocation(context: object): InvocationState {
  const invocation = invocations.get(context);
  if (!invocation) throw new Error("A handler must run within `withPorts`");
  return invocation;
}

/** Creates the function's ports at its first event, and passes them to every invocation. */
export function withPorts(parts: PortFactories): Middleware {
  let ports: Ports | undefined;
  return {
    before: ({ context }: Request) => {
      ports ??= buildPorts(parts);
      invocations.set(context, { ports, startedAt: performance.now() });
    },
  };
}

/**
 * Logs one line for each processed event and one for each error that a handler throws, with the X-Ray trace id. Values of events
 * are never logged. A request has its own log line with more fields (functions/src/http/handler.ts).
 */
export function withLogging(name: string, { quiet: isQuiet = false } = {}): Middleware {
  const buildLogFields = (context: object) => {
    const { startedAt } = requireInvocation(context);
    return { function: name, ms: Math.round(performance.now() - startedAt), trace: readTraceId() };
  };
  return {
    after: ({ context }: Request) => {
      if (!isQuiet) requireInvocation(context).ports.log.write("info", "event", buildLogFields(context));
    },
    // Logged and still thrown: Lambda retries, and moves an event that keeps failing to the dead-letter queue.
    onError: ({ context, error }: Request) => {
      const stack = error instanceof Error ? (error.stack ?? error.message) : "unknown";
      requireInvocation(context).ports.log.write("error", "A handler failed", { ...buildLogFields(context), error: stack });
    },
  };
}

/** Returns the id by which X-Ray joins the parts of one request. Lambda sets it for each event. */
function readTraceId(): string | undefined {
  return /Root=([^;]+)/.exec(process.env._X_AMZN_TRACE_ID ?? "")?.[1];
}
