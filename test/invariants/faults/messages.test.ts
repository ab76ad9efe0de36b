import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/messages.ts";

testScenarios(scenarios);
