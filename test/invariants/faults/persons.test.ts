import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/persons.ts";

testScenarios(scenarios);
