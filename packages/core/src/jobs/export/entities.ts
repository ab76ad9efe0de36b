import { auditGrants } from "../../audit/audit.domain.ts";
import { Audit } from "../../audit/audit.ts";
import { CustomField, type Entity } from "../../custom-field/custom-field.ts";
import { CustomFields } from "../../custom-field/values.ts";
import type { EntityName } from "../../export/export.ts";
import { interactionGrants } from "../../interaction/interaction.domain.ts";
import { AHEAD } from "../../interaction/interaction.rules.ts";
import { Interaction } from "../../interaction/interaction.ts";
import { id } from "../../kernel/schema.ts";
import { leadGrants } from "../../lead/lead.domain.ts";
import { Lead } from "../../lead/lead.ts";
import { Journey } from "../../person/journey.ts";
import { journeyGrants, personGrants } from "../../person/person.domain.ts";
import { Person } from "../../person/person.ts";
import { masked } from "../../person/sensitive.ts";
import { AuditTrail } from "../../storage/project/audit.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { USER, userGrants } from "../../user/user.domain.ts";
import { User } from "../../user/user.ts";
import { type Column, columnsOf, type Exportable, type Listed } from "./exportable.ts";

/** Everything that goes out by files. A new entity is one declaration here, and a line where its operations are. */

/** A list as its domain has it, with what is peculiar to its files. */
const declared = <R extends BaseRecord>(
  { info, fields, ...list }: Listed<R>,
  own: Pick<Exportable<R>, "entity" | "read"> & Partial<Exportable<R>>,
): Exportable => ({ ...list, columns: async () => columnsOf(list.collection, info.shape, fields), ...own }) as Exportable;

/** The columns of a list, and a column for each of the tenant's own fields that the caller sees. */
async function withCustom<R extends BaseRecord>(entity: Entity, { collection, info, fields }: Listed<R>): Promise<Column[]> {
  const own = await CustomField.fieldsOf(entity, "read");
  const columns = own.map((field): Column => {
    const name = field.name.slice("custom_fields.".length);
    const value: Column["value"] = ({ custom_fields }) => (custom_fields as Record<string, unknown> | null)?.[name] ?? null;
    return { ...field, inRow: false, value };
  });
  return [...columnsOf(collection, info.shape, fields).filter(({ name }) => name !== "custom_fields"), ...columns];
}

const recorder = { recorded_by: id(USER) };

export const exportables: Readonly<Record<EntityName, Exportable>> = {
  leads: declared(Lead.listed, {
    entity: "leads",
    read: leadGrants.read,
    columns: () => withCustom("lead", Lead.listed),
    shown: async () => {
      const seen = await CustomFields.seen("lead");
      return (lead) => ({ ...lead, custom_fields: seen(lead.custom_fields) });
    },
  }),
  // Masked, whoever asks: files are passed on, and what is sealed stays so.
  persons: declared(Person.listed, {
    entity: "persons",
    read: personGrants.read,
    columns: () => withCustom("person", Person.listed),
    shown: async () => {
      const seen = await CustomFields.seen("person");
      return (person) => masked(person, seen);
    },
  }),
  interactions: declared(
    { ...Interaction.listed, fields: { ...Interaction.listed.fields, ...recorder } },
    { entity: "interactions", read: interactionGrants.read, ahead: AHEAD },
  ),
  journey: declared(Journey.listed, { entity: "journey", read: journeyGrants.read, ahead: AHEAD }),
  users: declared(User.listed, {
    entity: "users",
    read: userGrants.read,
    columns: async () => {
      const { collection, info, fields } = User.listed;
      return columnsOf(collection, info.shape, fields).filter(({ name }) => !User.hidden().includes(name));
    },
    shown: async () => User.shown,
  }),
  audit: declared(
    { collection: AuditTrail, query: Audit.list.schema, asked: Audit.asked, info: Audit.Info, fields: { user_id: id(USER) } },
    { entity: "audit", read: auditGrants.read },
  ),
};
