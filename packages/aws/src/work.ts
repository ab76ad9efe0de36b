import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import middy from "@middy/core";
import type { Context, EventBridgeEvent } from "aws-lambda";
import { aroundOf, logged, withPorts } from "./middleware.ts";
import type { Parts } from "./ports.ts";

/** Of what runs without a request. What it throws, Lambda retries. */
export const work = <Event, Result>(name: string, handle: (event: Event, ports: Ports) => Promise<Result>, parts: Parts) =>
  middy<Event, Result>()
    .use(withPorts(parts))
    .use(logged(name))
    .handler((event: Event, context: Context) => handle(event, aroundOf(context).ports));

/** Of a schedule. */
export const onSchedule = (name: string, run: (ports: Ports) => Promise<void>, parts: Parts) =>
  work<object, void>(name, (_event, ports) => run(ports), parts);

/** Of a subscriber: the event is the detail of the bus's own. */
export const onEvent = (name: string, handle: (event: DomainEvent, ports: Ports) => Promise<void>, parts: Parts) =>
  work<EventBridgeEvent<string, DomainEvent>, void>(name, ({ detail }, ports) => handle(detail, ports), parts);
