/** Pages that are not made from the schema, each with a text that only the loaded page shows. */
export interface OwnPage {
  /** The address, with placeholders for ids: `[lead]`. */
  readonly path: string;
  readonly words: string;
  /** The file of the page in `packages/console/src`. */
  readonly engine: string;
}

export const ownPages: readonly OwnPage[] = [
  { path: "/crm/imports/add", words: "What are the rows?", engine: "import/import-wizard.tsx" },
  { path: "/crm/imports/view/[import]", words: "All imports", engine: "import/import-page.tsx" },
  { path: "/crm/exports/view/[export]", words: "All exports", engine: "import/export-page.tsx" },
  { path: "/crm/bulk-changes/view/[bulk_change]", words: "All bulk changes", engine: "import/bulk-change-page.tsx" },
  { path: "/crm/persons/duplicates", words: "To decide", engine: "merging/duplicates-page.tsx" },
  { path: "/crm/persons/merge", words: "Choose at least two records in the list", engine: "merging/merge-page.tsx" },
];
