import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/email-sends.ts";

testScenarios(scenarios);
