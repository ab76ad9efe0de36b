import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/outbound-webhooks.ts";

testScenarios(scenarios);
