import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/share-links.ts";

testScenarios(scenarios);
