import { testScenarios } from "./harness.ts";
import { contactPoints } from "./scenarios/contact-points.ts";

testScenarios(contactPoints);
