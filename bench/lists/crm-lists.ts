import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LoadedTenant } from "../../scripts/load-leads.ts";
import { callApi, type Json, launchServer } from "../server.ts";
import { type Condition, deepPage, type ListCase, type Sample } from "./cases.ts";
import type { ListPage, ListSource } from "./compared-lists.ts";

/** A started server over a loaded store, as a source of lists. */
export interface CrmServer extends ListSource {
  readonly folder: string;
  readonly leads: number;
  readonly process: Awaited<ReturnType<typeof launchServer>>["process"];
  /** Reads rows in the order in which they were created, a hundred at a time. */
  readRows(): AsyncGenerator<Json[]>;
  /** Reads leads whose values a list can take. */
  readSamples(count: number): Promise<Sample[]>;
}

const requiredFields = ["owner_id", "budget", "next_contact_date"];

/** Starts a server over a store of `npm run load`. */
export async function startCrm(folder: string, leads: number): Promise<CrmServer> {
  const { url, process } = await launchServer(folder);
  const { loaded } = JSON.parse(readFileSync(join(folder, "load.json"), "utf8")) as { loaded: LoadedTenant };
  const { email, password, slug: tenant_slug } = loaded;
  const signIn = async (): Promise<string> =>
    (await callApi(url, "POST", "/api/v1/auth/login", undefined, { email, password, tenant_slug })).data.access_token;
  let token = await signIn();
  const cursors = new Map<string, string>();
  const send = async ({ where, ...query }: Query): Promise<ListPage> => {
    const { data, meta } = where
      ? await callApi(url, "POST", "/api/v1/leads/query", token, { ...query, where })
      : await callApi(url, "GET", `/api/v1/leads?${new URLSearchParams(query as Record<string, string>)}`, token);
    return { rows: data.length, total: meta.total, isExact: meta.is_complete !== false, cursor: meta.next_cursor };
  };
  async function* readRows(): AsyncGenerator<Json[]> {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const query = new URLSearchParams({ limit: "100", sort: "created_at", order: "asc", ...(cursor ? { cursor } : {}) });
      const page = await callApi(url, "GET", `/api/v1/leads?${query}`, token);
      yield page.data;
      cursor = page.meta.next_cursor;
    }
  }
  return {
    ...{ name: leads.toLocaleString("en"), folder, leads, process, readRows },
    async renew() {
      token = await signIn();
      cursors.clear();
    },
    async ask(list, sample) {
      const query = buildQuery(list, sample);
      if (list.page === "deep") return send({ ...query, page: deepPage(leads) });
      if (list.page === undefined) return send(query);
      const key = JSON.stringify(query);
      if (!cursors.has(key)) cursors.set(key, String((await send(query)).cursor));
      return send({ ...query, cursor: cursors.get(key) });
    },
    async readSamples(count) {
      const samples: Sample[] = [];
      for await (const rows of readRows()) {
        const whole = rows.filter((row) => row.tags.length > 0 && requiredFields.every((field) => row[field] !== null));
        samples.push(...whole);
        if (samples.length >= count) break;
      }
      return samples.slice(0, count);
    },
  };
}

type Query = Record<string, unknown> & { where?: unknown };

function buildQuery({ any, sort }: ListCase, sample: Sample): Query {
  const groups = any(sample);
  const paging = { limit: 20, ...(sort.length > 0 ? { sort: sort.join(",") } : {}) };
  const [only = []] = groups;
  if (groups.length > 1) return { ...paging, where: { or: groups.map((group) => ({ and: group.map(toClause) })) } };
  return { ...paging, ...Object.fromEntries(only.map(({ field, operator, value }) => [`${field}[${operator}]`, String(value)])) };
}

const toClause = ({ field, operator, value }: Condition) => ({ [field]: { [operator]: value } });
