import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/comments.ts";

testScenarios(scenarios);
