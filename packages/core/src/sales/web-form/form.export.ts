import { declareExport } from "../../platform/export/exportable.ts";
import { Form } from "./form.ts";
import { formGrants } from "./web-form.kind.ts";

export const forms = declareExport(Form.listDefinition, { entity: "forms", read: formGrants.read });
