import { buildProcessingRecord } from "../../../scripts/processing-record-page.ts";
import { addUser, signUp, startTestApp } from "../../support/app.ts";

/** Runs in a copy of the project with the field of docs/adding-a-field.md: prints what a client sees of it. */
const app = await startTestApp({ time: Date.now });
const tenant = await signUp(app);
const user = await addUser(app, tenant, "SALES_REP");
const { data: customer } = await user.client.createCustomer({ name: "Navy" });
const create = async (more: object) =>
  (await user.client.createContact({ customer_id: customer.id, last_name: "Hopper", ...more })).data;

const [named, unnamed] = [await create({ nickname: "Amazing Grace" }), await create({ email: "hopper@navy.example" })];
const changed = (await user.client.updateContact({ id: named.id, ...{ nickname: "Grace" } })).data;
const refused = await create({ nickname: "x".repeat(101) }).then(
  () => "accepted",
  (error: { details?: { field: string }[] }) => error.details?.[0]?.field,
);
await app.stop();

const section = (await buildProcessingRecord()).split("\n### ").find((text) => text.startsWith("contact\n"));
const identity = section?.split("\n").find((line) => line.startsWith("- identity:"));
const read = (record: object) => Object.entries(record).find(([name]) => name === "nickname")?.[1];
console.log(JSON.stringify({ values: [named, unnamed, changed].map(read), refused, identity }));
process.exit(0);
