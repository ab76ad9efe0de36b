import { randomUUID } from "node:crypto";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { inProcess, type TestUser } from "../support.ts";

/** A Monday; in Berlin clocks show an hour more. */
export const MONDAY = "2027-02-01";
export const at = (time: string, day = MONDAY): string => `${day}T${time}:00.000Z`;

const weekdays = ["MON", "TUE", "WED", "THU", "FRI"] as const;

/** Works from nine to five, on weekdays. */
export const works = (user: TestUser, timezone = "UTC", more: object = {}) =>
  user.as.replaceUserAvailability({
    id: user.id,
    timezone,
    working_hours: weekdays.map((weekday) => ({ weekday, from: "09:00", to: "17:00" })),
    ...more,
  });

type LinkInput = Parameters<TestUser["as"]["createBookingLink"]>[0];

export const linkOf = async (user: TestUser, more: Partial<LinkInput> = {}) =>
  (await user.as.createBookingLink({ name: "Intro", activity_type_id: "meeting", ...more })).data;

const addresses = { next: 0 };

/** A visitor at an address of their own, unless told otherwise. */
export const visitorAt = (app: App, ip = `203.0.113.${++addresses.next % 250}`) => createClient(inProcess(app, undefined, ip));

let visitors = 0;
export const somebody = (more: Record<string, unknown> = {}) => {
  const n = ++visitors;
  return { name: `Vera Visitor${n}`, email: `vera${n}@mail.example`, request_id: randomUUID(), ...more };
};
