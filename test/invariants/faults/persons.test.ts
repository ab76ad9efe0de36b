import { testScenarios } from "./harness.ts";
import { persons } from "./scenarios/persons.ts";

testScenarios(persons);
