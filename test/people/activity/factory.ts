import { inputSchema } from "@crm/functions/http/operation.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  parseData,
  sendAs,
  type World,
} from "../../invariants/registry/operation-input.ts";
import { createInvitation } from "../../scheduling/invitation/factory.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    replyToInvitation: async (app, world) => {
      const { email, id } = await createInvitation(app, world);
      const event = [`UID:${id}@crm`, "DTSTAMP:20260101T000000Z", `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${email}`];
      const lines = ["BEGIN:VCALENDAR", "METHOD:REPLY", "BEGIN:VEVENT", ...event, "END:VEVENT", "END:VCALENDAR", ""];
      return { calendar: lines.join("\r\n") };
    },
    findSlots: async (_, { seeds: fillings }) => ({ ...meetingInput(fillings), duration_minutes: 30 }),
    readFreeBusy: async (_, { seeds: fillings }) => meetingInput(fillings),
    getActivity: async (app, world) => {
      const lead = await makeTarget(app, world, "/leads");
      const input = generateValue(inputSchema(findOperation("logLeadActivity")), world.seeds) as Input;
      return {
        id: parseData(await sendAs(app, world.tenant.token, findOperation("logLeadActivity"), { ...input, id: lead })).id,
      };
    },
    readCalendarFeed: async (_, { tenant }) => ({
      token: (await tenant.admin.makeCalendarFeed({})).data.url.split("/").at(-1),
    }),
  },
};

/** The participants and the time range of a meeting search. */
const meetingInput = ({ ids }: World["seeds"]): Input => ({
  participants: [{ user_id: ids.user }],
  from: "2030-01-15T09:00:00Z",
  to: "2030-01-15T17:00:00Z",
});
