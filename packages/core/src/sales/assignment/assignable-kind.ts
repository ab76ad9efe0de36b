import * as z from "zod";
import { invalid } from "../../kernel/error.ts";
import type { MasterKind } from "../../kernel/master-kind.ts";
import { id, name, oneOf, text } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { COUNTRIES, TERRITORIES } from "../../platform/master-data/shared.masters.ts";
import { type RuleKind, ruleKind } from "../../platform/rule/rule-kind.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Team } from "../../platform/user/team.ts";
import { TEAM, USER } from "../../platform/user/user.kind.ts";
import { User } from "../../platform/user/user.ts";
import { LEAD_SOURCES } from "../lead/lead.masters.ts";
import { type Conditions, type Destination, methods } from "./assignment.rules.ts";

/** Kinds of records that rules assign to users and teams. */

/** Maximum number of users among whom a rule chooses: availability and load are read for each. */
const MAX_USERS = 100;

/** A condition that lists master data values. */
export const masterValues = ({ name }: MasterKind) =>
  z
    .array(text(64).min(1))
    .max(200)
    .nullish()
    .describe(`Any of these ${name.replaceAll("_", " ")}, by code or id`);

const DestinationInput = z
  .strictObject({
    method: oneOf(methods),
    user_ids: z
      .array(id(USER))
      .min(1)
      .max(MAX_USERS)
      .refine((all) => new Set(all).size === all.length, "Each user can be listed only once")
      .nullish(),
    team_id: id(TEAM).nullish().describe("Instead of user_ids: the users who are active in the team at the time of assignment"),
  })
  .refine(({ user_ids, team_id }) => !user_ids !== !team_id, {
    path: ["user_ids"],
    message: "Exactly one of user_ids and team_id is required",
  })
  .refine(({ method, user_ids }) => method !== "USER" || user_ids?.length === 1, {
    path: ["user_ids"],
    message: "USER requires exactly one user",
  });

type DestinationInput = z.output<typeof DestinationInput>;

const definitionSchema = (when: z.ZodType<Conditions>, pluralLabel: string) =>
  z.strictObject({
    rules: z
      .array(z.strictObject({ name: name(100), when, to: DestinationInput }))
      .max(100)
      .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "Each rule must have a different name")
      .describe("The first matching rule applies"),
    otherwise: DestinationInput.nullable().describe(`For ${pluralLabel} that match no rule; null: they are not assigned`),
  });

export type Definition = z.output<ReturnType<typeof definitionSchema>>;

/** A kind of record that is assigned to users. */
export interface AssignableKind {
  /** The rule that chooses the user. Its name also identifies the rotations of round robin. */
  readonly rule: RuleKind<z.ZodType<Definition>>;
  /** The counter that holds a user's load, and whether the user's capacity limits it. */
  readonly load: { readonly kind: string; readonly count: string; readonly isCapped: boolean };
}

interface AssignmentKindOptions {
  name: string;
  label: string;
  description: string;
  /** The plural of the record's name. */
  plural: string;
  /** The schema of the conditions. */
  when: z.ZodType<Conditions>;
  /** The conditions with master data that only this kind has. */
  masters?: MasterConditions;
}

/** Conditions that list master data values, and how records store such a value. */
type MasterConditions = Readonly<Record<string, { kind: MasterKind; storageForm: "id" | "code" }>>;

const commonMasters: MasterConditions = {
  territories: { kind: TERRITORIES, storageForm: "id" },
  sources: { kind: LEAD_SOURCES, storageForm: "id" },
  countries: { kind: COUNTRIES, storageForm: "id" },
};

/** Declares a kind of rule that assigns records to users. */
/* @__NO_SIDE_EFFECTS__ */
export function assignmentKind({ plural, when, masters, ...kindOptions }: AssignmentKindOptions): AssignableKind["rule"] {
  return ruleKind({
    ...kindOptions,
    schema: definitionSchema(when, plural),
    defaults: [{ rules: [], otherwise: null }],
    resolve: (definition: Definition) => normalizeDefinition(definition, { ...commonMasters, ...masters }),
  });
}

/** Normalises master data to the form in which records store it, and requires that the users and teams exist and may own records. */
async function normalizeDefinition({ rules, otherwise }: Definition, masters: MasterConditions): Promise<Definition> {
  return {
    rules: await Promise.all(
      rules.map(async (rule, index) => {
        const path = `definition.rules[${index}]`;
        await requireDestination(rule.to, `${path}.to`);
        return { ...rule, when: await resolveConditions(rule.when, masters, `${path}.when`) };
      }),
    ),
    otherwise: otherwise && (await requireDestination(otherwise, "definition.otherwise")),
  };
}

/** Returns the conditions with master data as records store it. `path` is the path of the conditions in the input. */
export async function resolveConditions<W extends object>(when: W, masters: MasterConditions, path: string): Promise<W> {
  const lists = Object.entries(masters).map(async ([field, { kind, storageForm }]) => {
    const values = (when as Record<string, unknown>)[field] as readonly string[] | null | undefined;
    const resolveValue = storageForm === "id" ? Master.resolve : Master.resolveCode;
    return values
      ? [[field, await Promise.all(values.map((value, n) => resolveValue(kind, value, `${path}.${field}[${n}]`)))]]
      : [];
  });
  return { ...when, ...Object.fromEntries((await Promise.all(lists)).flat()) };
}

async function requireDestination(to: DestinationInput, path: string): Promise<DestinationInput> {
  const { user_ids, team_id } = to;
  await Promise.all((user_ids ?? []).map((user, index) => User.requireOwner(user, `${path}.user_ids[${index}]`)));
  if (!team_id) return to;
  await Team.require(team_id, `${path}.team_id`);
  if ((await Directory.listActiveInTeam(team_id)).length > MAX_USERS)
    throw invalid(`${path}.team_id`, `A rule can choose among at most ${MAX_USERS} users: this team has more`);
  return to;
}

/** Lists the users among whom a rule chooses, in its order. If a team has grown beyond the limit, only the first users. */
export async function listCandidates({ user_ids, team_id }: Destination): Promise<readonly string[]> {
  if (team_id) return (await Directory.listActiveInTeam(team_id)).slice(0, MAX_USERS);
  const active = await Promise.all((user_ids ?? []).map((user) => Directory.findActive(user)));
  return active.flatMap((user) => (user ? [user.id] : []));
}
