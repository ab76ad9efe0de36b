import type { Kind } from "../../../api/schema.ts";
import { draftKey } from "../../../input/form/draft-store.ts";
import { useVersionedForm, type VersionedForm } from "../../../input/form/versioned-form.ts";
import { readDefinition, type WorkflowRecord } from "./definition.ts";

const nameDraft = (id: string): string => `workflow steps ${id}`;

/** Names the draft of a workflow in the browser. */
export const workflowDraftKey = (scope: readonly string[], id: string): string => draftKey(scope, nameDraft(id));

const readFields = (record: Readonly<Record<string, unknown>>) => ({ ...readDefinition(record) });

/** The definition of a workflow as a form. */
export const useDefinitionForm = (kind: Kind, record: WorkflowRecord): VersionedForm =>
  useVersionedForm(kind, record, { readFields, draft: nameDraft(record.id) });
