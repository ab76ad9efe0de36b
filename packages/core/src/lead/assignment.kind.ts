import * as z from "zod";
import { invalid } from "../kernel/error.ts";
import type { MasterKind } from "../kernel/master.ts";
import { id, oneOf, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { COUNTRIES, TERRITORIES } from "../masters/shared.masters.ts";
import { ruleKind } from "../rule/kind.ts";
import { Directory } from "../user/directory.ts";
import { Team } from "../user/team.ts";
import { TEAM, USER } from "../user/user.domain.ts";
import { User } from "../user/user.ts";
import { type To as Destination, methods } from "./assignment.rules.ts";
import { LEAD_SOURCES, PRODUCT_LINES } from "./lead.masters.ts";

/** Users among whom a rule chooses: who is free, and how much they have, is read of each. */
const MOST_USERS = 100;

const named = ({ name }: MasterKind) =>
  z
    .array(text(64).min(1))
    .max(200)
    .nullish()
    .describe(`Any of these ${name.replaceAll("_", " ")}, by code or id`);
const score = () => z.number().int().min(0).max(100).nullish();

const When = z
  .strictObject({
    territories: named(TERRITORIES),
    sources: named(LEAD_SOURCES),
    countries: named(COUNTRIES),
    product_lines: named(PRODUCT_LINES),
    min_score: score().describe("This score or more"),
    max_score: score().describe("This score or less"),
  })
  .refine(({ min_score, max_score }) => (min_score ?? 0) <= (max_score ?? 100), {
    path: ["max_score"],
    message: "Less than min_score",
  })
  .describe("All of it must hold; what is left out holds for every lead");

const To = z
  .strictObject({
    method: oneOf(methods),
    user_ids: z
      .array(id(USER))
      .min(1)
      .max(MOST_USERS)
      .refine((all) => new Set(all).size === all.length, "A user is named twice")
      .nullish(),
    team_id: id(TEAM).nullish().describe("In place of user_ids: its active users, as they are then"),
  })
  .refine(({ user_ids, team_id }) => !user_ids !== !team_id, { path: ["user_ids"], message: "Either these, or team_id" })
  .refine(({ method, user_ids }) => method !== "USER" || user_ids?.length === 1, {
    path: ["user_ids"],
    message: "USER gives to one user",
  });

const Definition = z.strictObject({
  rules: z
    .array(z.strictObject({ name: text(100).trim().min(1), when: When, to: To }))
    .max(100)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "Two have the same name")
    .describe("The first that fits a lead decides"),
  otherwise: To.nullable().describe("For leads that no rule fits; null: nobody gets them"),
});

export type Definition = z.output<typeof Definition>;

const masters = [
  ["territories", TERRITORIES],
  ["sources", LEAD_SOURCES],
  ["countries", COUNTRIES],
] as const;

/** Master data by id; who is named is there, and may own leads. */
async function checked({ rules, otherwise }: Definition): Promise<Definition> {
  return {
    rules: await Promise.all(
      rules.map(async (rule, at) => {
        const under = `definition.rules[${at}]`;
        await requireTo(rule.to, `${under}.to`);
        return { ...rule, when: { ...rule.when, ...(await resolved(rule.when, `${under}.when`)) } };
      }),
    ),
    otherwise: otherwise && (await requireTo(otherwise, "definition.otherwise")),
  };
}

async function resolved(when: z.output<typeof When>, under: string): Promise<Record<string, string[]>> {
  const entries = masters.map(async ([field, kind]) => {
    const given = when[field]?.map((each, at) => Master.resolve(kind, each, `${under}.${field}[${at}]`));
    return given ? [[field, await Promise.all(given)] as const] : [];
  });
  const lines = when.product_lines?.map((each, at) => Master.codeOf(PRODUCT_LINES, each, `${under}.product_lines[${at}]`));
  const own = lines ? [["product_lines", await Promise.all(lines)] as const] : [];
  return Object.fromEntries([...(await Promise.all(entries)).flat(), ...own]);
}

async function requireTo(to: z.output<typeof To>, under: string): Promise<z.output<typeof To>> {
  const { user_ids, team_id } = to;
  await Promise.all((user_ids ?? []).map((user, at) => User.requireOwner(user, `${under}.user_ids[${at}]`)));
  if (!team_id) return to;
  await Team.require(team_id, `${under}.team_id`);
  if ((await Directory.activeIn(team_id)).length > MOST_USERS)
    throw invalid(`${under}.team_id`, `A rule chooses among ${MOST_USERS} users at most: this team has more`);
  return to;
}

/** Whom a rule chooses among, in its order; of a team that has grown, those who came first. */
export async function candidatesOf({ user_ids, team_id }: Destination): Promise<readonly string[]> {
  if (team_id) return (await Directory.activeIn(team_id)).slice(0, MOST_USERS);
  const active = await Promise.all((user_ids ?? []).map((user) => Directory.active(user)));
  return active.flatMap((user) => (user ? [user.id] : []));
}

export const LeadAssignment = ruleKind({
  name: "lead_assignment",
  label: "Lead assignment",
  description:
    "Who is given a lead, by territory, source, country, product line and score: one user, or users in turn or by load, among those who are free",
  schema: Definition,
  defaults: [{ rules: [], otherwise: null }],
  checked,
});
