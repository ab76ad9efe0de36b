import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runIn } from "@crm/core/kernel/context.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { openLoadedStore } from "../../../scripts/load/store.ts";
import { addKillPoint } from "../../support/kill-point.ts";

/** Recounts a loaded store in a separate process, so that a test can kill it. The result is written next to the store. */
const data = process.env.CRM_DATA ?? "";
const store = await openLoadedStore(data);
const result = await runIn({ ...store.context, ports: addKillPoint(store.ports) }, () => recount({ maxNumbers: 60 }));
writeFileSync(join(data, "recount.json"), JSON.stringify(result));
await store.close();
