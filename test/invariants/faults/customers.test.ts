import { testScenarios } from "./harness.ts";
import { customers } from "./scenarios/customers.ts";

testScenarios(customers);
