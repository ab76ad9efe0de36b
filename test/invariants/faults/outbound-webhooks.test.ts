import { testScenarios } from "./harness.ts";
import { outboundWebhooks } from "./scenarios/outbound-webhooks.ts";

testScenarios(outboundWebhooks);
