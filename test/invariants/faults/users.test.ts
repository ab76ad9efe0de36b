import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/users.ts";

testScenarios(scenarios);
