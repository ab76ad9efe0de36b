const FIELDS = "code,name,parent_id,level,sla_hours";
const PAGE = 100;
/** Kinds with few values. What a page of service levels reads fits into one request with what every page needs. */
const limitByMaster: Readonly<Record<string, number>> = { priorities: 50, urgency_levels: 50 };

/** Asks for names in the language of the page. */
export const TRANSLATED = { translated: "true" } as const;

/** The path of a kind of master data below `/api/v1`. */
export const masterPathBelow = (master: string): string => `/masters/${master.replaceAll("_", "-")}`;

/** Builds the query of the values of a kind, as people see them. Pages that read them with the session build the same one. */
export const buildMasterQuery = (master: string) => ({
  limit: String(limitByMaster[master] ?? PAGE),
  fields: FIELDS,
  ...TRANSLATED,
});
