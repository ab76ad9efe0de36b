import { testScenarios } from "./harness.ts";
import { bulkChanges } from "./scenarios/bulk-changes.ts";

testScenarios(bulkChanges);
