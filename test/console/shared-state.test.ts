import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/**
 * A hook that owns state has one copy for each component that calls it. Parts of a page that share a decision therefore share it by a context, the address or a
 * store. Each hook that owns state and that several components call is named here, with the reason why each caller has its own.
 */
const OWN_STATE: Readonly<Record<string, string>> = {
  useFormState: "each form has its own values",
  useVersionedForm: "each editor has its own values",
  useLeaveQuestion: "each layer asks about its own form",
  useRecordSave: "each editor saves its own form",
  useStoredSave: "each editor saves its own form",
  useRecordSearch: "each list searches on by itself",
  useAcceptedSort: "each list falls back to its own default order",
  useRecordChoice: "each preview chooses its own record",
  useBlockEditing: "each page has one editor of blocks; its parts get it as a property",
  useMemberChoice: "each list of members has its own choice",
  usePreviewLook: "each preview has its own width",
  useAttachmentPicture: "each picture has its own address",
  useTakenValues: "each editor takes values over once",
  useMovedFocus: "each list of parts keeps the focus of the part that it moved",
  useRowDrag: "each list has its own drag",
  usePreview: "each list has its own preview",
  useSections: "each page follows its own scrolling",
  useCellEdit: "each table edits its own cell",
  useFieldEdit: "each field opens its own input",
  useMailPreview: "each preview waits for its own text",
  useCompletion: "each list completes its own tasks",
  useSeen: "each block watches itself",
  usePausedText: "each hint waits for its own text",
  useWidth: "measures an element",
  useMinute: "a clock",
  useDelayed: "each preview waits for its own value",
  useMergeLabels: "each text loads its own labels",
  useSignIn: "the page and the dialog are never shown together",
  useEditorOnAct: "each input loads its own editor",
};

it("has no hook with state whose callers share a decision", () => {
  const root = join(import.meta.dirname, "../../packages/console/src");
  const sources = globSync("**/*.{ts,tsx}", { cwd: root }).map((file) => readFileSync(join(root, file), "utf8"));
  const hooks = sources
    .flatMap((source) => source.split(/\n(?=(?:export )?(?:async )?(?:function|const) )/))
    .flatMap((body) => {
      const name = /^(?:export )?(?:function|const) (use[A-Z]\w*)/.exec(body)?.[1];
      return name === undefined ? [] : [{ name, body }];
    });
  const callsAny = (body: string, names: readonly string[]): boolean => new RegExp(`\\b(?:${names.join("|")})[(<]`).test(body);
  const owners = new Set<string>();
  for (let before = -1; owners.size > before; ) {
    before = owners.size;
    const shared = [...owners].filter((name) => !Object.hasOwn(OWN_STATE, name));
    for (const { name, body } of hooks)
      if (callsAny(body.replace(name, ""), ["useState", "useReducer", ...shared])) owners.add(name);
  }
  const countCallers = (name: string): number =>
    sources.filter((source) => new RegExp(`(?<!function |typeof )\\b${name}[(<]`).test(source)).length;
  const shared = [...owners].filter((name) => countCallers(name) > 1 && !Object.hasOwn(OWN_STATE, name));
  expect(owners.size).toBeGreaterThan(20);
  expect(shared).toEqual([]);
});
