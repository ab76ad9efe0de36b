import { randomUUID } from "node:crypto";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import type { DomainFactory, World } from "../../invariants/registry/operation-input.ts";
import { inProcessTransport, nextWeek } from "../../support/app.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  privatePaths: ["/booking-links"],
  inputs: {
    showBookingTimes: async (app, world) => ({ token: (await createBookableTime(app, world)).token }),
    bookTime: async (app, world) => visitInput(world, await createBookableTime(app, world)),
    readBookedTime: async (app, world) => ({ token: await createBookingToken(app, world) }),
    bookPage: async (app, world) => createBookableTime(app, world),
    sendBookPage: async (app, world) => visitInput(world, await createBookableTime(app, world)),
    bookingPage: async (app, world) => ({ token: await createBookingToken(app, world) }),
    sendBookingPage: async (app, world) => ({ token: await createBookingToken(app, world), act: "cancel" }),
  },
};

/** A booking link of the administrator, and a time that can be booked. */
async function createBookableTime(app: App, { tenant, seeds: { mark } }: World): Promise<{ token: string; start: string }> {
  const link = { name: `${mark} call`, activity_type_id: "meeting", minimum_notice_hours: 0 };
  const { token } = (await tenant.admin.createBookingLink(link)).data;
  const { data } = await createClient(inProcessTransport(app)).showBookingTimes({ token, ...nextWeek() });
  return { token, start: String(data.slots[0]?.start) };
}

/** The input of an unknown visitor. */
const visitInput = ({ seeds: { mark } }: World, slot: { token: string; start: string }) => ({
  ...slot,
  name: `${mark} Visitor`,
  email: `${mark.toLowerCase()}.${randomUUID()}@mail.example`,
});

const createBookingToken = async (app: App, world: World): Promise<string> =>
  (await createClient(inProcessTransport(app)).bookTime(visitInput(world, await createBookableTime(app, world)))).data
    .booking_token;
