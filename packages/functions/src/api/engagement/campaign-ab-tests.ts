import { AbTest } from "@crm/core/engagement/ab-test/ab-test.ts";
import { AbTestCheck } from "@crm/core/engagement/ab-test/ab-test-check.ts";
import { AbTestLifecycle } from "@crm/core/engagement/ab-test/ab-test-lifecycle.ts";
import { AbTestResults } from "@crm/core/engagement/ab-test/ab-test-results.ts";
import { campaignGrants } from "@crm/core/engagement/campaign/campaign.kind.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";

const { read, write } = campaignGrants;
const tag = "Campaign A/B tests";
const path = "/campaigns/{id}/ab-tests";
const testPath = `${path}/{ab_test_id}`;
const links = linksFrom({ self: "/campaigns/{campaign_id}/ab-tests/{id}", campaign: "/campaigns/{campaign_id}" });
const record = { tag, output: recordSchema("CampaignAbTest", AbTest.Info), kind: "record", links } as const;
const change = { access: write, writes: "ab_test_id", ...record } as const;

/** Operations below campaigns, which belong to their function. */
export const abTestOperations = [
  operation({
    name: "listCampaignAbTests",
    method: "GET",
    path,
    tag,
    access: read,
    summary: "List the A/B tests of a campaign",
    verb: AbTest.list,
    output: recordSchema("CampaignAbTestRow", AbTest.Row),
    kind: "list",
    links,
  }),
  operation({
    name: "createCampaignAbTest",
    method: "POST",
    path,
    access: write,
    summary: "Create an A/B test of a mail",
    description:
      "Two to five variants of the subject, the content, the sender or the time. Recipients are the members of the campaign, unless a segment or list is named.",
    verb: AbTest.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getCampaignAbTest",
    method: "GET",
    path: testPath,
    access: read,
    summary: "Read an A/B test",
    verb: AbTest.get,
    ...record,
  }),
  operation({
    name: "updateCampaignAbTest",
    method: "PATCH",
    path: testPath,
    summary: "Change fields of an A/B test that has not started",
    description: "Changes only the named fields; `null` clears one. `variants` replaces all variants.",
    verb: AbTest.update,
    ...change,
  }),
  operation({
    name: "deleteCampaignAbTest",
    method: "DELETE",
    path: testPath,
    summary: "Delete an A/B test that does not run",
    verb: AbTest.remove,
    ...change,
  }),
  operation({
    name: "checkCampaignAbTest",
    method: "POST",
    path: `${testPath}/check`,
    tag,
    access: write,
    summary: "Check an A/B test before it starts",
    description:
      "Checks each variant, and counts the persons of the sample, the others, and those who would get no mail, by reason, among the first 1,000 persons. " +
      "Says whether opens and clicks would be counted. Nothing is stored.",
    verb: AbTestCheck.check,
    keyspaces: ["throttle"],
    output: AbTestCheck.Result.meta({ id: "CampaignAbTestCheck" }),
    onlyReads: true,
    keyed: false,
  }),
  operation({
    name: "startCampaignAbTest",
    method: "POST",
    path: `${testPath}/start`,
    summary: "Start an A/B test, now or later",
    description:
      "The sample gets the variants, once its send is approved if the rule `email_send_approval` requires approval. Only persons whom the caller can see are included.",
    verb: AbTestLifecycle.start,
    ...change,
  }),
  operation({
    name: "cancelCampaignAbTest",
    method: "POST",
    path: `${testPath}/cancel`,
    summary: "Cancel an A/B test that is not decided",
    description: "Cannot be undone. Mails of the sample that wait are not sent, and the others get no mail.",
    verb: AbTestLifecycle.cancel,
    ...change,
  }),
  operation({
    name: "chooseCampaignAbTestVariant",
    method: "POST",
    path: `${testPath}/choose`,
    summary: "Send a variant to the others, where nothing won",
    description: "Possible while `is_waiting` is true, for 60 days after the start.",
    verb: AbTestLifecycle.choose,
    ...change,
  }),
  operation({
    name: "getCampaignAbTestResults",
    method: "GET",
    path: `${testPath}/results`,
    tag,
    access: read,
    summary: "Read the figures of an A/B test by variant",
    description: "Counted continuously, with a delay of seconds.",
    verb: AbTestResults.readResults,
    output: AbTestResults.Info.meta({ id: "CampaignAbTestResults" }),
  }),
] as const;
