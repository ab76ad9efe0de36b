import { testScenarios } from "./harness.ts";
import { users } from "./scenarios/users.ts";

testScenarios(users);
