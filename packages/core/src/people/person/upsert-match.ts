import * as z from "zod";
import { invalid, notFound } from "../../kernel/error.ts";
import { parse } from "../../kernel/fn.ts";
import { buildUniqueMatches } from "../../platform/custom-field/unique-matchers.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { ambiguousMatch, hiddenRecord, onlyVisible, type UpsertMatch, type UpsertMatching } from "../../storage/write/upsert.ts";
import { ContactPoints } from "./contact-points.ts";
import { People } from "./person.entity.ts";
import { Person } from "./person.ts";
import { findHolders, normalizePoint } from "./point-holders.ts";

/** Matches persons by identifying fields, and writes them as single rows (upsert-row.ts): new contact points are added to existing ones. */
export const matching = async (): Promise<UpsertMatching> => ({
  fields: {
    external_key: { find: onlyVisible(People, (key) => Person.findByExternalKey(String(key))) },
    email: buildPointMatch("email"),
    phone: buildPointMatch("phone"),
    ...(await buildUniqueMatches(People)),
  },
  item: {
    schema: Person.UpsertRow.extend({ ...Person.Create.shape, ...Person.UpsertRow.shape }),
    parse: toUpsertRow,
    create: (line) => Person.upsertRow({ ...line, on_found: "update" }),
    update: async (id, line) => {
      if (!(await Person.find(id))) throw notFound();
      return Person.upsertRow({ ...line, personal_key_id: id, on_found: "update" });
    },
  },
});

function buildPointMatch(field: "email" | "phone"): UpsertMatch {
  return {
    normalize: (value) => normalizePoint(field, value),
    find: async (value) => {
      const holders = await findHolders(field, String(value));
      const visibleHolders = await Visibility.filterVisible(People, holders);
      if (visibleHolders.length > 1) throw ambiguousMatch(visibleHolders);
      if (visibleHolders.length === 0 && holders.length > 0) throw hiddenRecord();
      return visibleHolders[0]?.id;
    },
  };
}

const columnsByPointType = { email: ["email", "email_2", "email_3"], phone: ["phone", "phone_2", "mobile"], social: [] };

/** Converts contact points in the form of a new person to the columns of a row. */
function toUpsertRow({ contact_points, ...line }: Record<string, unknown>): Record<string, unknown> {
  if (contact_points === undefined) return line;
  const typed = parse(z.object({ contact_points: z.array(ContactPoints.ContactPointInput) }), { contact_points });
  const cells = { ...line };
  for (const [index, { contact_type, contact_value }] of typed.contact_points.entries()) {
    const free = columnsByPointType[contact_type].find((column) => cells[column] === undefined);
    if (!free)
      throw invalid(
        `contact_points[${index}]`,
        "At most three emails and three telephone numbers are allowed here: add others with addContactPoint",
      );
    cells[free] = contact_value;
  }
  return cells;
}
