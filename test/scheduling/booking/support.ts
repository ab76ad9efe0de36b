import { randomUUID } from "node:crypto";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { inProcessTransport, type TestUser } from "../../support/app.ts";

/** A Monday, on which Berlin is one hour ahead of UTC. */
export const MONDAY = "2027-02-01";
export const timeAt = (time: string, day = MONDAY): string => `${day}T${time}:00.000Z`;

const weekdays = ["MON", "TUE", "WED", "THU", "FRI"] as const;

/** Sets working hours from nine to five on weekdays. */
export const setWorkingHours = (user: TestUser, timezone = "UTC", more: object = {}) =>
  user.client.replaceUserAvailability({
    id: user.id,
    timezone,
    working_hours: weekdays.map((weekday) => ({ weekday, from: "09:00", to: "17:00" })),
    ...more,
  });

type BookingLinkInput = Parameters<TestUser["client"]["createBookingLink"]>[0];

export const createBookingLink = async (user: TestUser, more: Partial<BookingLinkInput> = {}) =>
  (await user.client.createBookingLink({ name: "Intro", activity_type_id: "meeting", ...more })).data;

const addressCounter = { next: 0 };

/** A visitor with a new IP address by default. */
export const createVisitorClient = (app: App, ip = `203.0.113.${++addressCounter.next % 250}`) =>
  createClient(inProcessTransport(app, undefined, ip));

let visitorCount = 0;
export const buildVisitor = (more: Record<string, unknown> = {}) => {
  const n = ++visitorCount;
  return { name: `Vera Visitor${n}`, email: `vera${n}@mail.example`, request_id: randomUUID(), ...more };
};
