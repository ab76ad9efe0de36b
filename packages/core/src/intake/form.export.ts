import { declared } from "../jobs/export/exportable.ts";
import { Form } from "./form.ts";
import { formGrants } from "./intake.domain.ts";

export const forms = declared(Form.listed, { entity: "forms", read: formGrants.read });
