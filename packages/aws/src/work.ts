import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import middy from "@middy/core";
import type { EventBridgeEvent } from "aws-lambda";

/** A Lambda handler of what runs without a request; its ports are made at the first event. What it throws, Lambda retries. */
export function work<Event, Result>(ports: () => Ports, handle: (event: Event, ports: Ports) => Promise<Result>) {
  let made: Ports | undefined;
  return middy((event: Event): Promise<Result> => {
    made ??= ports();
    return handle(event, made);
  });
}

/** Of a schedule. */
export const onSchedule = (ports: () => Ports, run: (ports: Ports) => Promise<void>) =>
  work<object, void>(ports, (_event, made) => run(made));

/** Of a subscriber: the event is the detail of the bus's own. */
export const onEvent = (ports: () => Ports, handle: (event: DomainEvent, ports: Ports) => Promise<void>) =>
  work<EventBridgeEvent<string, DomainEvent>, void>(ports, ({ detail }, made) => handle(detail, made));
