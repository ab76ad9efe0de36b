import * as z from "zod";
import { ownMatches } from "../custom-field/matching.ts";
import { invalid, notFound } from "../kernel/error.ts";
import { parse } from "../kernel/fn.ts";
import { Visible } from "../storage/read/visibility.ts";
import { hidden, type Match, type Matching, seen, several } from "../storage/write/upsert.ts";
import { ContactPoints } from "./contact-points.ts";
import { holdersOf, samePoint } from "./holders.ts";
import { People } from "./person.entity.ts";
import { Person } from "./person.ts";

/** Persons by what says who somebody is, and in one line as files have them (bring.ts): so points that are new join those there. */
export const matching = async (): Promise<Matching> => ({
  on: {
    external_key: { find: seen(People, (key) => Person.withExternalKey(String(key))) },
    email: byPoint("email"),
    phone: byPoint("phone"),
    ...(await ownMatches(People)),
  },
  item: {
    schema: Person.Brought.extend({ ...Person.Create.shape, ...Person.Brought.shape }),
    read: lineOf,
    create: (line) => Person.bring({ ...line, on_found: "update" }),
    update: async (id, line) => {
      if (!(await Person.find(id))) throw notFound();
      return Person.bring({ ...line, personal_key_id: id, on_found: "update" });
    },
  },
});

function byPoint(field: "email" | "phone"): Match {
  return {
    same: (value) => samePoint(field, value),
    find: async (value) => {
      const holders = await holdersOf(field, String(value));
      const shown = await Visible.among(People, holders);
      if (shown.length > 1) throw several(shown);
      if (shown.length === 0 && holders.length > 0) throw hidden();
      return shown[0]?.id;
    },
  };
}

const columns = { email: ["email", "email_2", "email_3"], phone: ["phone", "phone_2", "mobile"], social: [] };

/** Contact points as a new person is told them stand in the columns of a line. */
function lineOf({ contact_points, ...line }: Record<string, unknown>): Record<string, unknown> {
  if (contact_points === undefined) return line;
  const typed = parse(z.object({ contact_points: z.array(ContactPoints.Typed) }), { contact_points });
  const told = { ...line };
  for (const [at, { contact_type, contact_value }] of typed.contact_points.entries()) {
    const free = columns[contact_type].find((column) => told[column] === undefined);
    if (!free)
      throw invalid(`contact_points[${at}]`, "Here up to three emails and three telephone numbers; others by addContactPoint");
    told[free] = contact_value;
  }
  return told;
}
