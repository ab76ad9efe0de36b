import { ApiError, type Client, createClient } from "@crm/sdk/index.ts";

/** The tour of the project's README, done by the SDK. It also runs in an empty folder, so it imports nothing but the SDK. */

export type Print = (value: unknown) => void;

export async function catchError(call: PromiseLike<unknown>): Promise<ApiError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("The call must be refused");
}

/** Waits until the local server has done all background work. */
export const settle = (crm: Client): PromiseLike<unknown> => crm.request("POST", "/_local/settle", { body: {} });

export async function* runReadmeTour(baseUrl: string, print: Print): AsyncGenerator<void> {
  const crm = createClient({ baseUrl });
  await crm.signUp({
    tenant_name: "Harbour Insurance",
    tenant_slug: "harbour-sdk",
    first_name: "Ada",
    last_name: "Quist",
    email: "ada@harbour.example",
    password: "a-long-sentence-of-mine",
  });
  yield;

  const grace = { full_name: "Grace Hopper", email: "grace@navy.example", company: "Navy" };
  const { lead_number, first_name, last_name, version } = await crm.leads.create({ ...grace, lead_source_id: "web" });
  print([lead_number, first_name, last_name, version]);
  const eckert = await crm.leads.create({
    ...grace,
    email: "GRACE@navy.example",
    company: "Eckert-Mauchly",
    lead_source_id: "referral",
  });
  print(eckert.lead_number);
  const wrong = { first_name: "Alan", last_name: "Turing", email: "not-an-address" };
  const { code, details } = await catchError(crm.leads.create(wrong));
  print([code, details]);
  yield;

  await settle(crm);
  const web = await crm.leads.list({ source: "web" }).page();
  print([...web.data.map(({ company }) => company), web.meta.total]);
  print((await crm.leads.list({ search: "eckert" }).toArray(20)).map(({ company }) => company));
  const first = await crm.leads.list({ limit: 1, sort: "created_at", order: "asc" }).page();
  print([first.data[0]?.company, first.meta.total, first.meta.totalPages, typeof first.meta.next_cursor]);
  yield;

  const changed = await crm.leads.update(eckert.id, { company: "Remington Rand" }, { ifMatch: eckert.version });
  print([changed.company, changed.version]);
  const conflict = await catchError(crm.leads.update(eckert.id, { company: "Univac" }, { ifMatch: eckert.version }));
  print([conflict.code, Object.keys(conflict.fields)[0]]);
  for (let repeat = 0; repeat < 2; repeat++) {
    const contacted = { lead_status_id: "contacted" };
    print((await crm.leads(eckert.id).status.update(contacted, { idempotencyKey: "call-17" })).version);
  }
  yield;

  await settle(crm);
  const entries = await crm.audit.list({ record_id: eckert.id }).toArray(20);
  print(entries.map((entry) => `${entry.operation} ${entry.record_version} ${entry.changed.slice(0, 3)}`));
  yield;

  const person = (await crm.leads.get(eckert.id)).personal_key_id;
  if (person === null || person === undefined) throw new Error("The lead has no person");
  await crm.interactions.create({
    personal_key_id: person,
    interaction_type_id: "phone",
    channel: "phone",
    subject: "Asked for a quote",
  });
  const twin = await crm.persons.create({ first_name: "Grace", title: "Rear Admiral", birth_date: "1906-12-09" });
  const merge = await crm.persons(person).merge({ merged_id: twin.id });
  print(merge.fields.filter(({ from }) => from === "merged").map(({ field }) => field));
  const view = await crm.persons(twin.id)["360"].get();
  print([view.person.title, view.person.birth_date, view.leads_total, view.interactions[0]?.subject]);
  await crm.persons(person).unmerge({ merged_id: twin.id });
  const { title, birth_date, emails } = await crm.persons.get(person);
  print([title, birth_date, emails]);
  yield;

  const rows = "Vorname;Nachname;E-Mail;Budget\nIda;Lund;ida@fjord.example;12.500,00\nOle;Berg;ole@;900,00\n";
  const started = await crm.leads.import({ file: new File([rows], "leads.csv") });
  await settle(crm);
  const imported = await crm.waitForJob(started);
  print([imported.status, imported.created, imported.failed, imported.mapping.Nachname]);
  print(await readLastLine(await crm.imports(started.import_id).errors.download()));
  const columns = ["first_name", "budget", "lead_source_id"];
  const exported = await crm.leads.export({ format: "csv", columns });
  await settle(crm);
  const { id } = await crm.waitForJob(exported);
  print(await readLastLine(await crm.exports(id).file.download()));
  yield;
}

export async function readLastLine(file: Response): Promise<string> {
  const lines = (await file.text()).replaceAll("\r", "").trimEnd().split("\n");
  return lines.at(-1) ?? "";
}
