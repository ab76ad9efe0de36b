import { always, drop, edit, type Mutant, omit, returns, skip, without } from "../../../scripts/source-mutation.ts";

const tests = "test/invariants/authority/authority.test.ts";

/** The scenarios of an authority. */
const scenariosOf = (authority: string): string => `${tests} -t ${authority}`;

export const mutants: readonly Mutant[] = [
  {
    name: "authority: a workflow sends and applies what was edited since its publication",
    at: "workflow/pins#readPins",
    change: returns("({})"),
    tests: `${tests} -t template`,
  },
  {
    name: "authority: a mail of the system has the present texts of its template",
    at: "workflow/system-mail#prepare",
    change: edit("MessageTemplate.findApprovedRevision(template.id) ?? ", ""),
    tests: `${tests} -t mail`,
  },
  {
    name: "authority: a macro in a workflow does what it says now",
    at: "macro/macro#applyPin",
    change: returns("macro"),
    tests: `${tests} -t macro`,
  },
  {
    name: "authority: the address of a workflow is shown to all users who write workflows",
    at: "workflow/webhook-address#get",
    change: drop("requireApprover"),
    tests: `${tests} -t address`,
  },
  {
    name: "authority: users start a published workflow without its trigger",
    at: "workflow/workflow#isStartedByUsers",
    change: returns("true"),
    tests: `${tests} -t hand`,
  },
  {
    name: "authority: users resume the workflows of others",
    at: "workflow/workflow#resume",
    change: drop("requireApprover"),
    tests: `${tests} -t pause`,
  },
  {
    name: "authority: an approval counts for a record that was changed before it",
    at: "workflow/approval-state#listChangedFields",
    change: returns("[]"),
    tests: `${tests} -t approver`,
  },
  {
    name: "authority: a scheduled send goes out with the present text of its template",
    at: "email-send/readiness#applyPin",
    change: returns("template"),
    tests,
  },
  {
    name: "authority: a changed send still runs as the user who scheduled it before",
    at: "email-send/email-send#reschedule",
    change: edit("scheduled_send_time, scheduled_by: useActorId() }", "scheduled_send_time }"),
    tests,
  },
  {
    name: "authority: another owner of an approved send needs no approval",
    at: "email-send/email-send#edit",
    change: edit("if (isDeepStrictEqual(next, current)) return next;", "if (isDeepStrictEqual(resolved, current)) return next;"),
    tests,
  },
  {
    name: "authority: the winner of an A/B test goes out for the present owner of the campaign",
    at: "ab-test/ab-test-decision#sendRest",
    change: edit("buildRestSend(test, sample,", "buildRestSend(test, { ...sample, owner_id: campaign.owner_id },"),
    tests,
  },
  {
    name: "authority: the winner of an A/B test goes out with the present text of its template",
    at: "ab-test/ab-test-send#buildRestSend",
    change: edit("is_tracked, template_revision, template_revision_id }", "is_tracked }"),
    tests,
  },
  {
    name: "authority: a filter that another user changed reaches what the user who scheduled the work sees",
    at: "audience/filter-revisions#limitToAuthors",
    change: edit("context = limited;", "void limited;"),
    tests,
  },
  {
    name: "authority: a step of a batch is sent with the rights of the system",
    at: "reengagement/step-execution#buildStarterContext",
    change: returns("useContext()"),
    tests: scenariosOf("reengagement_step"),
  },
  {
    name: "authority: a step of a batch is sent to persons whom its starter does not see",
    at: "reengagement/step-execution#maySendTo",
    change: returns("true"),
    tests: "test/engagement/reengagement/sequence.test.ts",
  },
  {
    name: "authority: a running sequence sends the templates as they are now",
    at: "reengagement/sequence#findRevisions",
    change: returns("[]"),
    tests: scenariosOf("reengagement_step"),
  },
  {
    name: "authority: a member may be a person whom the caller does not see",
    at: "reengagement/member#add",
    change: edit("Identity.find(person_id)", "Identity.resolveMerged(person_id)"),
    tests: scenariosOf("reengagement_step"),
  },
  {
    name: "authority: a form gives leads to users to whom its author may not assign them",
    at: "web-form/form#givesLeadsAnew",
    change: returns("false"),
    tests: scenariosOf("form"),
  },
  {
    name: "authority: a form that begins to create leads gives them to any owner",
    at: "web-form/form#givesLeadsAnew",
    change: edit(" || !before.makes_lead", ""),
    tests: scenariosOf("form"),
  },
  {
    name: "authority: any user changes a shared report",
    at: "report/report#requireOwn",
    change: returns("report"),
    tests: scenariosOf("report_run"),
  },
  {
    name: "authority: any user changes a schedule of a report",
    at: "report/report-schedule#requireOf",
    change: edit(" || schedule.owner_id !== useActorId()", ""),
    tests: scenariosOf("report_run"),
  },
  {
    name: "authority: any user with the permission changes an endpoint",
    at: "outbound-webhook/endpoint#requireOwner",
    change: skip,
    tests: scenariosOf("webhook_endpoint"),
  },
  {
    name: "authority: any user with the permission changes a booking link",
    at: "booking/link#requireOwner",
    change: returns("link"),
    tests: scenariosOf("booking_link"),
  },
  {
    name: "authority: lines of an approved quote can be changed",
    at: "quote/quote#agreedFields",
    change: without("line_items"),
    tests,
  },
  {
    name: "authority: sections of an approved proposal can be changed",
    at: "proposal/proposal#agreedFields",
    change: without("sections"),
    tests,
  },
  {
    name: "authority: the description of a submitted contract can be changed",
    at: "contract/editable-fields.rules#agreedFields",
    change: without("description"),
    tests,
  },
  {
    name: "authority: a submitted amendment can be changed",
    at: "amendment/amendment#edit",
    change: always("notes"),
    tests,
  },
  {
    name: "authority: users change orders of other owners",
    at: "order/order.entity#Orders",
    change: omit("owner"),
    tests,
  },
  {
    name: "authority: no next term of a contract needs an approval",
    at: "contract/renewal-approval.rules#exceedsExtent",
    change: returns("false"),
    tests,
  },
];
