import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runIn } from "@crm/core/kernel/context.ts";
import { recount } from "@crm/core/storage/project/recount.ts";
import { openStore } from "../../scripts/load-store.ts";
import { dying } from "../dying.ts";

/** A recount of a loaded store as a process of its own, for a test that kills it; what came of it is left beside the store. */
const data = process.env.CRM_DATA ?? "";
const store = await openStore(data);
const result = await runIn({ ...store.context, ports: dying(store.ports) }, () => recount({ most: 60 }));
writeFileSync(join(data, "recount.json"), JSON.stringify(result));
await store.close();
