import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { DemoContext, DemoRecords } from "../context.ts";

export const records: DemoRecords = { after: ["configuration"], create: createForms };

const USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const questions = [
  { name: "full_name", label: "Your name", field: "full_name", is_required: true },
  { name: "email", label: "Your email", type: "email", field: "email", is_required: true },
  { name: "company", label: "Company", field: "company" },
  { name: "berth", label: "Home port", field: "custom_fields.berth" },
  { name: "boats", label: "How many boats do you have?", type: "select", choices: ["1", "2 to 5", "More than 5"] },
  { name: "description", label: "What would you like to insure?", type: "textarea", field: "description" },
] as const;

/** What visitors answer: people with consent, one without, and a robot. */
const submissions: readonly Readonly<Record<string, string>>[] = [
  {
    full_name: "Solveig Aas",
    email: "solveig.aas@fjordline.example",
    company: "Fjordline",
    berth: "Bergen",
    boats: "2 to 5",
    consent: "on",
  },
  {
    full_name: "Rui Tavares",
    email: "rui@tavares.example",
    berth: "Lagos",
    boats: "1",
    description: "A sailing boat of 1987",
    consent: "on",
  },
  { full_name: "Mei Tanaka", email: "mei.tanaka@minato.example", company: "Minato Charter", boats: "More than 5", consent: "on" },
  { full_name: "Owen Price", email: "owen@price.example", boats: "1" },
  { full_name: "SEO Expert", email: "seo@offers.example", leave_empty: "https://offers.example" },
];

/** Visitors who open the page and do not send it. */
const VISITOR_COUNT = 7;

/** Creates a form of the website, and sends it as visitors do. */
async function createForms({ admin, rep, url, runOnce: runStep }: DemoContext): Promise<void> {
  const { data: form } = await allowAnyInput(admin).createForm({
    ...{ name: "Ask for a quote", title: "Insure your boats", introduction: "Tell us about your fleet. We answer within a day." },
    ...{ makes_lead: true, lead_source_id: "web", assigns_by_rule: true, owner_id: rep.id, questions: [...questions] },
    ...{ consent_text: "Send me news about boat insurance by email. I can withdraw this at any time.", consent_channel: "email" },
    ...{ is_consent_required: true, thank_you_text: "We have your request, and will call you tomorrow." },
  });
  const page = `${url}/f/${form.key}`;
  const headers = { "user-agent": USER_AGENT, accept: "text/html" };
  const open = async (): Promise<string> => (await fetch(page, { headers })).text();
  // The id lets a demo that continues after a kill send it again.
  const send = async (answers: Readonly<Record<string, string>>, index: number): Promise<void> => {
    const token = /name="token" value="([^"]+)"/.exec(await open())?.[1] ?? "";
    const request = { method: "POST", headers, body: new URLSearchParams({ ...answers, token, submission_id: `demo-${index}` }) };
    await fetch(page, request);
    // The first visitor presses the button twice.
    if (answers === submissions[0]) await fetch(page, request);
  };
  await runStep("web form", async () => {
    for (const [index, answers] of submissions.entries()) await send(answers, index);
    for (let count = 0; count < VISITOR_COUNT; count++) await open();
  });
}
