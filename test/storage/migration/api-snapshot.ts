import type { Client } from "@crm/functions/derive/client.ts";

/** Everything that the API shows of a tenant, by the address of each record. */
export type ApiSnapshot = Record<string, unknown>;

interface ListPage {
  data: readonly { id: string }[];
  meta: { next_cursor: string | null };
}

/** Reads every row of a list page by page. */
async function readRows(list: (query: { limit: string; cursor?: string }) => Promise<ListPage>): Promise<{ id: string }[]> {
  const rows: { id: string }[] = [];
  let cursor: string | null = null;
  do {
    const page: ListPage = await list({ limit: "100", ...(cursor ? { cursor } : {}) });
    rows.push(...page.data);
    cursor = page.meta.next_cursor;
  } while (cursor);
  return rows;
}

/** Reads everything that the first release could show: each list, and each record by id. */
export async function readApiSnapshot(crm: Client): Promise<ApiSnapshot> {
  const seen: ApiSnapshot = { tenant: (await crm.getTenant()).data };
  const keep = async (
    name: string,
    rows: readonly { id: string }[],
    get: (input: { id: string }) => Promise<{ data: unknown }>,
  ) => {
    seen[name] = rows;
    for (const { id } of rows) seen[`${name}/${id}`] = (await get({ id })).data;
  };
  const leads = await readRows((query) => crm.listLeads(query));
  await keep("leads", leads, crm.getLead);
  seen["deleted leads"] = await readRows((query) => crm.listLeads({ ...query, deleted: "true" }));
  const persons = [...new Set(leads.map((lead) => (lead as unknown as { personal_key_id: string }).personal_key_id))].sort();
  for (const id of persons) seen[`persons/${id}`] = (await crm.getPerson({ id })).data;
  for (const { id } of leads) {
    const ofLead = (query: object) => crm.listLeadActivities({ id, ...query });
    await keep(`leads/${id}/activities`, await readRows(ofLead), crm.getActivity);
  }
  await keep("users", await readRows((query) => crm.listUsers(query)), crm.getUser);
  await keep("teams", await readRows((query) => crm.listTeams(query)), crm.getTeam);
  await keep("api-keys", await readRows((query) => crm.listApiKeys(query)), crm.getApiKey);
  for (const kind of ["lead-sources", "lead-statuses", "territories"] as const) {
    seen[`masters/${kind}`] = (await crm.listMasters({ kind })).data;
  }
  await keep("audit", await readRows((query) => crm.listAuditEntries(query)), crm.getAuditEntry);
  return seen;
}

/** The totals of lists and searches. */
export async function readTotals(crm: Client): Promise<Record<string, number>> {
  const totals: Record<string, number> = {};
  const queries = [
    {},
    { deleted: "true" },
    { status: "contacted" },
    { source: "web" },
    { is_converted: "false" },
    { min_score: "60" },
    { search: "grace" },
    { search: "hopper.example" },
    { search: "+12125550142" },
    { owner: "none" },
  ];
  for (const query of queries) totals[JSON.stringify(query)] = (await crm.listLeads(query)).meta.total;
  return totals;
}
