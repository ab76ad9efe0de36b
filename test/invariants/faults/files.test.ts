import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/files.ts";

testScenarios(scenarios);
