import { randomUUID } from "node:crypto";
import { createForm, sendToForm } from "../../../sales/web-form/form-client.ts";
import { type Scenario, scenario, type World } from "../scenario.ts";

/** A form whose leads belong to the administrator, and another user. */
interface PublishedForm {
  readonly id: string;
  readonly key: string;
  readonly colleague: string;
}

async function publishForm(world: World, makes_lead: boolean): Promise<PublishedForm> {
  const { id: colleague } = await world.findUser("DIRECTOR");
  const owner_id = makes_lead ? null : colleague;
  const { id, key } = await createForm(world.tenant, { makes_lead, owner_id });
  return { id, key, colleague };
}

/** Submits the form as a visitor, and returns whether the lead belongs to the user whom only the changed form gives leads. */
async function submitForm({ app, admin }: World, { key, colleague }: PublishedForm): Promise<"approved" | "edited"> {
  const company = randomUUID();
  const body = { first_name: "Pia", last_name: "Public", email: `${company}@mail.example`, company };
  await sendToForm(app, `/forms/${key}`, { body });
  await app.settle();
  const lead = (await admin.listLeads({})).data.find((each) => each.company === company);
  return lead?.owner_id === colleague ? "edited" : "approved";
}

const changedOwner = scenario<PublishedForm>({
  ...{ authority: "form", record: "form", change: "owner of the leads of a form", role: "MARKETER" },
  approve: (world) => publishForm(world, true),
  edit: (_, { id, colleague }, editor) => [
    editor.updateForm({ id, owner_id: colleague }),
    editor.replaceForm({ id, name: "Contact us", kind: "web_form", makes_lead: true, owner_id: colleague }),
  ],
  run: submitForm,
});

const changedOutcome = scenario<PublishedForm>({
  ...{ authority: "form", record: "form", change: "form of another user that begins to create leads", role: "MARKETER" },
  approve: (world) => publishForm(world, false),
  edit: (_, { id }, editor) => [editor.updateForm({ id, makes_lead: true })],
  run: submitForm,
});

export const webFormScenarios: readonly Scenario[] = [changedOwner, changedOutcome];
