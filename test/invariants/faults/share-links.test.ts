import { testScenarios } from "./harness.ts";
import { shareLinks } from "./scenarios/share-links.ts";

testScenarios(shareLinks);
