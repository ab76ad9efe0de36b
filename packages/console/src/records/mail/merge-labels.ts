import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { fieldLabel } from "../../api/field-label.ts";
import { fieldNamesQuery, useKindIndex } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import type { NameMergeField } from "../../ui/kit/merge-field-rules.ts";

/** The kinds of record behind the objects of merge fields, where their names differ. */
const kindsByObject: Readonly<Record<string, string>> = { owner: "user", agent: "user", requester: "contact" };
const OBJECT = /\{\{\s*(\w+)\.\w+/g;

const listObjects = (text: string): string[] => [...new Set([...text.matchAll(OBJECT)].map(([, name = ""]) => name))].sort();

interface MergeLabels {
  readonly nameField: NameMergeField;
  /** Whether the fields that the text began with have names. */
  readonly isReady: boolean;
}

/** The labels of the merge fields in a text: `Person: First name`. The names of a kind are read once a field of it occurs. */
export function useMergeLabels(text: string): MergeLabels {
  const t = useText();
  const scope = useScope();
  const { data: kinds, isPending } = useKindIndex();
  const [initial] = useState(() => listObjects(text));
  const objects = [...new Set([...initial, ...listObjects(text)])].filter((name) => name !== "tenant");
  const results = useQueries({ queries: objects.map((name) => fieldNamesQuery(scope, kindsByObject[name] ?? name)) });
  const nameField: NameMergeField = (path) => {
    const [object = "", name = ""] = path.split(".");
    if (name === "") return undefined;
    if (object === "tenant") return t("{label}: {value}", { label: t("Organization"), value: fieldLabel(name) });
    const index = objects.indexOf(object);
    const fields = results[index]?.data;
    if (fields === undefined) return undefined;
    const kind = kinds?.find((candidate) => candidate.kind === (kindsByObject[object] ?? object));
    const label = object === "owner" ? t("Owner") : (kind?.label ?? fieldLabel(object));
    return t("{label}: {value}", { label, value: fields.find((field) => field.name === name)?.label ?? fieldLabel(name) });
  };
  return {
    nameField,
    isReady: !isPending && initial.every((name) => name === "tenant" || !results[objects.indexOf(name)]?.isPending),
  };
}
