import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/inbound-webhooks.ts";

testScenarios(scenarios);
