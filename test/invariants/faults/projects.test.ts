import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/projects.ts";

testScenarios(scenarios);
