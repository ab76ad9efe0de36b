import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import middy from "@middy/core";
import type { Context, EventBridgeEvent } from "aws-lambda";
import { requireInvocation, withLogging, withPorts } from "./middleware.ts";
import type { PortFactories } from "./ports.ts";

/** Creates the Lambda handler of a function that runs without a request. Lambda retries an event if the handler throws. */
export const createHandler = <Event, Result>(
  name: string,
  handle: (event: Event, ports: Ports) => Promise<Result>,
  parts: PortFactories,
) =>
  middy<Event, Result>()
    .use(withPorts(parts))
    .use(withLogging(name))
    .handler((event: Event, context: Context) => handle(event, requireInvocation(context).ports));

/** Creates the Lambda handler of a schedule. */
export const onSchedule = (name: string, run: (ports: Ports) => Promise<void>, parts: PortFactories) =>
  createHandler<object, void>(name, (_event, ports) => run(ports), parts);

/** Creates the Lambda handler of a subscriber. The domain event is the `detail` of the EventBridge event. */
export const onEvent = (name: string, handle: (event: DomainEvent, ports: Ports) => Promise<void>, parts: PortFactories) =>
  createHandler<EventBridgeEvent<string, DomainEvent>, void>(name, ({ detail }, ports) => handle(detail, ports), parts);
