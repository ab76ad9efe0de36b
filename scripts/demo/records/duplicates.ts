import type { DemoContext, DemoRecords } from "../context.ts";

export const records: DemoRecords = { after: ["webhooks"], create: (context) => createDuplicates(context, context.persons) };

/** Creates duplicates: a merged pair of persons, a merged pair of customers, and a pair of persons that waits for a decision. */
async function createDuplicates({ admin }: DemoContext, [first = ""]: readonly string[]): Promise<void> {
  const twin = async (external_key: string, birth_date: string) =>
    (await admin.createPerson({ first_name: "Grace", last_name: "Whitlock-Sandoval", external_key, birth_date })).data.id;
  await admin.mergePersons({ id: first, merged_id: (await admin.createPerson({ full_name: "Wang Xiaoming" })).data.id });
  const company = async () => (await admin.createCustomer({ name: "Whitlock & Sons" })).data.id;
  await admin.mergeCustomers({ id: await company(), merged_id: await company() });
  await twin("twin-1", "1980-12-09");
  await twin("twin-2", "1980-12-09");
}
