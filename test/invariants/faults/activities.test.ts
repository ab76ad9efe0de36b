import { testScenarios } from "./harness.ts";
import { activities } from "./scenarios/activities.ts";

testScenarios(activities);
