import { buildDefaults, masterKind } from "../../kernel/master-kind.ts";

const officeExtensions = ["pdf", "doc", "docx"];

export const DOCUMENT_TYPES = masterKind("document_types", {
  label: "Document types",
  extras: ["file_extensions", "max_size_mb"],
  defaults: () => [
    ...buildDefaults("Contract", "Agreement").map((type) => ({
      ...type,
      file_extensions: officeExtensions,
      max_size_mb: 25,
    })),
    { code: "proposal", name: "Proposal", file_extensions: [...officeExtensions, "pptx"], max_size_mb: 50 },
    { code: "quote", name: "Quote", file_extensions: [...officeExtensions, "xlsx"], max_size_mb: 25 },
    { code: "invoice", name: "Invoice", file_extensions: ["pdf", "xml"], max_size_mb: 10 },
  ],
});

export const ATTACHMENT_CATEGORIES = masterKind("attachment_categories", {
  label: "Attachment categories",
  extras: [],
  defaults: () => buildDefaults("Legal", "Financial", "Technical", "Marketing"),
});
