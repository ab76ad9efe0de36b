import { testScenarios } from "./harness.ts";
import { scenarios } from "./scenarios/contact-points.ts";

testScenarios(scenarios);
