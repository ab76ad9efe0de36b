import type { Ports } from "@crm/core/kernel/ports.ts";
import type { MiddlewareObj, Request } from "@middy/core";
import { buildPorts, type PortFactories } from "./ports.ts";

/** What happens around every handler, as middy runs it: in the order in which an entry point names it. */

/** What middleware keeps beside an event. */
export interface InvocationState {
  ports: Ports;
  startedAt: number;
}

type Middleware = MiddlewareObj<unknown, unknown, Error>;

const invocations = new WeakMap<object, InvocationState>();

/** What the middleware around a handler has made for it. */
export function requireInvocation(context: object): InvocationState {
  const found = invocations.get(context);
  if (!found) throw new Error("A handler runs within `withPorts`");
  return found;
}

/** Makes the function's ports at its first event, and gives them to each. */
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
 * One line for each event that was worked off, and one for what a handler threw, with the trace that X-Ray follows. Values of
 * events never go in. A request has a line of its own, which says more (functions/http/handler.ts).
 */
export function withLogging(name: string, { quiet = false } = {}): Middleware {
  const told = (context: object) => {
    const { startedAt: started } = requireInvocation(context);
    return { function: name, ms: Math.round(performance.now() - started), trace: readTraceId() };
  };
  return {
    after: ({ context }: Request) => {
      if (!quiet) requireInvocation(context).ports.log.write("info", "event", told(context));
    },
    // Said, and thrown on: Lambda tries again, and leaves what fails at last in the queue of dead letters.
    onError: ({ context, error }: Request) => {
      const stack = error instanceof Error ? (error.stack ?? error.message) : "unknown";
      requireInvocation(context).ports.log.write("error", "A handler failed", { ...told(context), error: stack });
    },
  };
}

/** The id under which X-Ray joins what belongs to one request; Lambda sets it anew for each event. */
function readTraceId(): string | undefined {
  return /Root=([^;]+)/.exec(process.env._X_AMZN_TRACE_ID ?? "")?.[1];
}
