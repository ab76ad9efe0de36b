import { MemoryStorage } from "@crm/local/table-engine/memory-storage.ts";
import { SUITE_INDEXES, TIME_TO_LIVE } from "./storage-rows.ts";
import { describeStorage } from "./storage-suite.ts";

describeStorage("MemoryStorage", () => new MemoryStorage(SUITE_INDEXES, TIME_TO_LIVE));
